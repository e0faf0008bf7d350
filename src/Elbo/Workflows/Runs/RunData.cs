using Elbo.Data;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Runs;

/// <summary>Reads the images of a run, and finds out whether they are those it was trained with.</summary>
internal static class RunData
{
    /// <summary>
    /// Reads the images for the options of a run, with training images of its classes, and records where they were and
    /// their digests.
    /// </summary>
    /// <exception cref="ArgumentException">The dataset is not in the catalog, or lacks the classes.</exception>
    /// <exception cref="IOException">The images cannot be found or read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static (DatasetSplits Images, DataRecord Record) Load(
        RunConfig config,
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        var source = DatasetCatalog.Get(config.Dataset);
        var images = config.Classes.Apply(source.Load(location, config.DatasetOptions, progress, cancellation));
        string? folder = config.DatasetOptions.Images is { } path ? Path.GetFullPath(path) : source.Find(location);
        return (images, DataRecord.Of(images, folder));
    }

    /// <summary>
    /// Where to search for the images of a run: the folder that the user names, that of the run's options, or the one
    /// in which the run found them before the default places.
    /// </summary>
    public static DataLocation Location(RunConfig config, RunRecord? record, string? dataDir)
    {
        string? named = dataDir ?? config.DataDir;
        var location = DataLocation.FromEnvironment(named);
        return named is null && record?.Data?.Folder is { } found
            ? location with
            {
                Folders = [found, .. location.Folders],
            }
            : location;
    }

    /// <summary>
    /// The change of the images between two records in a sentence without a full stop; null for none.
    /// </summary>
    public static string? Change(RunRecord before, RunRecord now)
    {
        if (before.Images != now.Images)
            return $"the images have changed since the run was last trained, from {before.Images} to {now.Images} "
                + "(training, validation, test)";
        // Older versions recorded only the numbers of images.
        return before.Data is { } old && now.Data is { } data && old.Differences(data) is { Length: > 0 } splits
            ? $"the {splits} images are as many as when the run was last trained, but their content has changed"
            : null;
    }
}
