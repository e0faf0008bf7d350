namespace Elbo.Cli.Tests;

/// <summary>Real datasets for tests: <c>ELBO_DATA</c>, else <c>../shared/data</c> from the repository's root.</summary>
internal static class RealData
{
    public static string? Root { get; } = FindRoot();

    public static bool Has(string dataset) => Root is { } root && Directory.Exists(Path.Combine(root, dataset));

    private static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("ELBO_DATA") is { Length: > 0 } given)
            return Path.GetFullPath(given);
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data"));
        return null;
    }
}
