using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>How the images of a folder lie in it: in splits, in classes, or beside them.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Scan">What was left out.</param>
/// <param name="Parts">
/// The splits in ordinal order of their folders, without those that have no images; one part if there are no splits.
/// </param>
/// <param name="Outside">Images beside splits or beside the folders of classes.</param>
internal sealed record FolderLayout(
    string Folder,
    FolderScan Scan,
    IReadOnlyList<FolderPart> Parts,
    IReadOnlyList<FolderPart> Outside
)
{
    private static readonly (FolderSplit Split, string[] Names)[] SplitNames =
    [
        (FolderSplit.Train, ["train", "training"]),
        (FolderSplit.Validation, ["val", "valid", "validation", "dev"]),
        (FolderSplit.Test, ["test", "testing"]),
    ];

    /// <summary>Names of the folders that are splits, with or without images.</summary>
    private IReadOnlyList<string> Splits { get; init; } = [];

    /// <summary>Names of the classes of all parts, in ordinal order.</summary>
    public string[] Classes =>
        [.. Parts.SelectMany(part => part.Classes.Keys).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>Searches a folder.</summary>
    /// <exception cref="IOException">The folder does not exist or cannot be read.</exception>
    public static FolderLayout Of(string folder)
    {
        if (File.Exists(folder))
            throw new DirectoryNotFoundException($"{folder} is a file; --images names a folder of image files.");
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(
                $"there is no folder {folder}; --images names a folder of image files."
            );
        var scan = new FolderScan();
        string top = folder;
        var (images, folders) = (scan.Images(top), scan.Folders(top));
        while (images.Count == 0 && folders is [var only])
            (top, images, folders) = (only, scan.Images(only), scan.Folders(only));
        string[] splits = FindSplits(folders);
        FolderPart[] parts =
            splits.Length == 0
                ? [FolderPart.Of(scan, top, images, folders)]
                :
                [
                    .. splits
                        .Select(split => FolderPart.Of(scan, split, scan.Images(split), scan.Folders(split)))
                        .Where(part => part.Images.Count + part.Classes.Count > 0),
                ];
        FolderPart[] beside =
        [
            .. parts
                .Where(part => part.Classes.Count > 0)
                .Select(part => new FolderPart("beside the folders of classes", part.Images)),
        ];
        if (splits.Length > 0)
            beside =
            [
                new FolderPart("beside the splits", images),
                .. beside,
                .. folders
                    .Except(splits)
                    .Select(other => new FolderPart($"in {Path.GetFileName(other)}", scan.AllImages(other))),
            ];
        return new FolderLayout(folder, scan, parts, [.. beside.Where(part => part.Images.Count > 0)])
        {
            Splits = [.. splits.Select(split => Path.GetFileName(split))],
        };
    }

    /// <summary>The split of a folder by its name; null if it is no split.</summary>
    public static FolderSplit? SplitOf(string path)
    {
        string name = Path.GetFileName(path);
        foreach (var (split, names) in SplitNames)
            if (names.Contains(name, StringComparer.OrdinalIgnoreCase))
                return split;
        return null;
    }

    /// <summary>The name of the folder of each split that has images; empty if there are no splits.</summary>
    /// <exception cref="InvalidDataException">
    /// There is no split to train, or two folders are the same split.
    /// </exception>
    public IReadOnlyDictionary<FolderSplit, string> RequireSplits()
    {
        var found = Splits.ToLookup(name => SplitOf(name)!.Value);
        if (found.Count == 0)
            return new Dictionary<FolderSplit, string>();
        if (!found.Contains(FolderSplit.Train))
            throw new InvalidDataException(
                $"{Folder} has the folders {string.Join(" and ", Splits)} but no folder train. Name one of them with "
                    + "--images to use its images."
            );
        foreach (var split in found.Where(split => split.Count() > 1))
            throw new InvalidDataException(
                $"{Folder} has {string.Join(" and ", split)}, which mean the same split. Keep one of them."
            );
        if (Parts.Count > 0 && Parts.All(part => part.Split != FolderSplit.Train))
            throw new InvalidDataException($"{Folder} has no images in {found[FolderSplit.Train].Single()}.");
        return Parts.ToDictionary(part => part.Split, part => part.Name);
    }

    /// <summary>Checks that there are images.</summary>
    /// <exception cref="InvalidDataException"><paramref name="count"/> is 0.</exception>
    public void RequireImages(int count)
    {
        if (count == 0 && Scan.Unreadable is [var first, ..])
            throw new InvalidDataException($"{first.Path}: {first.Reason}");
        if (count == 0)
            throw new InvalidDataException(
                $"{Folder} has no files that end in {string.Join(", ", ImageDecoder.Endings)}, nor have the folders "
                    + $"in it ({Scan.Others} {(Scan.Others == 1 ? "file ends" : "files end")} otherwise)."
            );
    }

    /// <summary>The images outside in words, such as <c>2 images beside the splits</c>.</summary>
    public IEnumerable<string> DescribeOutside() =>
        Outside
            .GroupBy(part => part.Name)
            .Select(part => $"{FolderScan.Count(part.Sum(images => images.Images.Count), "image")} {part.Key}");

    /// <summary>
    /// The folders that are splits. Folders are classes if only one has the name of a split, or if there are others but
    /// none to train.
    /// </summary>
    private static string[] FindSplits(List<string> folders)
    {
        string[] found = [.. folders.Where(path => SplitOf(path) is not null)];
        var splits = found.Select(SplitOf).ToHashSet();
        return splits.Count > 1 && (splits.Contains(FolderSplit.Train) || found.Length == folders.Count) ? found : [];
    }
}

/// <summary>Images of a folder, with or without a folder for each class.</summary>
/// <param name="Name">Name of the folder, or where the images are.</param>
/// <param name="Images">Paths of the images in the folder itself.</param>
internal sealed record FolderPart(string Name, IReadOnlyList<string> Images)
{
    /// <summary>Paths of the images of each class, in ordinal order of the classes.</summary>
    public SortedDictionary<string, List<string>> Classes { get; private init; } = new(StringComparer.Ordinal);

    /// <summary>The split by the name of the folder.</summary>
    public FolderSplit Split => FolderLayout.SplitOf(Name) ?? FolderSplit.Train;

    /// <summary>Searches the folders in a folder. Those with images are classes.</summary>
    public static FolderPart Of(
        FolderScan scan,
        string path,
        IReadOnlyList<string> images,
        IReadOnlyList<string> folders
    )
    {
        var part = new FolderPart(Path.GetFileName(path), images);
        foreach (string folder in folders)
            if (scan.AllImages(folder) is { Count: > 0 } found)
                part.Classes.Add(Path.GetFileName(folder), found);
        return part;
    }

    /// <summary>
    /// The images of the classes, or those of the folder itself if there are no classes; by class, then in ordinal
    /// order of their names.
    /// </summary>
    /// <param name="root">The folder that names are relative to.</param>
    /// <param name="classNames">Names of all classes in the order of their labels; empty gives no labels.</param>
    public IEnumerable<ImageFolderFile> Files(string root, string[] classNames)
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
                    Split
                ))
                .OrderBy(file => file.Name, StringComparer.Ordinal);
    }
}
