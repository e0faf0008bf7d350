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
internal sealed record ImageFolderFile(string Path, string Name, int Label, FolderSplit Split = FolderSplit.Train)
{
    /// <summary>The content, if it is not in a file of its own; null reads the file.</summary>
    public byte[]? Content { get; init; }

    /// <summary>Decodes the image.</summary>
    /// <exception cref="InvalidDataException">
    /// As for <see cref="ImageDecoder.Read(string, BackgroundColour?)"/>.
    /// </exception>
    public (DecodedImage Image, DecodeFindings Findings) Decode(DecodeOptions options) =>
        Content is null ? ImageDecoder.Read(Path, options) : ImageDecoder.Decode(Content, Path, options);
}

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

    /// <summary>The folder that names are relative to; null for a list of files.</summary>
    public string? Root { get; private init; } = Folder;

    /// <summary>The folder of each split, as it is called; empty if the folder has no splits.</summary>
    public IReadOnlyDictionary<FolderSplit, string> Splits { get; private init; } =
        new Dictionary<FolderSplit, string>();

    /// <summary>What was left out, in words, such as <c>30 .pdf</c>.</summary>
    public IReadOnlyList<string> LeftOut { get; private init; } = [];

    /// <summary>Images and folders that cannot be opened, because their names are not UTF-8.</summary>
    public IReadOnlyList<UnreadableFile> Unreadable { get; init; } = [];

    /// <summary>
    /// Lists <paramref name="folder"/> for training. Folders called train, validation and test are splits if there is
    /// one to train and another. A single folder without images beside it is looked through. The images of a class may
    /// be at any depth below its sub-folder. Images beside splits or classes are left out.
    /// </summary>
    /// <exception cref="IOException">The folder does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder contains no images or too many classes, or splits of which none is to train.
    /// </exception>
    public static ImageFolderListing Of(string folder)
    {
        var layout = FolderLayout.Of(folder);
        var splits = layout.RequireSplits();
        string[] classes = layout.Classes;
        if (classes.Length > MostClasses)
            throw new InvalidDataException(
                $"{folder} has {classes.Length} folders of images, one for each class; there can be {MostClasses} "
                    + "at most."
            );
        ImageFolderFile[] files = [.. layout.Parts.SelectMany(part => part.Files(folder, classes))];
        layout.RequireImages(files.Length);
        return new ImageFolderListing(folder, classes, files)
        {
            Splits = splits,
            LeftOut = [.. layout.Scan.LeftOut(), .. layout.DescribeOutside()],
            Unreadable = layout.Scan.Unreadable,
        };
    }

    /// <summary>
    /// Lists all images of <paramref name="folder"/> for use rather than training, in ordinal order of their names:
    /// with their classes if all are in folders of classes, else without.
    /// </summary>
    /// <exception cref="IOException">The folder does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The folder contains no images.</exception>
    public static ImageFolderListing OfAll(string folder)
    {
        var layout = FolderLayout.Of(folder);
        string[] classes = layout.Classes;
        if (layout.Outside.Count > 0 || classes.Length > MostClasses)
            classes = [];
        ImageFolderFile[] files =
        [
            .. layout
                .Parts.SelectMany(part => part.Files(folder, classes))
                .Concat(layout.Outside.SelectMany(part => part.Files(folder, [])))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
        layout.RequireImages(files.Length);
        return new ImageFolderListing(folder, classes, files)
        {
            LeftOut = [.. layout.Scan.LeftOut()],
            Unreadable = layout.Scan.Unreadable,
        };
    }

    /// <summary>A listing of files in the order given, without classes. Their names are their paths.</summary>
    /// <param name="paths">Paths of the files.</param>
    /// <param name="name">Name of the collection, for messages.</param>
    public static ImageFolderListing OfFiles(IReadOnlyList<string> paths, string name) =>
        new(name, [], [.. paths.Select(path => new ImageFolderFile(path, path, -1))]) { Root = null };

    /// <summary>A listing of images inside another file, without classes.</summary>
    /// <param name="path">The other file.</param>
    /// <param name="images">Their names in messages, and their contents.</param>
    public static ImageFolderListing OfContents(string path, IReadOnlyList<(string Name, byte[] Content)> images) =>
        new(
            path,
            [],
            [.. images.Select(image => new ImageFolderFile(image.Name, image.Name, -1) { Content = image.Content })]
        )
        {
            Root = null,
        };
}
