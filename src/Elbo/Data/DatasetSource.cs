using Elbo.Data.Download;

namespace Elbo.Data;

/// <summary>A dataset known by name: its description, its location on disk and its download.</summary>
/// <param name="name">Name on the command line.</param>
/// <param name="description">Description of the images in one line.</param>
/// <param name="shape">Shape of one image; null if it is known only from the files.</param>
/// <param name="classNames">Names of the classes; empty if they are known only from the files.</param>
/// <param name="trainCount">Published number of training images; null if it is known only from the files.</param>
/// <param name="testCount">Published number of test images; null if it is known only from the files.</param>
public abstract class DatasetSource(
    string name,
    string description,
    ImageShape? shape,
    IReadOnlyList<string> classNames,
    int? trainCount,
    int? testCount
)
{
    /// <summary>Name on the command line.</summary>
    public string Name { get; } = name;

    /// <summary>Description of the images in one line.</summary>
    public string Description { get; } = description;

    /// <summary>Shape of one image; null if it is known only from the files.</summary>
    public ImageShape? Shape { get; } = shape;

    /// <summary>Names of the classes; empty if they are known only from the files.</summary>
    public IReadOnlyList<string> ClassNames { get; } = classNames;

    /// <summary>Number of classes; 0 if it is known only from the files.</summary>
    public int ClassCount => ClassNames.Count;

    /// <summary>Published number of training images; null if it is known only from the files.</summary>
    public int? TrainCount { get; } = trainCount;

    /// <summary>Published number of test images; null if it is known only from the files.</summary>
    public int? TestCount { get; } = testCount;

    /// <summary>Published number of images in the dataset's own validation set; 0 if it has none.</summary>
    public virtual int ValidationCount => 0;

    /// <summary>Name of the recipe whose options are the defaults of runs on this dataset; null for none.</summary>
    internal virtual string? StartsFrom => null;

    /// <summary>Whether the dataset consists of files; false if the images are generated.</summary>
    public abstract bool NeedsFiles { get; }

    /// <summary>Whether the files are published, so that <see cref="FetchAsync"/> can download them.</summary>
    public virtual bool CanBeFetched => NeedsFiles;

    /// <summary>
    /// Finds the folder that contains the files; null if there is none or the dataset needs no files.
    /// </summary>
    public abstract string? Find(DataLocation location);

    /// <summary>
    /// Downloads the files if <see cref="Find"/> does not find them. Returns their folder, or null if the dataset needs
    /// no files.
    /// </summary>
    /// <exception cref="FileNotFoundException">
    /// Files are missing and <paramref name="location"/> forbids downloads.
    /// </exception>
    /// <exception cref="DownloadException">No mirror delivered a file.</exception>
    /// <exception cref="ArgumentException">The files of the dataset are not published.</exception>
    public abstract Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    );

    /// <summary>Implements <see cref="FetchAsync"/> for files that the user has to bring.</summary>
    /// <param name="location">Where to search for the files.</param>
    /// <param name="remedy">What to do, up to "with --data-dir".</param>
    private protected Task<string?> FindBrought(DataLocation location, string remedy) =>
        Find(location) is { } found
            ? Task.FromResult<string?>(found)
            : throw new FileNotFoundException(
                $"{Name} cannot be downloaded by itself: {remedy} with --data-dir; looked for {Sought} in "
                    + $"{string.Join(", ", Places(location))}."
            );

    /// <summary>The names of the options that this dataset takes.</summary>
    private protected virtual IReadOnlyList<string> Taken => [];

    /// <summary>Description of the dataset's files, for messages.</summary>
    private protected virtual string Sought => "its files";

    /// <summary>The folders where the files are searched for.</summary>
    private protected virtual IEnumerable<string> Places(DataLocation location) => location.Folders;

    /// <summary>Checks, without accessing the disk, that the options suit this dataset.</summary>
    /// <exception cref="ArgumentException">An option is missing, out of range, or not used by this dataset.</exception>
    public virtual void Validate(DatasetOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Given.FirstOrDefault(option => !Taken.Contains(option)) is not { } given)
            return;
        string[] takers =
        [
            .. DatasetCatalog.All.Where(other => other.Taken.Contains(given)).Select(other => other.Name),
        ];
        throw new ArgumentException(
            $"{given} is given with the dataset {Name}; only {string.Join(" and ", takers)} "
                + $"{(takers.Length == 1 ? "takes" : "take")} it."
        );
    }

    /// <summary>Reads the images, after downloading them if necessary.</summary>
    /// <param name="location">Where to search for files.</param>
    /// <param name="options">Options of the dataset; null for none.</param>
    /// <param name="progress">Receives the progress of downloads and reading.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="ArgumentException">The options do not suit the dataset.</exception>
    /// <exception cref="FileNotFoundException">
    /// Files are missing and <paramref name="location"/> forbids downloads.
    /// </exception>
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

    /// <summary>Implements <see cref="Load"/>. The options have been validated.</summary>
    protected abstract DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    );

    /// <summary>
    /// Finds the folder with the files, after downloading them if necessary. Files that are missing in a folder that
    /// the user has named are an error: a download would hide a typing error.
    /// </summary>
    private protected string FindOrFetch(
        DataLocation location,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
        // Runs on the thread pool, because waiting could otherwise block a synchronisation context that the download
        // needs.
        =>
        Find(location)
        ?? (
            location.IsGiven
                ? throw NotGiven(location)
                : Task.Run(() => FetchAsync(location, progress, cancellation), cancellation).GetAwaiter().GetResult()!
        );

    /// <summary>The exception for files that are missing in the folder that the user has named.</summary>
    private IOException NotGiven(DataLocation location)
    {
        string folder = location.Folders[0],
            remedy =
                "Name another with --data-dir"
                + (CanBeFetched ? $", or download it: 'elbo datasets fetch {Name} --data-dir {folder}'." : ".");
        return Directory.Exists(folder)
            ? new FileNotFoundException(
                $"{folder}, the data-dir of {Name}, does not have its files; looked for {Sought} in "
                    + $"{string.Join(", ", Places(location).Distinct())}. {remedy}"
            )
            : new DirectoryNotFoundException(
                $"there is no folder {folder}, the data-dir of {Name} with {Sought}. {remedy}"
            );
    }

    /// <summary>The exception for files that are missing and must not be downloaded.</summary>
    /// <param name="lookedIn">Descriptions of the places searched.</param>
    /// <param name="files">Description of the files to provide.</param>
    /// <param name="them">The pronoun for the files: "it" or "them".</param>
    private protected FileNotFoundException Absent(IEnumerable<string> lookedIn, string files, string them) =>
        new(
            $"{Name} is not on this machine and downloading is off; looked in {string.Join(", ", lookedIn)}. Put "
                + $"{files} there, or name a folder that has {them} with --data-dir or {DataLocation.DataVariable}."
        );

    /// <summary>Downloads files into a folder, one at a time.</summary>
    /// <exception cref="DownloadException">No mirror delivered one of the files.</exception>
    private protected static async Task DownloadAsync(
        IEnumerable<RemoteFile> files,
        string folder,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        // The downloader detects stalled transfers itself.
        using var http = new HttpClient { Timeout = Timeout.InfiniteTimeSpan };
        var downloader = new Downloader(http);
        foreach (var file in files)
            await downloader.DownloadAsync(file, folder, progress, cancellation).ConfigureAwait(false);
    }
}

