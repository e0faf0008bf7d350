using Elbo.Data.Download;

namespace Elbo.Data;

/// <summary>CIFAR-10: 32×32 colour photographs in ten classes.</summary>
/// <remarks>
/// Krizhevsky 2009, "Learning multiple layers of features from tiny images". Files with fewer images than published are
/// accepted.
/// </remarks>
public sealed class Cifar10Source : DatasetSource
{
    private const string FilesFolder = "cifar-10-batches-bin";

    private static readonly string[] TrainFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
    private static readonly string[] TestFiles = ["test_batch.bin"];
    private static readonly string[] AllFiles = [.. TrainFiles, .. TestFiles];

    private readonly RemoteFile _archive;

    /// <summary>Creates the published dataset.</summary>
    public Cifar10Source()
        : this(
            new RemoteFile(
                "cifar-10-binary.tar.gz",
                [new Uri("https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz")],
                170_052_171,
                ContentDigest.Md5("c32a1d4ab5d03f1284b67883e8d87530")
            )
            {
                Unpacked = false,
            }
        ) { }

    internal Cifar10Source(RemoteFile archive)
        : base(
            "cifar10",
            "colour photographs of ten kinds of things (Krizhevsky)",
            CifarFile.Shape,
            ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
            trainCount: 50_000,
            testCount: 10_000
        ) => _archive = archive;

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    /// <inheritdoc/>
    public override string? Find(DataLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return Candidates(location).FirstOrDefault(folder => Missing(folder).Length == 0);
    }

    /// <inheritdoc/>
    public override async Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (Find(location) is { } found)
            return found;
        string folder = Path.Combine(location.DownloadFolder, Name);
        string archive = Path.Combine(folder, _archive.Name);
        if (!File.Exists(archive))
        {
            if (location.Offline)
                throw Absent(
                    location.Folders.Select(folder => Path.Combine(folder, Name, FilesFolder)),
                    $"{AllFiles[0]} to {AllFiles[^1]}",
                    "them"
                );
            await DownloadAsync([_archive], folder, progress, cancellation).ConfigureAwait(false);
        }
        else if (_archive.FindFault(archive) is { } fault)
            throw new InvalidDataException($"{archive}: found {fault}; delete it, and it is downloaded again.");
        string files = Path.Combine(folder, FilesFolder);
        TarArchive.Unpack(
            archive,
            files,
            [.. Missing(files).Select(name => $"{FilesFolder}/{name}")],
            progress,
            cancellation
        );
        return files;
    }

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        string folder = FindOrFetch(location, progress, cancellation);
        return new DatasetSplits(ReadSplit(folder, TrainFiles), ReadSplit(folder, TestFiles));
    }

    private ImageDataset ReadSplit(string folder, string[] files)
    {
        var (pixels, labels) = CifarFile.ReadAll([.. files.Select(name => Path.Combine(folder, name))], ClassCount);
        return new ImageDataset(Name, CifarFile.Shape, pixels, labels, ClassNames);
    }

    private IEnumerable<string> Candidates(DataLocation location) =>
        location.Folders.SelectMany(folder =>
            (string[])
                [
                    Path.Combine(folder, Name, FilesFolder),
                    Path.Combine(folder, FilesFolder),
                    Path.Combine(folder, Name),
                    folder,
                ]
        );

    private static string[] Missing(string folder) =>
        [.. AllFiles.Where(name => !File.Exists(Path.Combine(folder, name)))];
}

/// <summary>
/// Files in the binary layout of CIFAR-10: records of a label and 32×32 pixels, first all red values, then green, then
/// blue.
/// </summary>
internal static class CifarFile
{
    /// <summary>Shape of one image. Records and <see cref="ImageDataset"/> use the same order of values.</summary>
    public static readonly ImageShape Shape = new(3, 32, 32);

    private static readonly int RecordLength = 1 + Shape.PixelCount;

    /// <summary>Reads the images and labels of all files, in order.</summary>
    /// <exception cref="InvalidDataException">
    /// A file does not consist of whole records, or contains an invalid label.
    /// </exception>
    public static (byte[] Pixels, byte[] Labels) ReadAll(IReadOnlyList<string> paths, int classes)
    {
        long[] counts = [.. paths.Select(CountRecords)];
        long images = counts.Sum();
        if (images * Shape.PixelCount > Array.MaxLength)
            throw new InvalidDataException(
                $"{paths[^1]}: at byte 0: found {images:N0} images in {paths.Count} files; expected at most "
                    + $"{Array.MaxLength / Shape.PixelCount:N0}."
            );
        byte[] pixels = new byte[images * Shape.PixelCount],
            labels = new byte[images];
        byte[] record = new byte[RecordLength];
        int image = 0;
        for (int i = 0; i < paths.Count; i++)
        {
            using var file = new FileStream(
                paths[i],
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 1 << 16
            );
            for (long r = 0; r < counts[i]; r++, image++)
            {
                file.ReadExactly(record);
                if (record[0] >= classes)
                    throw new InvalidDataException(
                        $"{paths[i]}: at byte {r * RecordLength}: found label {record[0]}; expected 0 to {classes - 1}."
                    );
                labels[image] = record[0];
                record.AsSpan(1).CopyTo(pixels.AsSpan(image * Shape.PixelCount));
            }
        }
        return (pixels, labels);
    }

    private static long CountRecords(string path)
    {
        long length = new FileInfo(path).Length;
        if (length == 0)
            throw new InvalidDataException(
                $"{path}: at byte 0: found an empty file; expected records of {RecordLength} bytes."
            );
        return length % RecordLength == 0
            ? length / RecordLength
            : throw new InvalidDataException(
                $"{path}: at byte {length / RecordLength * RecordLength}: found a record of "
                    + $"{length % RecordLength} bytes at the end of the file; expected {RecordLength}. The file is "
                    + "incomplete, or in another layout."
            );
    }
}
