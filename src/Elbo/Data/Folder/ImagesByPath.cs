using Elbo.Data.Arrays;
using Elbo.Formats;
using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>Images of a person's own, for a model that is already trained.</summary>
/// <param name="Images">
/// The images in the order given: that of a list, or the ordinal order of the names in a folder.
/// <see cref="ImageDataset.FilePath"/> is the path of each as given, or below the folder as given.
/// </param>
/// <param name="Unreadable">Files that were skipped because they are unreadable.</param>
/// <param name="Remarks">
/// What a folder was understood to be, and decisions made for the images, one line each.
/// </param>
public sealed record ImagesByPath(
    ImageDataset Images,
    IReadOnlyList<UnreadableFile> Unreadable,
    IReadOnlyList<string> Remarks
)
{
    /// <summary>The path that means a list of files on standard input.</summary>
    public const string StandardInput = "-";

    private static readonly string[] ListEndings = [".txt", ".lst", ".list"];

    /// <summary>
    /// Reads a folder of images, an image file, a list of image files, or an array or table file, with size and colour
    /// of <paramref name="shape"/>.
    /// </summary>
    /// <param name="path">
    /// A folder, searched as in training; an image file; a text file with one path per line, each relative to the
    /// current folder or else to the list's folder; <c>-</c> for such a list on standard input; or a file as for <see
    /// cref="ArraysSource"/>, whose splits follow each other in the order train, validation, test.
    /// </param>
    /// <param name="shape">Shape of the images to return.</param>
    /// <param name="options">
    /// Background and white level, as in training; null decides them from the images. Size and colour follow from
    /// <paramref name="shape"/>.
    /// </param>
    /// <param name="threads">Number of threads; 0 means one per processor.</param>
    /// <param name="progress">Receives the progress of reading.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="IOException">The path does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">No image can be read, or a file of the list does not exist.</exception>
    public static ImagesByPath Load(
        string path,
        ImageShape shape,
        DatasetOptions? options = null,
        int threads = 0,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        options = For(shape, options);
        if (path != StandardInput && ArrayPath.FormatOf(path) is not null)
            return ArraysSource.ReadAll(path, options, threads == 0 ? -1 : threads, progress, cancellation);
        return Load(
            List(path, cancellation),
            path,
            options,
            DataLocation.FromEnvironment().ImageCache,
            threads,
            requireAll: false,
            progress,
            cancellation
        );
    }

    /// <summary>
    /// Reads image files in the order given. Nothing is written to the cache of decoded images. A file that cannot be
    /// read is an error, unless <see cref="DatasetOptions.Strict"/> is false.
    /// </summary>
    /// <inheritdoc cref="Load(string, ImageShape, DatasetOptions?, int, IProgress{DataProgress}?, CancellationToken)"/>
    internal static ImagesByPath LoadFiles(
        IReadOnlyList<string> paths,
        ImageShape shape,
        DatasetOptions? options,
        CancellationToken cancellation = default
    )
    {
        if (paths.FirstOrDefault(path => !File.Exists(path)) is { } missing)
            throw new FileNotFoundException($"there is no file {missing}.", missing);
        return Load(ImageFolderListing.OfFiles(paths, "the list"), "the list", For(shape, options), cancellation);
    }

    /// <summary>As <see cref="LoadFiles"/>, for the contents of files.</summary>
    internal static ImagesByPath LoadContents(
        IReadOnlyList<(string Name, byte[] Content)> files,
        ImageShape shape,
        DatasetOptions? options,
        CancellationToken cancellation = default
    ) => Load(ImageFolderListing.OfContents("the images", files), "the images", For(shape, options), cancellation);

    /// <summary>As <see cref="LoadFiles"/>, for all images of a folder.</summary>
    internal static ImagesByPath LoadFolder(
        string folder,
        ImageShape shape,
        DatasetOptions? options,
        CancellationToken cancellation = default
    ) => Load(ImageFolderListing.OfAll(folder), folder, For(shape, options), cancellation);

    /// <summary>As <see cref="LoadFolder"/>, in batches, each of which is read when it is asked for.</summary>
    /// <remarks>
    /// Background and white level that are not given are decided by the first batch with transparent or 16-bit images.
    /// </remarks>
    internal static IEnumerable<ImagesByPath> LoadBatches(
        string folder,
        ImageShape shape,
        int batchSize,
        DatasetOptions? options,
        CancellationToken cancellation
    )
    {
        options = For(shape, options);
        var listing = ImageFolderListing.OfAll(folder);
        foreach (var files in listing.Files.Chunk(batchSize))
        {
            var batch = Load(listing with { Files = files }, folder, options, cancellation);
            listing = listing with { Unreadable = [] }; // told with the first batch
            options = options with
            {
                Background = options.Background ?? batch.Background,
                White16 = options.White16 ?? batch.White16,
            };
            yield return batch;
        }
    }

    /// <summary>Background of transparent images; null if no image is transparent.</summary>
    private BackgroundColour? Background { get; init; }

    /// <summary>The value of 16-bit samples that is white; null if no image has 16 bits.</summary>
    private int? White16 { get; init; }

    private static DatasetOptions For(ImageShape shape, DatasetOptions? options) =>
        (options ?? new DatasetOptions()) with
        {
            ImageSize = new ImageSize(shape.Width, shape.Height),
            Colour = shape.Channels == 1 ? ImageColour.Grey : ImageColour.Rgb,
        };

    private static ImagesByPath Load(
        ImageFolderListing listing,
        string name,
        DatasetOptions options,
        CancellationToken cancellation
    ) => Load(listing, name, options, null, 0, options.Strict != false, null, cancellation);

    private static ImagesByPath Load(
        ImageFolderListing listing,
        string name,
        DatasetOptions options,
        string? cacheFolder,
        int threads,
        bool requireAll,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        var decoded = ImageFolderReader.Read(
            listing,
            [.. Enumerable.Range(0, listing.Files.Count)],
            options,
            cacheFolder,
            threads == 0 ? -1 : threads,
            progress,
            cancellation
        );
        var unreadable = decoded.Unreadable;
        if (requireAll && unreadable is [var first, ..])
            throw new InvalidDataException($"{first.Path}: {first.Reason}");
        if (decoded.Count == 0)
            throw new InvalidDataException(
                $"none of the {unreadable.Count:N0} files of {name} can be read as an image; the first is "
                    + $"{unreadable[0].Path}: {unreadable[0].Reason}"
            );
        return new ImagesByPath(decoded.Images(0, decoded.Count), unreadable, decoded.Remarks)
        {
            Background = decoded.Background,
            White16 = decoded.White16,
        };
    }

    private static ImageFolderListing List(string path, CancellationToken cancellation)
    {
        if (path == StandardInput)
            return OfList(ReadLines(Console.In), "the list on standard input", null);
        if (Directory.Exists(path))
            return ImageFolderListing.OfAll(path);
        if (!File.Exists(path))
            throw new FileNotFoundException(
                $"there is no {path}; --images names a folder, an image file, a list of image files, or an array file."
            );
        if (!ListEndings.Contains(Path.GetExtension(path).ToLowerInvariant()))
            return ImageFolderListing.OfFiles([path], path);
        return OfList(
            RegularFile.ReadAllLines(path, cancellation),
            path,
            Path.GetDirectoryName(Path.GetFullPath(path))
        );
    }

    private static ImageFolderListing OfList(string[] lines, string name, string? folder)
    {
        if (lines.Length == 0)
            throw new InvalidDataException($"{name} is empty; it needs the path of one image file per line.");
        string[] files = [.. lines.Select(Locate)];
        return ImageFolderListing.OfFiles(files, name);

        string Locate(string line)
        {
            if (File.Exists(line))
                return line;
            if (folder is not null && Path.Combine(folder, line) is var beside && File.Exists(beside))
                return beside;
            if (RegularFile.HasInvalidName(line))
                throw new InvalidDataException($"{name} names {line}: {RegularFile.InvalidName}");
            throw new InvalidDataException(
                $"{name} names {line}, which is not a file here{(folder is null ? "" : $" or in {folder}")}."
            );
        }
    }

    private static string[] ReadLines(TextReader text)
    {
        var lines = new List<string>();
        while (text.ReadLine() is { } line)
            if (!string.IsNullOrWhiteSpace(line))
                lines.Add(line);
        return [.. lines];
    }
}
