namespace Elbo.Tests.Data;

/// <summary>Real datasets for tests: <c>ELBO_DATA</c>, else <c>../shared/data</c> from the repository's root.</summary>
internal static class RealData
{
    public static string? Root { get; } = FindRoot();

    /// <summary>The folder of real files of <paramref name="dataset"/>, or null where there are none.</summary>
    public static string? Folder(string dataset) =>
        Root is { } root && Path.Combine(root, dataset) is var folder && Directory.Exists(folder) ? folder : null;

    private static string? FindRoot()
    {
        if (Environment.GetEnvironmentVariable("ELBO_DATA") is { Length: > 0 } given)
            return given;
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
                return Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "data"));
        return null;
    }
}
