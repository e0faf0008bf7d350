using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>The part of a dataset that a file belongs to.</summary>
internal enum FolderSplit
{
    /// <summary>The folder has no splits, or no test images: some of these are held out for testing.</summary>
    Train,

    /// <summary>Images for validation.</summary>
    Validation,

    /// <summary>Images for testing.</summary>
    Test,
}

/// <summary>A file of an image folder that may be an image.</summary>
/// <param name="Path">Path of the file.</param>
/// <param name="Name">Path relative to the folder, with <c>/</c> as separator on every system.</param>
/// <param name="Label">Index of its class, or −1 without classes.</param>
/// <param name="Split">Its split.</param>
internal sealed record ImageFolderFile(string Path, string Name, int Label, FolderSplit Split = FolderSplit.Train);

/// <summary>
/// The contents of an image folder: its splits, its classes, and the files with the extension of an image format.
/// </summary>
/// <param name="Folder">The folder.</param>
/// <param name="ClassNames">
/// Sub-folders that contain such files, of the folder or of any of its splits, in ordinal order; empty if the images
/// are in the folder itself.
/// </param>
/// <param name="Files">
/// These files by split in ordinal order of the folders, then by class, then in ordinal order of their names.
/// </param>
internal sealed record ImageFolderListing(
    string Folder,
    IReadOnlyList<string> ClassNames,
    IReadOnlyList<ImageFolderFile> Files
)
{
    /// <summary>The maximum number of classes, since labels are bytes.</summary>
    private const int MostClasses = 256;

    private static readonly (FolderSplit Split, string[] Names)[] SplitNames =
    [
        (FolderSplit.Train, ["train", "training"]),
        (FolderSplit.Validation, ["val", "valid", "validation", "dev"]),
        (FolderSplit.Test, ["test", "testing"]),
    ];

    /// <summary>The folder that names are relative to; null for a list of files.</summary>
    public string? Root { get; private init; } = Folder;

    /// <summary>The folder of each split, as it is called; empty if the folder has no splits.</summary>
    public IReadOnlyDictionary<FolderSplit, string> Splits { get; private init; } =
        new Dictionary<FolderSplit, string>();

    /// <summary>What was left out, in words, such as <c>30 .pdf</c>.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>
    /// Lists <paramref name="folder"/>. Folders called train, validation and test are splits if there is one to train
    /// and another. A single folder without images beside it is looked through. The images of a class may be at any
    /// depth below its sub-folder.
    /// </summary>
    /// <exception cref="IOException">The folder does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder contains no images or too many classes, or splits of which none is to train.
    /// </exception>
    public static ImageFolderListing Of(string folder)
    {
        if (File.Exists(folder))
            throw new DirectoryNotFoundException($"{folder} is a file; --images names a folder of image files.");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(
                $"there is no folder {folder}; --images names a folder of image files."
            );
        var scan = new FolderScan();
        var top = FolderGroup.Of(scan, folder);
        while (top.Images.Count == 0 && top.Folders is [var only])
            top = FolderGroup.Of(scan, only);
        var names = FindSplits(folder, top.Folders);
        var leftOut = new List<string>();
        var groups = new List<(FolderSplit Split, FolderGroup Group)>();
        if (names.Count == 0)
            groups.Add((FolderSplit.Train, top.WithClasses(scan)));
        else
        {
            Leave(top.Images.Count, "beside the splits");
            foreach (string below in top.Folders)
                if (SplitOf(below) is { } split)
                    groups.Add((split, FolderGroup.Of(scan, below).WithClasses(scan)));
                else if (scan.AllImages(below).Count is > 0 and var count)
                    leftOut.Add($"the folder {Path.GetFileName(below)} with {FolderScan.Count(count, "image")}");
            groups.RemoveAll(group => group.Group.IsEmpty);
        }
        foreach (var (_, group) in groups.Where(group => group.Group.Classes.Count > 0))
            Leave(group.Images.Count, "beside the folders of classes");
        string[] classes =
        [
            .. groups.SelectMany(group => group.Group.Classes.Keys).Distinct().Order(StringComparer.Ordinal),
        ];
        if (classes.Length > MostClasses)
            throw new InvalidDataException(
                $"{folder} has {classes.Length} folders of images, one for each class; there can be {MostClasses} "
                    + "at most."
            );
        ImageFolderFile[] files = [.. groups.SelectMany(group => group.Group.Files(folder, classes, group.Split))];
        if (files.Length == 0)
            throw new InvalidDataException(
                $"{folder} has no files that end in {string.Join(", ", ImageDecoder.Endings)}, nor have the folders "
                    + $"in it ({scan.Others} {(scan.Others == 1 ? "file ends" : "files end")} otherwise)."
            );
        if (groups.TrueForAll(group => group.Split != FolderSplit.Train))
            throw new InvalidDataException($"{folder} has no images in {names[FolderSplit.Train]}.");
        return new ImageFolderListing(folder, classes, files)
        {
            Splits = groups.Where(_ => names.Count > 0).ToDictionary(group => group.Split, group => names[group.Split]),
            LeftOut = [.. scan.LeftOut(), .. leftOut],
        };

        void Leave(int count, string where)
        {
            if (count > 0)
                leftOut.Add($"{FolderScan.Count(count, "image")} {where}");
        }
    }

    /// <summary>A listing of files in the order given, without classes. Their names are their paths.</summary>
    /// <param name="paths">Paths of the files.</param>
    /// <param name="name">Name of the collection, for messages.</param>
    public static ImageFolderListing OfFiles(IReadOnlyList<string> paths, string name) =>
        new(name, [], [.. paths.Select(path => new ImageFolderFile(path, path, -1))]) { Root = null };

    /// <summary>The names of the folders that are splits; empty if the folders are classes.</summary>
    private static Dictionary<FolderSplit, string> FindSplits(string folder, IReadOnlyList<string> folders)
    {
        var found = folders.Where(path => SplitOf(path) is not null).ToLookup(path => SplitOf(path)!.Value);
        if (found.Count < 2)
            return [];
        if (!found.Contains(FolderSplit.Train))
            return found.Sum(split => split.Count()) < folders.Count
                ? []
                : throw new InvalidDataException(
                    $"{folder} has the folders {string.Join(" and ", folders.Select(Path.GetFileName))} but no folder "
                        + "train. Name one of them with --images to use its images."
                );
        foreach (var split in found.Where(split => split.Count() > 1))
            throw new InvalidDataException(
                $"{folder} has {string.Join(" and ", split.Select(Path.GetFileName))}, which mean the same split. "
                    + "Keep one of them."
            );
        return found.ToDictionary(split => split.Key, split => Path.GetFileName(split.Single()));
    }

    private static FolderSplit? SplitOf(string path)
    {
        string name = Path.GetFileName(path);
        foreach (var (split, names) in SplitNames)
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
                return split;
        return null;
    }
}

