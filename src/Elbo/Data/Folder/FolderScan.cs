using System.IO.Enumeration;
using Elbo.Formats;
using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>Searches folders for files that may be images, and counts what it leaves out.</summary>
/// <remarks>
/// Hidden entries and those that systems and archives create are neither images nor classes, and are not counted.
/// </remarks>
internal sealed class FolderScan
{
    /// <summary>Created by Synology and other network drives, macOS archives, Windows and Linux file systems.</summary>
    private static readonly string[] SystemFolders =
    [
        "@eaDir",
        "#recycle",
        "__MACOSX",
        "$RECYCLE.BIN",
        "System Volume Information",
        "lost+found",
    ];

    private static readonly string[] SystemFiles = ["Thumbs.db", "ehthumbs.db", "desktop.ini"];

    private readonly SortedDictionary<string, int> _others = new(StringComparer.Ordinal);
    private readonly List<UnreadableFile> _unreadable = [];
    private int _links;

    /// <summary>Number of files without the extension of an image format.</summary>
    public int Others => _others.Values.Sum();

    /// <summary>Images and folders whose names are not UTF-8, so that they cannot be opened.</summary>
    public IReadOnlyList<UnreadableFile> Unreadable => _unreadable;

    /// <summary>What was left out, in words: the files by extension, then folders and links.</summary>
    public IEnumerable<string> LeftOut()
    {
        const int Named = 6;
        var byCount = _others.OrderByDescending(other => other.Value).ToArray();
        foreach (var (extension, count) in byCount.Take(Named))
            yield return extension.Length > 0
                ? $"{count:N0} {extension}"
                : $"{Count(count, "file")} without an extension";
        if (byCount.Length > Named)
            yield return Count(byCount.Skip(Named).Sum(other => other.Value), "other file");
        if (_links > 0)
            yield return $"{Count(_links, "link")} to {(_links == 1 ? "a folder" : "folders")}";
    }

    /// <summary>For example <c>1 file</c> or <c>1,200 files</c>.</summary>
    public static string Count(int count, string what) => $"{count:N0} {what}{(count == 1 ? "" : "s")}";

    /// <summary>Paths of the files directly in <paramref name="folder"/> that may be images.</summary>
    public List<string> Images(string folder)
    {
        var images = new List<string>();
        foreach (var (path, _) in Entries(folder, folders: false))
            AddImage(path, images);
        return images;
    }

    /// <summary>
    /// Paths of the files at any depth below <paramref name="folder"/> that may be images. Links to folders are not
    /// followed, because they may lead back to a parent.
    /// </summary>
    public List<string> AllImages(string folder)
    {
        var images = Images(folder);
        foreach (var (path, isLink) in Entries(folder, folders: true))
            if (isLink)
                _links++;
            else
                images.AddRange(AllImages(path));
        return images;
    }

    /// <summary>
    /// Paths of the folders directly in <paramref name="folder"/>, in ordinal order. Links are among them, except those
    /// that lead to this folder, a parent of it, or another folder of the result: their images are found already.
    /// </summary>
    public List<string> Folders(string folder)
    {
        var found = Entries(folder, folders: true).OrderBy(entry => entry.Path, StringComparer.Ordinal).ToArray();
        var result = found.Where(entry => !entry.IsLink).Select(entry => entry.Path).ToList();
        string self = RealPath(folder);
        var known = result.Select(path => Path.Combine(self, Path.GetFileName(path))).ToHashSet(StringComparer.Ordinal);
        foreach (var (path, _) in found.Where(entry => entry.IsLink))
        {
            string target = RealPath(path);
            if (IsAt(self, target) || !known.Add(target))
                _links++;
            else
                result.Add(path);
        }
        return [.. result.Order(StringComparer.Ordinal)];
    }

    private void AddImage(string path, List<string> images)
    {
        string extension = Path.GetExtension(path).ToLowerInvariant();
        if (!ImageDecoder.Endings.Contains(extension))
            _others[extension] = _others.GetValueOrDefault(extension) + 1;
        else if (RegularFile.HasInvalidName(path))
            _unreadable.Add(new UnreadableFile(path, RegularFile.InvalidName));
        else
            images.Add(path);
    }

    /// <summary>The visible files in a folder, or its visible folders whose names are valid.</summary>
    private List<(string Path, bool IsLink)> Entries(string folder, bool folders)
    {
        var visible = new EnumerationOptions
        {
            AttributesToSkip = FileAttributes.Hidden,
            IgnoreInaccessible = false,
            MatchType = MatchType.Simple,
        };
        string[] system = folders ? SystemFolders : SystemFiles;
        var found = new FileSystemEnumerable<(string Path, bool IsLink)>(
            folder,
            (ref FileSystemEntry entry) => (entry.ToFullPath(), entry.Attributes.HasFlag(FileAttributes.ReparsePoint)),
            visible
        )
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                entry.IsDirectory == folders
                && entry.FileName[0] != '.' // not a hidden file on Windows
                && !system.Contains(entry.FileName.ToString(), StringComparer.OrdinalIgnoreCase),
        }.ToList();
        if (folders)
        {
            var invalid = found.Where(entry => RegularFile.HasInvalidName(entry.Path)).ToArray();
            _unreadable.AddRange(invalid.Select(entry => new UnreadableFile(entry.Path, RegularFile.InvalidName)));
            found.RemoveAll(invalid.Contains);
        }
        return found;
    }

    /// <summary>Whether <paramref name="path"/> is <paramref name="folder"/> or below it.</summary>
    private static bool IsAt(string path, string folder) =>
        path == folder
        || path.StartsWith(
            Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );

    /// <summary>The path without links.</summary>
    private static string RealPath(string path)
    {
        string full = Path.GetFullPath(path),
            real = Path.GetPathRoot(full)!;
        foreach (
            string part in full[real.Length..].Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)
        )
        {
            real = Path.Combine(real, part);
            if (Directory.ResolveLinkTarget(real, returnFinalTarget: true) is { } target)
                real = RealPath(target.FullName);
        }
        return real;
    }
}
