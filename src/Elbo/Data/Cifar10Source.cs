namespace Elbo.Data;

/// <summary>CIFAR-10: small colour photographs of ten kinds of things.</summary>
/// <remarks>
/// Krizhevsky 2009, "Learning multiple layers of features from tiny images". Files may hold fewer images than
/// published.
/// </remarks>
public sealed class Cifar10Source : DatasetSource
{
    private const string FilesFolder = "cifar-10-batches-bin";

    private static readonly string[] TrainFiles = [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")];
    private static readonly string[] TestFiles = ["test_batch.bin"];
    private static readonly string[] AllFiles = [.. TrainFiles, .. TestFiles];

    private readonly RemoteFile _archive;

    /// <summary>The dataset as its authors publish it.</summary>
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
            throw new InvalidDataException($"{archive}: found {fault}; delete it, and it is downloaded anew.");
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
