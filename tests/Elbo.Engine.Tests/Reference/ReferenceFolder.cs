namespace Elbo.Engine.Tests.Reference;

/// <summary>
/// Where the reference vectors lie: the folder named by ELBO_GOLDEN, else shared/golden beside the repository.
/// </summary>
internal static class ReferenceFolder
{
    private static readonly Dictionary<string, SafetensorsFile> Read = [];

    public static string Path { get; } = Find();

    /// <summary>Why tests of <paramref name="file"/> cannot run, or null where they can.</summary>
    public static string? ReasonToSkip(string file) =>
        File.Exists(PathOf(file))
            ? null
            : $"reference vectors {file}.safetensors are not in '{Path}'; set ELBO_GOLDEN to their folder.";

    public static SafetensorsFile Open(string file) =>
        Read.TryGetValue(file, out var known) ? known : Read[file] = SafetensorsFile.Load(PathOf(file));

    private static string PathOf(string file) => System.IO.Path.Combine(Path, file + ".safetensors");

    private static string Find()
    {
        if (Environment.GetEnvironmentVariable("ELBO_GOLDEN") is { Length: > 0 } given)
            return given;
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(System.IO.Path.Combine(folder.FullName, "Elbo.slnx")))
            folder = folder.Parent;
        return System.IO.Path.GetFullPath(
            System.IO.Path.Combine(folder?.FullName ?? AppContext.BaseDirectory, "..", "shared", "golden")
        );
    }
}
