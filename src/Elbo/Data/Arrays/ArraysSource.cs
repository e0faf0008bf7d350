using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Elbo.Data.Folder;

namespace Elbo.Data.Arrays;

/// <summary>
/// The user's own images in an array or table file: NumPy, IDX, CSV, Parquet as Hugging Face writes it, or CIFAR's
/// binary format.
/// </summary>
/// <remarks>
/// Files without a test split give some images as test images: those whose indices have the smallest SHA-256. The rest
/// keeps its order.
/// </remarks>
public sealed class ArraysSource : OwnFilesSource
{
    internal const string CatalogName = "arrays";

    private readonly int _threads;

    /// <summary>Creates a source that reads with all processors.</summary>
    public ArraysSource()
        : this(threads: -1) { }

    internal ArraysSource(int threads)
        : base(
            CatalogName,
            "your own images in an array or table file, named by --images",
            "an array or table file of your own"
        ) => _threads = threads;

    private protected override IReadOnlyList<string> Taken =>
        ["images", "image-size", "colour", "background", "white-16", "strict", "test-fraction", "layout"];

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        string path = Path.GetFullPath(options.Images!);
        RequireUse(path, options);
        var images = ReadSplits(path, options, _threads, progress, cancellation);
        if (images.Unreadable.Count > 0 && options.Strict == true)
            throw new InvalidDataException(
                $"{images.Unreadable.Count:N0} images of {path} cannot be read, and strict is on; the first is "
                    + $"{images.Unreadable[0].Path}: {images.Unreadable[0].Reason}"
            );
        var parts = images.ToDatasets(options, _threads, cancellation);
        if (Of(SplitKind.Train) is not { } train)
            throw new InvalidDataException($"{path} has no training images; its names have only 'test' in them.");
        var remarks = images.Remarks;
        if (Of(SplitKind.Test) is not { } test)
        {
            float fraction = options.TestFraction ?? ImageFolderSource.DefaultTestFraction;
            (train, test) = HoldOut(train, fraction, path);
        }
        else if (options.TestFraction is not null)
            remarks = [.. remarks, $"{path} has test images of its own, so test-fraction has no effect."];
        return new DatasetSplits(train, test)
        {
            Validation = Of(SplitKind.Validation),
            Unreadable = images.Unreadable,
            Background = images.Background,
            Remarks = remarks,
        };

        ImageDataset? Of(SplitKind kind) => parts.FirstOrDefault(part => part.Kind == kind).Images;
    }

    /// <summary>Reads all images of a path for a model that is already trained: train, validation, test.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">Size and colour format of the model, and the other options of the dataset.</param>
    /// <param name="threads">Number of threads; −1 for all.</param>
    /// <param name="progress">Receives the progress of reading.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    internal static ImagesByPath ReadAll(
        string path,
        DatasetOptions options,
        int threads,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        var images = ReadSplits(path, options, threads, progress, cancellation);
        var parts = images.ToDatasets(options, threads, cancellation);
        var all = parts[0].Images.Concat([.. parts.Skip(1).Select(part => part.Images)]);
        string[] several =
            parts.Count == 1
                ? []
                :
                [
                    $"{path} has "
                        + string.Join(
                            ", ",
                            parts.Select(part => $"{part.Images.Count:N0} {part.Kind.ToString().ToLowerInvariant()}")
                        )
                        + " images; all are used, in this order.",
                ];
        return new ImagesByPath(all, images.Unreadable, [.. images.Remarks, .. several]);
    }

    /// <summary>Refuses options that have no effect on the format of the files.</summary>
    private static void RequireUse(string path, DatasetOptions options)
    {
        string[] idle = ArrayPath.FormatOf(path) switch
        {
            null => [], // reading says what is wrong
            ArrayFormat.Parquet => ["layout"],
            ArrayFormat.Cifar => ["background", "white-16", "strict", "layout"],
            _ => ["background", "white-16", "strict"],
        };
        if (options.Given.FirstOrDefault(idle.Contains) is { } given)
            throw new ArgumentException(
                $"{given} is given with {path}; "
                    + (
                        given == "layout"
                            ? "the order of its axes is known."
                            : "only encoded images, those in Parquet files, take it."
                    )
            );
    }

    private static ImageSplits ReadSplits(
        string path,
        DatasetOptions options,
        int threads,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        if (ArrayPath.FormatOf(path) is not { } format)
            throw Path.Exists(path)
                ? new InvalidDataException(
                    $"{path} is no array or table file that is known; --images names {ArrayPath.Expected}."
                )
                : new FileNotFoundException($"there is no {path}; --images names {ArrayPath.Expected}.");
        return format switch
        {
            ArrayFormat.Numpy => NumpyImages.Read(path, options, cancellation),
            ArrayFormat.Idx => IdxImages.Read(path, options, cancellation),
            ArrayFormat.Csv => CsvImages.Read(path, options, cancellation),
            ArrayFormat.Cifar => CifarImages.Read(path, cancellation),
            _ => ParquetImages.Read(path, options, threads, progress, cancellation),
        };
    }

    private static (ImageDataset Train, ImageDataset Test) HoldOut(ImageDataset all, float fraction, string path)
    {
        if (all.Count < 2)
            throw new InvalidDataException(
                $"{path} has one image; at least two are needed, one to train and one to test."
            );
        int count = Math.Clamp((int)Math.Round(all.Count * (double)fraction), 1, all.Count - 1);
        var held = Enumerable.Range(0, all.Count).OrderBy(Digest, StringComparer.Ordinal).Take(count).ToHashSet();
        int[] indices = [.. Enumerable.Range(0, all.Count)];
        return (all.Pick([.. indices.Where(i => !held.Contains(i))]), all.Pick([.. indices.Where(held.Contains)]));
    }

    private static string Digest(int index) =>
        Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(index.ToString(CultureInfo.InvariantCulture))));
}
