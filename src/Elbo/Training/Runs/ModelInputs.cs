using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;

namespace Elbo.Training.Runs;

/// <summary>Prepares images as inputs of a run's model: intensities in [0, 1], binarised if the run does so.</summary>
internal static class ModelInputs
{
    private const int PieceSize = 500;

    /// <summary>The first <paramref name="count"/> images of a dataset, (count, pixels).</summary>
    public static float[] First(GenerativeModel model, RunConfig config, ImageDataset images, int count) =>
        Prepare(model, config, images.Slice(0, count).ToIntensities());

    /// <summary>Binarises intensities (N, pixels) in place if the run does so, and returns them.</summary>
    /// <remarks>
    /// Dynamic binarisation samples once for each image, from the run's seed and the content of the image. So all
    /// figures and codes use the same binary images, in whatever order and company they are given.
    /// </remarks>
    public static float[] Prepare(GenerativeModel model, RunConfig config, float[] images)
    {
        if (config.Binarize == Binarization.None)
            return images;
        int size = model.ImageShape.PixelCount,
            step = config.Binarize == Binarization.Dynamic ? 1 : PieceSize;
        var rng = new Rng(config.Seed).Fork("binarize pictures");
        using var pause = model.Device.Tape.Pause();
        for (int start = 0; start < images.Length / size; start += step)
        {
            using var scope = model.Device.BeginStep();
            var piece = images.AsSpan(start * size, Math.Min(step * size, images.Length - (start * size)));
            var stream = config.Binarize == Binarization.Dynamic ? rng.Fork(Inference.ContentKey(piece)) : rng;
            InputNoise
                .Binarize(model.Device.Tensor(piece, [piece.Length / size, size]), config.Binarize, stream)
                .CopyTo(piece);
        }
        return images;
    }

    /// <summary>Means of q(z|x) for the first <paramref name="count"/> images, (count, latent dimensions).</summary>
    public static float[] Codes(
        GenerativeModel model,
        RunConfig config,
        ImageDataset images,
        int count,
        CancellationToken cancellation = default
    ) =>
        InPieces(
            model,
            config,
            images,
            count,
            model.LatentDim,
            (piece, labels) => Inference.Encode(model, piece, labels),
            cancellation
        );

    /// <summary>The mean of q(z|x) for one image, (latent dimensions), equal to that of <see cref="Codes"/>.</summary>
    public static float[] Code(GenerativeModel model, RunConfig config, ImageDataset images, int index) =>
        Codes(model, config, images.Slice(index, 1), 1);

    /// <summary>Means of q(w|x) for the first <paramref name="count"/> images, (count, style dimensions).</summary>
    public static float[] Styles(GenerativeModel model, RunConfig config, ImageDataset images, int count) =>
        InPieces(
            model,
            config,
            images,
            count,
            Inference.Clustering(model).StyleDim,
            (piece, _) => Inference.EncodeStyle(model, piece)
        );

    /// <summary>p(y|w, z) for the first <paramref name="count"/> images, (count, clusters).</summary>
    public static float[] ClusterProbabilities(
        GenerativeModel model,
        RunConfig config,
        ImageDataset images,
        int count,
        CancellationToken cancellation = default
    ) =>
        InPieces(
            model,
            config,
            images,
            count,
            Inference.Clustering(model).Clusters,
            (piece, _) => Inference.ClusterProbabilities(model, piece),
            cancellation
        );

    /// <summary>
    /// Means and then standard deviations of q(z|x) for the first <paramref name="count"/> images, (count, 2 · latent
    /// dimensions).
    /// </summary>
    public static float[] Posteriors(
        GenerativeModel model,
        RunConfig config,
        ImageDataset images,
        int count,
        CancellationToken cancellation = default
    ) =>
        InPieces(
            model,
            config,
            images,
            count,
            2 * model.LatentDim,
            (piece, labels) => Inference.EncodePosterior(model, piece, labels),
            cancellation
        );

    /// <summary>
    /// Computes in pieces, because all intensities at once would take four times the memory of the images.
    /// </summary>
    private static float[] InPieces(
        GenerativeModel model,
        RunConfig config,
        ImageDataset images,
        int count,
        int width,
        Func<float[], byte[], float[]> encode,
        CancellationToken cancellation = default
    )
    {
        var labels = ClassCondition.Labels(model, images);
        var codes = new float[(long)count * width];
        for (int start = 0; start < count; start += PieceSize)
        {
            cancellation.ThrowIfCancellationRequested();
            int rows = Math.Min(PieceSize, count - start);
            float[] piece = Prepare(model, config, images.Slice(start, rows).ToIntensities());
            encode(piece, ClassCondition.Slice(labels, start, rows).ToArray()).CopyTo(codes, (long)start * width);
        }
        return codes;
    }
}
