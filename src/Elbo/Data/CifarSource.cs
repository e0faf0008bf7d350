using Elbo.Data.Download;

namespace Elbo.Data;

/// <summary>CIFAR-10: 32×32 colour photographs in ten classes.</summary>
/// <remarks>
/// Krizhevsky 2009, "Learning multiple layers of features from tiny images". Files with fewer images than published are
/// accepted.
/// </remarks>
public sealed class Cifar10Source : CifarSource
{
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
            CifarFile.Cifar10,
            "cifar-10-batches-bin",
            [.. Enumerable.Range(1, 5).Select(i => $"data_batch_{i}.bin")],
            ["test_batch.bin"],
            archive
        ) { }
}

/// <summary>CIFAR-100: 32×32 colour photographs in a hundred classes.</summary>
/// <remarks>
/// Krizhevsky 2009. The labels are the hundred fine ones, not the twenty coarse ones. Files with fewer images than
/// published are accepted.
/// </remarks>
public sealed class Cifar100Source : CifarSource
{
    /// <summary>Creates the published dataset.</summary>
    public Cifar100Source()
        : this(
            new RemoteFile(
                "cifar-100-binary.tar.gz",
                [new Uri("https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz")],
                168_513_733,
                ContentDigest.Sha256("58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec")
            )
            {
                Unpacked = false,
            }
        ) { }

    internal Cifar100Source(RemoteFile archive)
        : base(
            "cifar100",
            "colour photographs of a hundred kinds of things (Krizhevsky)",
            CifarFile.Cifar100,
            "cifar-100-binary",
            ["train.bin"],
            ["test.bin"],
            archive
        ) { }
}

/// <summary>CIFAR-10 or CIFAR-100: an archive of binary files, found on disk or downloaded.</summary>
public abstract class CifarSource : DatasetSource
{
    private readonly CifarLayout _layout;
    private readonly string _filesFolder;
    private readonly string[] _trainFiles,
        _testFiles,
        _allFiles;
    private readonly RemoteFile _archive;

    private protected CifarSource(
        string name,
        string description,
        CifarLayout layout,
        string filesFolder,
        string[] trainFiles,
        string[] testFiles,
        RemoteFile archive
    )
        : base(name, description, CifarFile.Shape, layout.ClassNames, trainCount: 50_000, testCount: 10_000)
    {
        (_layout, _filesFolder, _archive) = (layout, filesFolder, archive);
        (_trainFiles, _testFiles, _allFiles) = (trainFiles, testFiles, [.. trainFiles, .. testFiles]);
    }

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    private protected override string Sought => $"{_allFiles[0]} to {_allFiles[^1]}";

    /// <inheritdoc/>
    public override string? Find(DataLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return Places(location).FirstOrDefault(folder => Missing(folder).Length == 0);
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
                    location.Folders.Select(folder => Path.Combine(folder, Name, _filesFolder)),
                    Sought,
                    "them"
                );
            await DownloadAsync([_archive], folder, progress, cancellation).ConfigureAwait(false);
        }
        else if (_archive.FindFault(archive, cancellation) is { } fault)
            throw new InvalidDataException($"{archive}: found {fault}; delete it, and it is downloaded again.");
        string files = Path.Combine(folder, _filesFolder);
        TarArchive.Unpack(
            archive,
            files,
            [.. Missing(files).Select(name => $"{_filesFolder}/{name}")],
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
        return new DatasetSplits(
            ReadSplit(folder, _trainFiles, cancellation),
            ReadSplit(folder, _testFiles, cancellation)
        );
    }

    private protected override IEnumerable<string> Places(DataLocation location) =>
        location.Folders.SelectMany(folder =>
            (string[])
                [
                    Path.Combine(folder, Name, _filesFolder),
                    Path.Combine(folder, _filesFolder),
                    Path.Combine(folder, Name),
                    folder,
                ]
        );

    private ImageDataset ReadSplit(string folder, string[] files, CancellationToken cancellation)
    {
        var (pixels, labels) = CifarFile.ReadAll(
            [.. files.Select(name => Path.Combine(folder, name))],
            _layout,
            cancellation
        );
        return new ImageDataset(Name, CifarFile.Shape, pixels, labels, CifarFile.ReadNames(folder, _layout));
    }

    private string[] Missing(string folder) => [.. _allFiles.Where(name => !File.Exists(Path.Combine(folder, name)))];
}
