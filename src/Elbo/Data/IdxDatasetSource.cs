namespace Elbo.Data;

/// <summary>A dataset kept as four IDX files under MNIST's file names, found on this machine or downloaded.</summary>
public abstract class IdxDatasetSource : DatasetSource
{
    private readonly IReadOnlyList<Uri> _mirrors;

    private protected IdxDatasetSource(
        string name,
        string description,
        IReadOnlyList<string> classNames,
        IdxFiles files,
        IReadOnlyList<Uri> mirrors
    )
        : base(name, description, new ImageShape(1, 28, 28), classNames, trainCount: 60_000, testCount: 10_000)
    {
        Files = files;
        _mirrors = mirrors;
    }

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    internal IdxFiles Files { get; }

    /// <inheritdoc/>
    public override string? Find(DataLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return Candidates(location).FirstOrDefault(folder => Files.Missing(folder).Count == 0);
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
        if (location.Offline)
            throw Absent(Candidates(location).Select(Describe), "its four files", "them");
        string folder = Path.Combine(location.DownloadFolder, Name);
        await DownloadAsync(Files.Missing(folder).Select(file => file.At(_mirrors)), folder, progress, cancellation)
            .ConfigureAwait(false);
        return folder;
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
        var train = ReadSplit(folder, Files.TrainImages, Files.TrainLabels);
        var test = ReadSplit(folder, Files.TestImages, Files.TestLabels);
        return train.Shape == test.Shape
            ? new DatasetSplits(train, test)
            : throw new InvalidDataException(
                $"{Files.TestImages.FindIn(folder)}: at byte 8: found images of {test.Shape}; expected "
                    + $"{train.Shape} as in {Files.TrainImages.FindIn(folder)}."
            );
    }

    private ImageDataset ReadSplit(string folder, IdxFile images, IdxFile labels) =>
        IdxPair.Load(Name, images.FindIn(folder)!, labels.FindIn(folder)!, ClassNames);

    private IEnumerable<string> Candidates(DataLocation location)
    {
        foreach (string folder in location.Folders)
        {
            yield return Path.Combine(folder, Name);
            if (!HoldsAnotherDataset(folder))
                yield return folder;
        }
    }

    // Fashion-MNIST took over MNIST's file names, so outside a folder of the right name only the content tells them
    // apart.
    private static bool IsKnown(IdxDatasetSource source, string folder) =>
        source.Files.TrainLabels is var labels
        && labels.FindIn(folder) is { } path
        && labels.At([]).FindFault(path) is null;

    private bool HoldsAnotherDataset(string folder) =>
        DatasetCatalog.All.OfType<IdxDatasetSource>().Any(other => other.Name != Name && IsKnown(other, folder));

    private string Describe(string folder) =>
        Files.Missing(folder) is { Count: < 4 } missing
            ? $"{folder} (lacks {string.Join(" and ", missing.Select(file => file.Name))})"
            : folder;
}
