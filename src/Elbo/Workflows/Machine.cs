using System.Reflection;
using System.Runtime.InteropServices;

namespace Elbo.Workflows;

/// <summary>The machine and software of a run or a measurement.</summary>
public static class Machine
{
    private const string ProcessorFile = "/proc/cpuinfo";

    /// <summary>Name of the processor if the system provides it (Linux, Windows), else its architecture.</summary>
    public static string Processor { get; } = ReadProcessor();

    /// <summary>The operating system and its version.</summary>
    public static string System => RuntimeInformation.OSDescription;

    /// <summary>The runtime, for example <c>.NET 10.0.4</c>.</summary>
    public static string Runtime => RuntimeInformation.FrameworkDescription;

    /// <summary>
    /// Version of this library, with the commit it was built from if known, for example <c>0.1.0+1a2b3c</c>.
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
