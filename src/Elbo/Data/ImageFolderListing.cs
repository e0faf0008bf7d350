using System.IO.Enumeration;
using Elbo.Imaging;

namespace Elbo.Data;

/// <summary>A file of an image folder that may be an image.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path within the folder, with <c>/</c> between the parts whatever the system has.</param>
/// <param name="Label">Index of its class, or −1 without classes.</param>
internal sealed record ImageFolderFile(string Path, string Name, int Label);

/// <summary>What is in a folder of images: its classes, and the files whose names end as those of images do.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="ClassNames">Its sub-folders that have such files, in ordinal order; none where the images lie in the
/// folder itself.</param>
/// <param name="Files">Such files: class by class, and in ordinal order of their names.</param>
/// <param name="Others">How many files have another ending.</param>
/// <param name="Outside">How many images lie beside the folders of the classes.</param>
internal sealed record ImageFolderListing(
    string Folder,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<ImageFolderFile> Files,
    int Others,
    int Outside
)
{
    /// <summary>Labels are bytes.</summary>
    private const int MostClasses = 256;

    /// <summary>
    /// Looks through <paramref name="folder"/>: images of a class may lie at any depth below its sub-folder; hidden
    /// files and folders are left out, and links to folders there.
    /// </summary>
    /// <exception cref="IOException">There is no such folder, or it cannot be looked through.</exception>
    /// <exception cref="InvalidDataException">It has no images, or more classes than labels can tell apart.</exception>
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

    private static IEnumerable<ImageFolderFile> Name(IEnumerable<string> paths, string folder, int label) =>
        paths
            .Select(path => new ImageFolderFile(
                path,
                Path.GetRelativePath(folder, path).Replace(Path.DirectorySeparatorChar, '/'),
                label
            ))
            .OrderBy(file => file.Name, StringComparer.Ordinal);

    /// <summary>The files that may be images, and how many others there are.</summary>
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
                // A link to a folder may lead back up, round and round.
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
