using Elbo.Data.Arrays;
using Elbo.Data.Folder;
using Elbo.Studio.Access;
using Elbo.Studio.Layout;

namespace Elbo.Studio.Pages.Train;

/// <summary>A folder in a <see cref="FolderListing"/>.</summary>
/// <param name="Name">Its name; of a folder of the studio, its path.</param>
/// <param name="Path">Its absolute path.</param>
/// <param name="Images">Number of image files directly in it; null if it cannot be read.</param>
/// <param name="Folders">Number of folders directly in it.</param>
internal sealed record FolderEntry(string Name, string Path, int? Images, int Folders);

/// <summary>What a folder of the server contains that training can use.</summary>
/// <param name="Path">Its absolute path; null for the list of the folders that the studio may read.</param>
/// <param name="Parent">The folder above it; null if the studio may not read that.</param>
/// <param name="Images">Number of image files directly in it.</param>
/// <param name="Folders">The folders directly in it.</param>
/// <param name="Arrays">Names of array and table files directly in it.</param>
internal sealed record FolderListing(
    string? Path,
    string? Parent,
    int Images,
    IReadOnlyList<FolderEntry> Folders,
    IReadOnlyList<string> Arrays
)
{
    /// <summary>Number of folders that are listed; a folder with more classes is no dataset.</summary>
    public const int Most = 500;

    /// <summary>Reads a folder.</summary>
    /// <param name="allowed">The folders that the studio may read.</param>
    /// <param name="path">The folder; null lists those of <paramref name="allowed"/>.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="UnauthorizedAccessException">The studio may not read it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static FolderListing Of(AllowedFolders allowed, string? path, CancellationToken cancellation)
    {
        if (path is null)
            return new FolderListing(
                null,
                null,
                0,
                [.. allowed.Roots.Where(Directory.Exists).Select(root => Entry(root, root))],
                []
            );
        string folder = allowed.Require(path);
        var scan = new FolderScan();
        int images = scan.Images(folder).Count;
        var entries = new List<FolderEntry>();
        foreach (string inner in scan.Folders(folder).Where(allowed.Contains).Take(Most))
        {
            cancellation.ThrowIfCancellationRequested();
            entries.Add(Entry(System.IO.Path.GetFileName(inner), inner));
        }
        string? above = System.IO.Path.GetDirectoryName(folder);
        return new FolderListing(
            folder,
            above is not null && allowed.Contains(above) ? above : null,
            images,
            entries,
            [
                .. Directory
                    .EnumerateFiles(folder)
                    .Where(file => ArrayPath.FormatOf(file) is not null)
                    .Select(file => System.IO.Path.GetFileName(file))
                    .Order(StringComparer.Ordinal)
                    .Take(Most),
            ]
        );
    }

    private static FolderEntry Entry(string name, string path)
    {
        try
        {
            var scan = new FolderScan();
            return new FolderEntry(name, path, scan.Images(path).Count, scan.Folders(path).Count);
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            return new FolderEntry(name, path, null, 0);
        }
    }
}
