using System.Reflection;
using System.Runtime.InteropServices;

namespace Elbo.Workflows;

/// <summary>What a run or a measurement was made on.</summary>
public static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>
    /// The processor as it calls itself where the system tells (Linux, Windows), else its architecture.
    /// </summary>
    public static string Processor { get; } = ReadProcessor();

    /// <summary>The operating system and its version.</summary>
    public static string System => RuntimeInformation.OSDescription;

    /// <summary>The runtime: <c>.NET 10.0.4</c>.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>
    /// The version of this library, with the commit it was built from where it is known: <c>0.1.0+1a2b3c</c>.
    /// </summary>
    public static string Version { get; } =
        typeof(Machine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    private static string ReadProcessor()
    {
        string? name = File.Exists(ProcessorFile)
            ? File.ReadLines(ProcessorFile)
                .FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))
                ?.Split(':', 2)[^1]
                .Trim()
            : Environment.GetEnvironmentVariable("PROCESSOR_IDENTIFIER");
        return string.IsNullOrEmpty(name) ? RuntimeInformation.ProcessArchitecture.ToString() : name;
    }
}
