using System.IO.Enumeration;
using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>A file of an image folder that may be an image.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Name">Path relative to the folder, with <c>/</c> as separator on every system.</param>
/// <param name="Label">Index of its class, or −1 without classes.</param>
internal sealed record ImageFolderFile(string Path, string Name, int Label);

/// <summary>
/// The contents of an image folder: its classes, and the files with the extension of an image format.
/// </summary>
/// <param name="Folder">The folder.</param>
/// <param name="ClassNames">
/// Sub-folders that contain such files, in ordinal order; empty if the images are in the folder itself.
/// </param>
/// <param name="Files">These files by class, then in ordinal order of their names.</param>
/// <param name="Others">Number of files with other extensions.</param>
/// <param name="Outside">Number of images beside the folders of the classes.</param>
internal sealed record ImageFolderListing(
    string Folder,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<ImageFolderFile> Files,
    int Others,
    int Outside
)
{
    /// <summary>The folder that names are relative to; null for a list of files.</summary>
    public string? Root { get; private init; } = Folder;

    /// <summary>The maximum number of classes, since labels are bytes.</summary>
    private const int MostClasses = 256;

    /// <summary>
    /// Lists <paramref name="folder"/>. The images of a class may be at any depth below its sub-folder. Hidden files
    /// and folders are skipped, and so are links to folders below them.
    /// </summary>
    /// <exception cref="IOException">The folder does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The folder contains no images, or too many classes.</exception>
    public static ImageFolderListing Of(string folder)
    {
        if (File.Exists(folder))
            throw new DirectoryNotFoundException($"{folder} is a file; --images names a folder of image files.");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(
                $"there is no folder {folder}; --images names a folder of image files."
            );
        var loose = Split(folder, deep: false, out int others);
        var classes = new List<string>();
        var files = new List<ImageFolderFile>();
        foreach (
            string below in Directory
                .EnumerateDirectories(folder, "*", Visible(deep: false))
                .Order(StringComparer.Ordinal)
        )
        {
            var found = Split(below, deep: true, out int more);
            others += more;
            if (found.Count == 0)
                continue;
            files.AddRange(Name(found, folder, classes.Count));
            classes.Add(Path.GetFileName(below));
        }
        if (classes.Count > MostClasses)
            throw new InvalidDataException(
                $"{folder} has {classes.Count} folders of images, one for each class; there can be {MostClasses} "
                    + "at most."
            );
        if (classes.Count == 0)
            files.AddRange(Name(loose, folder, -1));
        if (files.Count == 0)
            throw new InvalidDataException(
                $"{folder} has no files that end in {string.Join(", ", ImageDecoder.Endings)}, nor have the folders "
                    + $"in it ({others} {(others == 1 ? "file ends" : "files end")} otherwise)."
            );
        return new ImageFolderListing(folder, classes, files, others, classes.Count == 0 ? 0 : loose.Count);
    }

    /// <summary>
    /// Lists all images of <paramref name="folder"/> for use rather than training: with their classes if all are in
    /// folders of classes, else without.
    /// </summary>
    /// <exception cref="IOException">As for <see cref="Of"/>.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="Of"/>.</exception>
    public static ImageFolderListing OfAll(string folder)
    {
        var listing = Of(folder);
        return listing.Outside == 0
            ? listing
            : listing with
            {
                ClassNames = [],
                Files = [.. Name(Split(folder, deep: true, out _), folder, -1)],
                Outside = 0,
            };
    }

    /// <summary>A listing of files in the order given, without classes. Their names are their paths.</summary>
    /// <param name="paths">Paths of the files.</param>
    /// <param name="name">Name of the collection, for messages.</param>
    public static ImageFolderListing OfFiles(IReadOnlyList<string> paths, string name) =>
        new(name, [], [.. paths.Select(path => new ImageFolderFile(path, path, -1))], Others: 0, Outside: 0)
        {
            Root = null,
        };

    private static IEnumerable<ImageFolderFile> Name(IEnumerable<string> paths, string folder, int label) =>
        paths
            .Select(path => new ImageFolderFile(
                path,
                Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'),
                label
            ))
            .OrderBy(file => file.Name, StringComparer.Ordinal);

    /// <summary>The files that may be images, and the number of other files.</summary>
    private static List<string> Split(string folder, bool deep, out int others)
    {
        string[] all =
        [
            .. new FileSystemEnumerable<string>(
                folder,
                (ref FileSystemEntry entry) => entry.ToFullPath(),
                Visible(deep)
            )
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
                // A link to a folder may lead back to a parent, without end.
                ShouldRecursePredicate = (ref FileSystemEntry entry) =>
                    !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
            },
        ];
        List<string> images =
        [
            .. all.Where(path => ImageDecoder.Endings.Contains(Path.GetExtension(path).ToLowerInvariant())),
        ];
        others = all.Length - images.Count;
        return images;
    }

    private static EnumerationOptions Visible(bool deep) =>
        new()
        {
            AttributesToSkip = FileAttributes.Hidden,
            IgnoreInaccessible = false,
            RecurseSubdirectories = deep,
        };
}
