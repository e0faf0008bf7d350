using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>Chooses output files. Existing files are replaced only on request.</summary>
public static class OutputPath
{
    /// <summary>Chooses the requested path, or a free name near the default one.</summary>
    /// <param name="wished">Path from the user; null for the default.</param>
    /// <param name="usual">Default path; if it exists, <c>name-2.png</c>, <c>name-3.png</c>, ….</param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <exception cref="ArgumentException">The requested path is empty.</exception>
    /// <exception cref="IOException">The requested file exists, or its folder cannot be created.</exception>
    public static string Choose(string? wished, string usual, bool overwrite)
    {
        if (wished is not null)
        {
            if (string.IsNullOrWhiteSpace(wished))
                throw new ArgumentException("output is empty; give a file name.");
            if (Directory.Exists(wished) || Path.EndsInDirectorySeparator(wished))
                throw new IOException($"{wished} is a folder; give a file name.");
            if (File.Exists(wished) && !overwrite)
                throw new IOException($"{wished} exists; give another --output, or --overwrite to replace it.");
            if (Path.GetDirectoryName(Path.GetFullPath(wished)) is { } above)
                RunFolder.RequireFolder(above);
            return wished;
        }
        if (overwrite)
            return usual;
        string folder = Path.GetDirectoryName(usual)!,
            name = Path.GetFileNameWithoutExtension(usual),
            ending = Path.GetExtension(usual),
            path = usual;
        for (int i = 2; Path.Exists(path); i++)
            path = Path.Combine(folder, $"{name}-{i}{ending}");
        return path;
    }
}
