namespace Elbo.Tests;

/// <summary>The repository that these tests were built in.</summary>
internal static class Repository
{
    /// <summary>Its root folder.</summary>
    public static string Folder { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (System.IO.File.Exists(Path.Combine(folder.FullName, "Elbo.slnx")))
                return folder.FullName;
        throw new InvalidOperationException($"no folder above {AppContext.BaseDirectory} has Elbo.slnx.");
    }

    /// <summary>A file or folder in it.</summary>
    public static string File(string path) => Path.Combine(Folder, path);
}