/// <summary>A folder with images, with or without a folder for each class.</summary>
/// <param name="Images">Paths of the images in the folder itself.</param>
/// <param name="Folders">Paths of the folders in it.</param>
internal sealed record FolderGroup(IReadOnlyList<string> Images, IReadOnlyList<string> Folders)
{
    /// <summary>Paths of the images of each class, in ordinal order of the classes.</summary>
    public SortedDictionary<string, List<string>> Classes { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>Whether there are no images.</summary>
    public bool IsEmpty => Images.Count == 0 && Classes.Count == 0;

    /// <summary>Lists a folder, without the contents of the folders in it.</summary>
    public static FolderGroup Of(FolderScan scan, string folder) => new(scan.Images(folder), scan.Folders(folder));

    /// <summary>Lists the contents of the folders. Those with images are classes.</summary>
    public FolderGroup WithClasses(FolderScan scan)
    {
        var classes = new SortedDictionary<string, List<string>>(StringComparer.Ordinal);
        foreach (string folder in Folders)
            if (scan.AllImages(folder) is { Count: > 0 } images)
                classes.Add(Path.GetFileName(folder), images);
        return this with { Classes = classes };
    }

    /// <summary>The images of the classes, or those of the folder itself if there are no classes.</summary>
    /// <param name="root">The folder that names are relative to.</param>
    /// <param name="classNames">Names of all classes, in the order of their labels.</param>
    /// <param name="split">The split of the files.</param>
    public IEnumerable<ImageFolderFile> Files(string root, string[] classNames, FolderSplit split)
    {
        return Classes.Count == 0
            ? Named(Images, -1)
            : Classes.SelectMany(entry => Named(entry.Value, Array.IndexOf(classNames, entry.Key)));

        IEnumerable<ImageFolderFile> Named(IEnumerable<string> paths, int label) =>
            paths
                .Select(path => new ImageFolderFile(
                    path,
                    Path.GetRelativePath(root, path).Replace(Path.DirectorySeparatorChar, '/'),
                    label,
                    split
                ))
                .OrderBy(file => file.Name, StringComparer.Ordinal);
    }
}
