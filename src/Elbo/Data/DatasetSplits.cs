namespace Elbo.Data;

/// <summary>A dataset's images for training and those kept back for testing.</summary>
public sealed record DatasetSplits(ImageDataset Train, ImageDataset Test);
