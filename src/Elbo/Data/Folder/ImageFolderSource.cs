using System.Security.Cryptography;
using System.Text;

namespace Elbo.Data.Folder;

/// <summary>
/// The user's own image files (PNG, JPEG, WebP, BMP, GIF, TIFF): one folder per class, or one folder without classes,
/// or such a folder for each of train, validation and test.
/// </summary>
/// <remarks>
/// Images are sorted by the SHA-256 of their relative paths, which mixes the classes. Without a folder of test images,
/// the first training images are the test images. The same files therefore give the same dataset on every machine, and
/// adding a file moves few others between training and test.
/// </remarks>
public sealed class ImageFolderSource : OwnFilesSource
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
        : base(CatalogName, "your own image files, the folder named by --images", "a folder of your own images") =>
        _threads = threads;

    /// <inheritdoc/>
    internal override string? StartsFrom => "photos";

    private protected override IReadOnlyList<string> Taken =>
        ["images", "image-size", "colour", "background", "white-16", "strict", "test-fraction"];

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        var listing = ImageFolderListing.Of(Path.GetFullPath(options.Images!));
        bool ownTest = listing.Splits.TryGetValue(FolderSplit.Test, out string? testFolder);
        if (ownTest && options.TestFraction is { } given)
            throw new ArgumentException(
                $"test-fraction is {given}; {listing.Folder} has test images of its own, in {testFolder}. Remove the "
                    + "option."
            );
        int[] order =
        [
            .. Enumerable
                .Range(0, listing.Files.Count)
                .OrderByDescending(i => listing.Files[i].Split)
                .ThenBy(i => Digest(listing.Files[i].Name), StringComparer.Ordinal),
        ];
        var decoded = ImageFolderReader.Read(
            listing,
            order,
            options,
            location.ImageCache,
            _threads,
            progress,
            cancellation
        );
        if (decoded.Unreadable.Count > 0 && options.Strict == true)
            throw new InvalidDataException(
                $"{decoded.Unreadable.Count:N0} of {order.Length + listing.Unreadable.Count:N0} files in "
                    + $"{listing.Folder} cannot be read, and "
                    + $"strict is on: {Names(listing, decoded)}."
            );
        RequireImages(listing, decoded);
        // In the order of the images: the splits in reverse.
        int test = decoded.CountOf(FolderSplit.Test),
            validation = decoded.CountOf(FolderSplit.Validation),
            train = decoded.CountOf(FolderSplit.Train);
        float fraction = options.TestFraction ?? DefaultTestFraction;
        int heldOut = ownTest ? 0 : Math.Clamp((int)Math.Round(train * (double)fraction), 1, train - 1);
        int start = test + validation;
        return new DatasetSplits(
            decoded.Images(start + heldOut, train - heldOut),
            ownTest ? decoded.Images(0, test) : decoded.Images(start, heldOut)
        )
        {
            Validation = validation > 0 ? decoded.Images(test, validation) : null,
            TestFraction = ownTest ? null : fraction,
            Unreadable = decoded.Unreadable,
            Background = decoded.Background,
            White16 = decoded.White16,
            Remarks = decoded.Remarks,
        };
    }

    /// <summary>
    /// Checks that every split has an image, and that one of two can be held out if there is no test.
    /// </summary>
    private static void RequireImages(ImageFolderListing listing, DecodedFolder decoded)
    {
        string unreadable = decoded.Unreadable.Count > 0 ? $". Not read: {Names(listing, decoded)}" : "";
        foreach (var (split, name) in listing.Splits)
            if (decoded.CountOf(split) == 0)
                throw new InvalidDataException(
                    $"{listing.Folder} has no image in {name} that can be read{unreadable}."
                );
        int train = decoded.CountOf(FolderSplit.Train);
        if (train < 2 && !listing.Splits.ContainsKey(FolderSplit.Test))
            throw new InvalidDataException(
                $"{listing.Folder} has {FolderScan.Count(train, "image")} that can be read; at least two are needed, "
                    + $"one to train and one to test{unreadable}."
            );
    }

    /// <summary>Lists the first unreadable files with their reasons, and the number of the others.</summary>
    private static string Names(ImageFolderListing listing, DecodedFolder decoded)
    {
        string[] all =
        [
            .. decoded.Unreadable.Select(file =>
                $"{Path.GetRelativePath(listing.Folder, file.Path).Replace(Path.DirectorySeparatorChar, '/')}: "
                + file.Reason.TrimEnd('.')
            ),
        ];
        return string.Join("; ", all.Take(NamedInErrors))
            + (all.Length > NamedInErrors ? $"; and {all.Length - NamedInErrors:N0} more" : "");
    }

    private static string Digest(string name) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
}
