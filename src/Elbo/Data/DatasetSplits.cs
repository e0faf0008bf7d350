namespace Elbo.Data;

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
