namespace Elbo.Benchmarks;

/// <summary>What a measurement was made on.</summary>
internal static class Machine
{
    public static string Processor { get; } = ReadProcessor();

    public static string Sdk => Environment.Version.ToString();

    /// <summary>The folder of the repository that this program was built from.</summary>
    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Elbo.slnx"))) folder = folder.Parent;
            return folder?.FullName ?? throw new DirectoryNotFoundException("this program does not lie in a checkout of the repository.");
        }
    }

    private static string ReadProcessor()
    {
        const string Information = "/proc/cpuinfo";
        string model = File.Exists(Information)
            ? File.ReadLines(Information).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim() ?? ""
            : "";
        return $"{(model.Length > 0 ? model : System.Runtime.InteropServices.RuntimeInformation.ProcessArchitecture.ToString())}, {Environment.ProcessorCount} cores";
    }
}
