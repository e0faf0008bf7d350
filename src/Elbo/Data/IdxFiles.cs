namespace Elbo.Data;

/// <summary>The four files of a dataset in MNIST's layout.</summary>
internal sealed record IdxFiles(IdxFile TrainImages, IdxFile TrainLabels, IdxFile TestImages, IdxFile TestLabels)
{
    private const long PixelsPerImage = 28 * 28;

    /// <summary>
    /// MNIST's names and sizes, 60,000 + 10,000 images, with these SHA-256 of the decompressed content.
    /// </summary>
    public static IdxFiles LikeMnist(string trainImages, string trainLabels, string testImages, string testLabels) =>
        new(
            new IdxFile("train-images-idx3-ubyte", 16 + 60_000 * PixelsPerImage, trainImages),
            new IdxFile("train-labels-idx1-ubyte", 8 + 60_000, trainLabels),
            new IdxFile("t10k-images-idx3-ubyte", 16 + 10_000 * PixelsPerImage, testImages),
            new IdxFile("t10k-labels-idx1-ubyte", 8 + 10_000, testLabels)
        );

    /// <summary>
    /// Those that <paramref name="folder"/> lacks under every name in use; labels, being small, first.
    /// </summary>
    public IReadOnlyList<IdxFile> Missing(string folder) =>
        [.. new[] { TrainLabels, TestLabels, TestImages, TrainImages }.Where(file => file.FindIn(folder) is null)];
}
