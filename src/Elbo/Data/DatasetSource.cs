using Elbo.Data.Download;

namespace Elbo.Data;

/// <summary>A dataset known by name: what it is, whether it is here, and how to get it.</summary>
/// <param name="name">What users type.</param>
/// <param name="description">One line on what the images show.</param>
/// <param name="shape">Size of one image; null where only the files say.</param>
/// <param name="classNames">Names of the classes; empty where only the files say.</param>
/// <param name="trainCount">Number of training images as published; null where only the files say.</param>
/// <param name="testCount">Number of test images as published; null where only the files say.</param>
public abstract class DatasetSource(
    string name,
    string description,
    ImageShape? shape,
    IReadOnlyList<string> classNames,
    int? trainCount,
    int? testCount
)
{
    /// <summary>What users type.</summary>
    public string Name { get; } = name;

    /// <summary>One line on what the images show.</summary>
    public string Description { get; } = description;

    /// <summary>Size of one image; null where only the files say.</summary>
    public ImageShape? Shape { get; } = shape;

    /// <summary>Names of the classes; empty where only the files say.</summary>
    public IReadOnlyList<string> ClassNames { get; } = classNames;

    /// <summary>Number of classes; 0 where only the files say.</summary>
    public int ClassCount => ClassNames.Count;

    /// <summary>Number of training images as published; null where only the files say.</summary>
    public int? TrainCount { get; } = trainCount;

    /// <summary>Number of test images as published; null where only the files say.</summary>
    public int? TestCount { get; } = testCount;

    /// <summary>
    /// Number of images that the dataset itself keeps for validation as published; 0 where it leaves that to whoever
    /// trains.
    /// </summary>
    public virtual int ValidationCount => 0;

    /// <summary>False where the images are made on the spot and nothing has to be found or downloaded.</summary>
    public abstract bool NeedsFiles { get; }

    /// <summary>
    /// Whether its files are published somewhere, so that <see cref="FetchAsync"/> can download them.
    /// </summary>
    public virtual bool CanBeFetched => NeedsFiles;

    /// <summary>The folder that holds its files; null where none does, or where it needs none.</summary>
    public abstract string? Find(DataLocation location);

    /// <summary>
    /// Downloads what <see cref="Find"/> does not find, and returns the folder with the files (null where it needs
    /// none).
    /// </summary>
    /// <exception cref="FileNotFoundException">Files are missing and <paramref name="location"/> forbids
    /// downloading.</exception>
    /// <exception cref="DownloadException">No mirror delivered a file.</exception>
    /// <exception cref="ArgumentException">Its files are published nowhere.</exception>
    public abstract Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    );

    /// <summary>Checks, without touching the disk, that this dataset can be read with such options.</summary>
    /// <exception cref="ArgumentException">One is missing, out of range, or of no use here.</exception>
    public virtual void Validate(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.FirstGiven is { } given)
            throw new ArgumentException(
                $"{given} is given with the dataset {Name}; only {ImageFolderSource.CatalogName} takes it."
            );
    }

    /// <summary>Reads the images, downloading them first where they are missing.</summary>
    /// <param name="location">Where files are looked for.</param>
    /// <param name="options">What the dataset has to be told; null for nothing.</param>
    /// <param name="progress">Told of what takes time.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ArgumentException">The options do not fit the dataset.</exception>
    /// <exception cref="FileNotFoundException">Files are missing and <paramref name="location"/> forbids
    /// downloading.</exception>
    /// <exception cref="DownloadException">No mirror delivered a file.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public DatasetSplits Load(
        DataLocation location,
        DatasetOptions? options = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(location);
        options ??= new DatasetOptions();
        Validate(options);
        return Read(location, options, progress, cancellation);
    }

    /// <summary><see cref="Load"/>, with options that were checked.</summary>
    protected abstract DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    );

    /// <summary>The folder with the files, after a download where there was none.</summary>
    private protected string FindOrFetch(
        DataLocation location,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
        // On the pool, so that waiting cannot block a caller's synchronisation context that the download would need.
        =>
        Find(location)
        ?? Task.Run(() => FetchAsync(location, progress, cancellation), cancellation).GetAwaiter().GetResult()!;

    /// <summary>What is thrown where files are missing and may not be downloaded.</summary>
    /// <param name="lookedIn">Places, in words.</param>
    /// <param name="files">What is to be put there, in words.</param>
    /// <param name="them">"it" or "them".</param>
    private protected FileNotFoundException Absent(IEnumerable<string> lookedIn, string files, string them) =>
        new(
            $"{Name} is not on this machine and downloading is off; looked in {string.Join(", ", lookedIn)}. Put "
                + $"{files} there, or name a folder that has {them} with --data-dir or {DataLocation.DataVariable}."
        );

    /// <summary>Downloads files into a folder, one after the other.</summary>
    /// <exception cref="DownloadException">No mirror delivered one.</exception>
    private protected static async Task DownloadAsync(
        IEnumerable<RemoteFile> files,
        string folder,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        // The downloader watches for stalls itself.
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var downloader = new Downloader(http);
        foreach (var file in files)
            await downloader.DownloadAsync(file, folder, progress, cancellation).ConfigureAwait(false);
    }
}

/// <summary>A dataset's images for training and those kept back for testing.</summary>
public sealed record DatasetSplits(ImageDataset Train, ImageDataset Test)
{
    /// <summary>
    /// Images that the dataset itself keeps for validation; null where it leaves that to whoever trains.
    /// </summary>
    public ImageDataset? Validation { get; init; }

    /// <summary>Files that were skipped because they cannot be read.</summary>
    public IReadOnlyList<UnreadableFile> Unreadable { get; init; } = [];

    /// <summary>What transparent images were laid on; null where none is transparent.</summary>
    public Imaging.BackgroundColour? Background { get; init; }

    /// <summary>What else a person should know of how the images were found, a line each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>An image file that was skipped.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">Why it cannot be read, on one line.</param>
public sealed record UnreadableFile(string Path, string Reason);

/// <summary>How far getting a dataset is.</summary>
/// <param name="Activity">What is being done.</param>
/// <param name="Name">The file, or for <see cref="DataActivity.Reading"/> the folder, that it is done with.</param>
/// <param name="Done">How much is done, in the activity's unit; of a download, those bytes included that an earlier,
/// interrupted attempt left.</param>
/// <param name="Total">How much there is, or null where nobody says.</param>
public readonly record struct DataProgress(DataActivity Activity, string Name, long Done, long? Total);

/// <summary>What takes time in getting a dataset.</summary>
public enum DataActivity
{
    /// <summary>A file comes from a mirror; counted in bytes.</summary>
    Downloading,

    /// <summary>Files come out of an archive; counted in files.</summary>
    Unpacking,

    /// <summary>Image files are read; counted in files.</summary>
    Reading,
}
