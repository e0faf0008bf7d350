using Elbo.Data.Arrays;
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
        options = (options ?? new DatasetOptions()) with
        {
            ImageSize = new ImageSize(shape.Width, shape.Height),
            Colour = shape.Channels == 1 ? ImageColour.Grey : ImageColour.Rgb,
        };
        if (path != StandardInput && ArrayPath.FormatOf(path) is not null)
            return ArraysSource.ReadAll(path, options, threads == 0 ? -1 : threads, progress, cancellation);
        var listing = List(path);
        var decoded = ImageFolderReader.Read(
            listing,
            [.. Enumerable.Range(0, listing.Files.Count)],
            options,
            DataLocation.FromEnvironment().ImageCache,
            threads == 0 ? -1 : threads,
            progress,
            cancellation
        );
        var unreadable = decoded.Unreadable;
        if (decoded.Count == 0)
            throw new InvalidDataException(
                $"none of the {unreadable.Count:N0} files of {path} can be read as an image; the first is "
                    + $"{unreadable[0].Path}: {unreadable[0].Reason}"
            );
        return new ImagesByPath(decoded.Images(0, decoded.Count), unreadable, decoded.Remarks);
    }

    private static ImageFolderListing List(string path)
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
        if (!ImageDecoder.HasContent(path))
            throw new InvalidDataException(
                $"{path} is empty or a pipe; a list is a file with the path of one image per line, or {StandardInput} "
                    + "for standard input."
            );
        using var text = new StreamReader(path);
        return OfList(ReadLines(text), path, Path.GetDirectoryName(Path.GetFullPath(path)));
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
