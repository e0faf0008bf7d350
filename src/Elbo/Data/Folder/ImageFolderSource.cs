using System.Security.Cryptography;
using System.Text;

namespace Elbo.Data.Folder;

/// <summary>
/// The user's own image files (PNG, JPEG, WebP, BMP, GIF, TIFF): one folder per class, or one folder without classes.
/// </summary>
/// <remarks>
/// Images are sorted by the SHA-256 of their relative paths, which mixes the classes; the first ones are the test
/// images. The same files therefore give the same dataset on every machine, and adding a file moves few others between
/// training and test.
/// </remarks>
public sealed class ImageFolderSource : DatasetSource
{
    /// <summary>Default fraction of the images held out for testing.</summary>
    public const float DefaultTestFraction = 0.1f;

    internal const string CatalogName = "image-folder";
    private const int NamedInErrors = 10;

    private readonly int _threads;

    /// <summary>Creates a source that reads with all processors.</summary>
    public ImageFolderSource()
        : this(threads: -1) { }

    internal ImageFolderSource(int threads)
        : base(CatalogName, "your own image files, the folder named by --images", null, [], null, null) =>
        _threads = threads;

    /// <inheritdoc/>
    internal override string? StartsFrom => "photos";

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    /// <inheritdoc/>
    public override bool CanBeFetched => false;

    /// <inheritdoc/>
    public override string? Find(DataLocation location) => null;

    /// <inheritdoc/>
    public override Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    ) =>
        throw new ArgumentException(
            $"{Name} has nothing to fetch: it is a folder of your own images, which --images names."
        );

    /// <inheritdoc/>
    public override void Validate(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (string.IsNullOrWhiteSpace(options.Images))
            throw new ArgumentException($"the dataset {Name} is a folder of your own images; give it with --images.");
        DatasetOptions.List.Validate(options);
    }

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        var listing = ImageFolderListing.Of(Path.GetFullPath(options.Images!));
        var reader = new ImageFolderReader(listing, options);
        reader.ReadAll(_threads, progress, cancellation);
        var all = Enumerable.Range(0, listing.Files.Count).ToArray();
        UnreadableFile[] unreadable =
        [
            .. all.Where(i => reader.Fault(i) is not null)
                .Select(i => new UnreadableFile(listing.Files[i].Path, reader.Fault(i)!)),
        ];
        if (unreadable.Length > 0 && options.Strict == true)
            throw new InvalidDataException(
                $"{unreadable.Length:N0} of {all.Length:N0} files in {listing.Folder} cannot be read, and strict "
                    + $"is on: {Names(listing, reader)}."
            );
        int[] sound =
        [
            .. all.Where(i => reader.Fault(i) is null)
                .OrderBy(i => Digest(listing.Files[i].Name), StringComparer.Ordinal),
        ];
        if (sound.Length < 2)
            throw new InvalidDataException(
                $"{listing.Folder} has {sound.Length} {(sound.Length == 1 ? "image" : "images")} that can be "
                    + "read; at least two are needed, one to train and one to "
                    + $"test{(unreadable.Length > 0 ? $". Not read: {Names(listing, reader)}" : "")}."
            );
        int test = Math.Clamp(
            (int)Math.Round(sound.Length * (double)(options.TestFraction ?? DefaultTestFraction)),
            1,
            sound.Length - 1
        );
        return new DatasetSplits(Take(listing, reader, sound[test..]), Take(listing, reader, sound[..test]))
        {
            Unreadable = unreadable,
            Background = reader.Background,
            Remarks = [.. Remarks(listing), .. reader.Remarks],
        };
    }

    /// <summary>The images with the given indices in a listing, in this order.</summary>
    internal static ImageDataset Take(ImageFolderListing listing, ImageFolderReader reader, int[] files)
    {
        int size = reader.Shape.PixelCount;
        if ((long)files.Length * size > Array.MaxLength)
            throw new InvalidDataException(
                $"{listing.Folder}: {files.Length:N0} images of {reader.Shape} take "
                    + $"{(double)files.Length * size / 1e9:F1} GB; at most {Array.MaxLength / 1e9:F1} can be held. "
                    + "Give a smaller --image-size, or --colour grey."
            );
        byte[] pixels = new byte[files.Length * size];
        for (int i = 0; i < files.Length; i++)
            reader.Take(files[i], pixels.AsSpan(i * size, size));
        ReadOnlyMemory<byte>? labels = null;
        if (listing.ClassNames.Count > 0)
            labels = files.Select(file => (byte)listing.Files[file].Label).ToArray();
        return new ImageDataset(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(listing.Folder))),
            reader.Shape,
            pixels,
            labels,
            listing.ClassNames
        )
        {
            Folder = listing.Root,
            FileNames = [.. files.Select(file => listing.Files[file].Name)],
        };
    }

    /// <summary>What was ignored in the folder, one line each.</summary>
    internal static IEnumerable<string> Remarks(ImageFolderListing listing)
    {
        if (listing.Outside > 0)
            yield return $"ignored {listing.Outside:N0} {(listing.Outside == 1 ? "image" : "images")} in "
                + $"{listing.Folder} itself, because its folders are the classes.";
        if (listing.Others > 0)
            yield return $"skipped {listing.Others:N0} {(listing.Others == 1 ? "file" : "files")} in "
                + $"{listing.Folder} without the extension of an image format.";
    }

    /// <summary>Lists the first unreadable files with their reasons, and the number of the others.</summary>
    private static string Names(ImageFolderListing listing, ImageFolderReader reader)
    {
        string[] all =
        [
            .. Enumerable
                .Range(0, listing.Files.Count)
                .Where(i => reader.Fault(i) is not null)
                .Select(i => $"{listing.Files[i].Name}: {reader.Fault(i)!.TrimEnd('.')}"),
        ];
        return string.Join("; ", all.Take(NamedInErrors))
            + (all.Length > NamedInErrors ? $"; and {all.Length - NamedInErrors:N0} more" : "");
    }

    private static string Digest(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
