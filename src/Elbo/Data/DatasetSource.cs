namespace Elbo.Data;

/// <summary>A dataset known by name: what it is, whether it is here, and how to get it.</summary>
/// <param name="name">What users type.</param>
/// <param name="description">One line on what the images show.</param>
/// <param name="shape">Size of one image.</param>
/// <param name="classNames">Names of the classes.</param>
/// <param name="trainCount">Number of training images.</param>
/// <param name="testCount">Number of test images.</param>
public abstract class DatasetSource(string name, string description, ImageShape shape, IReadOnlyList<string> classNames, int trainCount, int testCount)
{
    /// <summary>What users type.</summary>
    public string Name { get; } = name;

    /// <summary>One line on what the images show.</summary>
    public string Description { get; } = description;

    /// <summary>Size of one image.</summary>
    public ImageShape Shape { get; } = shape;

    /// <summary>Names of the classes.</summary>
    public IReadOnlyList<string> ClassNames { get; } = classNames;

    /// <summary>Number of classes.</summary>
    public int ClassCount => ClassNames.Count;

    /// <summary>Number of training images.</summary>
    public int TrainCount { get; } = trainCount;

    /// <summary>Number of test images.</summary>
    public int TestCount { get; } = testCount;

    /// <summary>False where the images are made on the spot and nothing has to be found or downloaded.</summary>
    public abstract bool NeedsFiles { get; }

    /// <summary>The folder that holds its files; null where none does, or where it needs none.</summary>
    public abstract string? Find(DataLocation location);

    /// <summary>Downloads what <see cref="Find"/> does not find, and returns the folder with the files (null where it needs none).</summary>
    /// <exception cref="FileNotFoundException">Files are missing and <paramref name="location"/> forbids downloading.</exception>
    /// <exception cref="DownloadException">No mirror delivered a file.</exception>
    public abstract Task<string?> FetchAsync(DataLocation location, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default);

    /// <summary>Reads the images, downloading them first where they are missing.</summary>
    /// <exception cref="FileNotFoundException">Files are missing and <paramref name="location"/> forbids downloading.</exception>
    /// <exception cref="DownloadException">No mirror delivered a file.</exception>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public abstract DatasetSplits Load(DataLocation location, IProgress<DownloadProgress>? progress = null, CancellationToken cancellation = default);
}
