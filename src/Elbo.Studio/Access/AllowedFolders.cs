namespace Elbo.Studio.Access;

/// <summary>
/// The folders that the user named. Pages read and write files below them only; links that lead elsewhere are refused.
/// </summary>
/// <param name="roots">Paths of the folders.</param>
public sealed class AllowedFolders(params IEnumerable<string> roots)
{
    private readonly string[] _roots = [.. roots.Select(root => Real(Path.GetFullPath(root))).Distinct()];

    /// <summary>Absolute paths of the folders, without links.</summary>
    public IReadOnlyList<string> Roots => _roots;

    /// <summary>The absolute path of a file or folder, without links.</summary>
    /// <param name="path">
    /// An absolute path, or one relative to the first folder. It need not exist.
    /// </param>
    /// <exception cref="UnauthorizedAccessException">It is not below one of the folders.</exception>
    public string Require(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!path.Contains('\0', StringComparison.Ordinal))
        {
            string real = Real(Path.GetFullPath(path, _roots[0]));
            if (_roots.Any(root => IsBelow(real, root)))
                return real;
        }
        throw new UnauthorizedAccessException(
            $"'{path}' is outside the folders of the studio ({string.Join(", ", _roots)}); restart it with "
                + "--images and that folder to use it."
        );
    }

    /// <summary>Whether <see cref="Require"/> accepts a path.</summary>
    public bool Contains(string path)
    {
        try
        {
            Require(path);
            return true;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or ArgumentException)
        {
            return false;
        }
    }

    private static bool IsBelow(string path, string root) =>
        path == root
        || path.StartsWith(
            Path.EndsInDirectorySeparator(root) ? root : root + Path.DirectorySeparatorChar,
            OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal
        );

    /// <summary>Resolves the links in all parts of an absolute path, as far as it exists.</summary>
    private static string Real(string path)
    {
        string root = Path.GetPathRoot(path)!,
            real = root;
        foreach (string part in path[root.Length..].Split(Path.DirectorySeparatorChar))
        {
            if (part.Length == 0)
                continue;
            real = Path.Combine(real, part);
            if (new FileInfo(real) is { LinkTarget: not null } link)
                // A target may contain links in its own folders. A circle of links is an IOException.
                real = Real(link.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? real);
        }
        return real;
    }
}
