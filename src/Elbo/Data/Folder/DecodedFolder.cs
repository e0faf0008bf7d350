using System.Numerics;
using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>The result of decoding a file.</summary>
/// <param name="Findings">Properties of the image; null if it could not be read.</param>
/// <param name="Fault">The reason why it could not be read, or null.</param>
/// <param name="IsLasting">Whether the result stays the same as long as the file does.</param>
internal sealed record FileOutcome(DecodeFindings? Findings, string? Fault, bool IsLasting = true);

/// <summary>The images of a folder.</summary>
/// <param name="Shape">Shape of an image.</param>
/// <param name="Outcomes">The result for each file, in the order of the listing.</param>
/// <param name="Pixels">The images of the readable files, in the order of the dataset.</param>
internal sealed record DecodedImages(
    ImageShape Shape,
    IReadOnlyList<FileOutcome> Outcomes,
    ReadOnlyMemory<byte> Pixels
);

/// <summary>The images of a folder with their files, classes and splits.</summary>
internal sealed class DecodedFolder
{
    private readonly ImageFolderListing _listing;
    private readonly DecodedImages _images;
    private readonly int[] _files;
    private readonly FolderFindings _findings;
    private readonly bool _isScaled;

    /// <summary>Combines the contents of a folder and its images.</summary>
    /// <param name="listing">The files.</param>
    /// <param name="options">The options with which they were decoded.</param>
    /// <param name="order">Indices of all files, in the order of the images.</param>
    /// <param name="images">The images.</param>
    public DecodedFolder(
        ImageFolderListing listing,
        DatasetOptions options,
        IEnumerable<int> order,
        DecodedImages images
    )
    {
        (_listing, _images) = (listing, images);
        _files = [.. order.Where(i => images.Outcomes[i].Fault is null)];
        _findings = new FolderFindings(images.Outcomes, options);
        var own = (images.Shape.Width, images.Shape.Height);
        _isScaled = options.ImageSize is null && images.Outcomes.Any(o => o.Findings is { } f && f.Size != own);
    }

    /// <summary>Why the images could not be cached; null if nothing went wrong.</summary>
    public string? Trouble { get; init; }

    /// <summary>Number of images.</summary>
    public int Count => _files.Length;

    /// <summary>Background of transparent images; null if no image is transparent.</summary>
    public BackgroundColour? Background => _findings.HasTransparent ? _findings.Background : null;

    /// <summary>The value of 16-bit samples that is white; null if no image has 16 bits.</summary>
    public int? White16 => _findings.Has16 ? _findings.White16 : null;

    /// <summary>
    /// The files that could not be read, in the order of the listing, after those with invalid names.
    /// </summary>
    public IReadOnlyList<UnreadableFile> Unreadable =>
        [
            .. _listing.Unreadable,
            .. _listing
                .Files.Zip(_images.Outcomes)
                .Where(file => file.Second.Fault is not null)
                .Select(file => new UnreadableFile(file.First.Path, file.Second.Fault!)),
        ];

    /// <summary>What was found and decided, one line each.</summary>
    public IReadOnlyList<string> Remarks =>
        [
            .. _listing.Root is null ? [] : (string[])[ImageFolderSummary.Of(_listing, _images.Outcomes)],
            .. _isScaled
                ?
                [
                    $"each image is scaled to cover {_images.Shape.Width}×{_images.Shape.Height} and cropped at the "
                        + "centre; --image-size sets another size.",
                ]
                : (string[])[],
            .. _findings.Describe(_listing),
            .. Trouble is null ? [] : (string[])[Trouble],
        ];

    /// <summary>Number of images in a split.</summary>
    public int CountOf(FolderSplit split) => _files.Count(i => _listing.Files[i].Split == split);

    /// <summary>Some consecutive images, sharing memory with all others.</summary>
    public ImageDataset Images(int start, int count)
    {
        var files = _files.Skip(start).Take(count).Select(i => _listing.Files[i]).ToArray();
        int size = _images.Shape.PixelCount;
        // Without the cast, null would become empty labels.
        ReadOnlyMemory<byte>? labels =
            _listing.ClassNames.Count > 0 && Array.TrueForAll(files, file => file.Label >= 0)
                ? (ReadOnlyMemory<byte>?)files.Select(file => (byte)file.Label).ToArray()
                : null;
        return new ImageDataset(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_listing.Folder))),
            _images.Shape,
            _images.Pixels.Slice(start * size, count * size),
            labels,
            labels is null ? [] : _listing.ClassNames
        )
        {
            Folder = _listing.Root,
            FileNames = [.. files.Select(file => file.Name)],
        };
    }
}

/// <summary>What is decided for a whole folder from the properties of all its images.</summary>
internal sealed class FolderFindings
{
    private readonly IReadOnlyList<FileOutcome> _outcomes;
    private readonly DecodeFindings[] _found;
    private readonly DatasetOptions _options;

    /// <summary>Decides what the options leave open.</summary>
    public FolderFindings(IReadOnlyList<FileOutcome> outcomes, DatasetOptions options)
    {
        (_outcomes, _options) = (outcomes, options);
        _found = [.. outcomes.Select(outcome => outcome.Findings).OfType<DecodeFindings>()];
        Background = options.Background ?? DecodeFindings.BackgroundFor(_found);
        White16 = options.White16 ?? DecodeFindings.White16For(Highest16);
    }

    /// <summary>Background of transparent images.</summary>
    public BackgroundColour Background { get; }

    /// <summary>The value of 16-bit samples that is white.</summary>
    public int White16 { get; }

    /// <summary>Whether an image is transparent.</summary>
    public bool HasTransparent => Array.Exists(_found, file => file.IsTransparent);

    /// <summary>Whether an image has 16 bits.</summary>
    public bool Has16 => Highest16 >= 0;

    private int Highest16 => _found.Select(file => file.Highest16).DefaultIfEmpty(-1).Max();

    /// <summary>The decisions, and flaws of files, one line each.</summary>
    public IEnumerable<string> Describe(ImageFolderListing listing)
    {
        int transparent = _found.Count(file => file.IsTransparent),
            deep = _found.Count(file => file.Highest16 >= 0),
            flawed = _found.Count(file => file.Warning is not null);
        if (transparent > 0)
            yield return $"{Images(transparent)} transparent; the background is {Background}"
                + (
                    _options.Background is not null ? "."
                    : Background == BackgroundColour.White
                        ? ", because the visible pixels are dark on average. --background sets another."
                    : ", because the visible pixels are light on average. --background sets another."
                );
        if (deep > 0 && White16 != ushort.MaxValue)
            yield return $"{Images(deep)} of 16 bits with values up to {Highest16:N0}; {White16:N0}"
                + (
                    BitOperations.IsPow2(White16 + 1)
                        ? $" ({BitOperations.PopCount((uint)White16)} bits) becomes white in all of them."
                        : " becomes white in all of them."
                );
        if (flawed > 0)
        {
            int first = _outcomes.ToList().FindIndex(outcome => outcome.Findings?.Warning is not null);
            yield return $"{Images(flawed)} decoded completely despite flaws; the first is "
                + $"{listing.Files[first].Name}: {_outcomes[first].Findings!.Warning}.";
        }
    }

    private static string Images(int count) => count == 1 ? "1 image is" : $"{count:N0} images are";
}
