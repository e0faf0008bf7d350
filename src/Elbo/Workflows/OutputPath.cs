using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>Where a command writes: nothing that is there is replaced unless asked.</summary>
public static class OutputPath
{
    /// <summary>The path that was asked for, or a free one near the usual place.</summary>
    /// <param name="wished">What the user named; null for the usual place.</param>
    /// <param name="usual">Where the command writes otherwise; if taken, <c>name-2.png</c>, <c>name-3.png</c>,
    /// ….</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <exception cref="ArgumentException">The wished path is empty.</exception>
    /// <exception cref="IOException">The wished file exists, or its folder cannot be made.</exception>
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
