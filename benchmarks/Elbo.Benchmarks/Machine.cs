namespace Elbo.Benchmarks;

/// <summary>What a measurement was made on.</summary>
internal static class Machine
{
    public static string Processor { get; } = $"{Workflows.Machine.Processor}, {Environment.ProcessorCount} cores";

    public static string Sdk => Environment.Version.ToString();

    /// <summary>The folder of the repository that this program was built from.</summary>
    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
                folder = folder.Parent;
            return folder?.FullName
                ?? throw new DirectoryNotFoundException("this program does not lie in a checkout of the repository.");
        }
    }
}
