namespace Elbo.Benchmarks;

/// <summary>The machine that a measurement runs on.</summary>
internal static class Machine
{
    public static string Processor { get; } = $"{Workflows.Runs.Machine.Processor}, {Environment.ProcessorCount} cores";

    public static string Sdk => Environment.Version.ToString();

    /// <summary>The repository folder that this program was built from.</summary>
    public static string Repository
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
                folder = folder.Parent;
            return folder?.FullName
                ?? throw new DirectoryNotFoundException("this program is not in a checkout of the repository.");
        }
    }
}