/// <summary>The training, test and validation images of a dataset.</summary>
public sealed record DatasetSplits(ImageDataset Train, ImageDataset Test)
{
    /// <summary>The dataset's own validation images; null if it has none.</summary>
    public ImageDataset? Validation { get; init; }

    /// <summary>Files that were skipped because they are unreadable.</summary>
    public IReadOnlyList<UnreadableFile> Unreadable { get; init; } = [];

    /// <summary>Background of transparent images; null if no image is transparent.</summary>
    public Imaging.BackgroundColour? Background { get; init; }

    /// <summary>The value of 16-bit samples that becomes white; null if no image has 16 bits.</summary>
    public int? White16 { get; init; }

    /// <summary>
    /// Fraction of the images of a folder that was held out for testing; null if the test images are the dataset's own.
    /// </summary>
    public float? TestFraction { get; init; }

    /// <summary>
    /// Remarks for the user on how the images were found, one line each. The first of an image folder says what it was
    /// understood to be.
    /// </summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];
}

/// <summary>A skipped image file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">The reason in one line.</param>
public sealed record UnreadableFile(string Path, string Reason);

/// <summary>Progress of getting a dataset.</summary>
/// <param name="Activity">The activity.</param>
/// <param name="Name">The file, or the folder for <see cref="DataActivity.Reading"/>.</param>
/// <param name="Done">
/// Completed amount in the unit of the activity. A resumed download includes the bytes from earlier attempts.
/// </param>
/// <param name="Total">Total amount, or null if it is unknown.</param>
public readonly record struct DataProgress(DataActivity Activity, string Name, long Done, long? Total);

/// <summary>Time-consuming activities of getting a dataset.</summary>
public enum DataActivity
{
    /// <summary>Downloading a file; in bytes.</summary>
    Downloading,

    /// <summary>Extracting an archive; in files.</summary>
    Unpacking,

    /// <summary>Reading image files; in files.</summary>
    Reading,
}
