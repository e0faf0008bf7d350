using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// Applies a trained model without dropout and gradients. Images are processed in batches of bounded memory.
/// </summary>
public static class Inference
{
    private const int BatchSize = 500;

    /// <summary>The context of all inference. Its random numbers are not used.</summary>
    internal static ForwardContext Evaluation => new(new Rng(0), Training: false);

    /// <summary>Means of q(z|x) for selected images: (indices, latent dimensions), row-major.</summary>
    /// <exception cref="ArgumentException">A conditional model does not know the class of an image.</exception>
    public static float[] Encode(GenerativeModel model, ImageDataset images, ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        return Encode(
            model,
            images.ToIntensities(indices),
            ClassCondition.Pick(ClassCondition.Labels(model, images), indices)
        );
    }

    /// <summary>
    /// Means of q(z|x) for consecutive images with intensities in [0, 1]: (images, latent dimensions), row-major.
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="images">The images, (N, pixels).</param>
    /// <param name="labels">
    /// For a conditional model: the class of each image. Empty means the class that the model is given.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The values are not a whole number of images or not finite, the labels are not as many, or a conditional model has
    /// no class.
    /// </exception>
    public static float[] Encode(GenerativeModel model, ReadOnlySpan<float> images, ReadOnlySpan<byte> labels = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        return InPieces(
            model,
            images,
            labels,
            model.ImageShape.PixelCount,
            model.LatentDim,
            (x, context) => model.Encode(x, context).Mean
        );
    }

    /// <summary>
    /// Means μ and then standard deviations σ of q(z|x) for consecutive images: (images, 2 · latent dimensions),
    /// row-major.
    /// </summary>
    internal static float[] EncodePosterior(
        GenerativeModel model,
        ReadOnlySpan<float> images,
        ReadOnlySpan<byte> labels = default
    ) =>
        InPieces(
            model,
            images,
            labels,
            model.ImageShape.PixelCount,
            2 * model.LatentDim,
            (x, context) =>
            {
                var q = model.Encode(x, context);
                return Ops.Concat(-1, q.Mean, q.Deviation);
            }
        );

    /// <summary>
    /// The means and the standard deviations, each (N, Z), of posteriors as <see cref="EncodePosterior"/> returns them.
    /// </summary>
    internal static (float[] Means, float[] Deviations) SplitPosterior(ReadOnlySpan<float> posteriors, int dimensions)
    {
        float[] means = new float[posteriors.Length / 2],
            deviations = new float[means.Length];
        for (int at = 0; at < means.Length; at += dimensions)
        {
            posteriors.Slice(2 * at, dimensions).CopyTo(means.AsSpan(at));
            posteriors.Slice((2 * at) + dimensions, dimensions).CopyTo(deviations.AsSpan(at));
        }
        return (means, deviations);
    }

    /// <summary>Expected images of codes, with intensities in [0, 1]: (codes, pixels), row-major.</summary>
    /// <param name="model">The model.</param>
    /// <param name="codes">The codes, (N, Z).</param>
    /// <param name="labels">
    /// For a conditional model: the class of each image. Empty means the class that the model is given.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The values are not a whole number of codes or not finite, the labels are not as many, or a conditional model has
    /// no class.
    /// </exception>
    public static float[] Decode(
        GenerativeModel model,
        ReadOnlySpan<float> codes,
        ReadOnlySpan<byte> labels = default
    ) => Decoded(model, codes, labels, likelihood => likelihood.Mean);

    /// <summary>Images sampled pixel by pixel from p(x|z), clamped to [0, 1].</summary>
    /// <inheritdoc cref="Decode"/>
    public static float[] DecodeSampled(
        GenerativeModel model,
        ReadOnlySpan<float> codes,
        Rng rng,
        ReadOnlySpan<byte> labels = default
    ) => Decoded(model, codes, labels, likelihood => Ops.Clamp(likelihood.Sample(rng), 0, 1));

    private static float[] Decoded(
        GenerativeModel model,
        ReadOnlySpan<float> codes,
        ReadOnlySpan<byte> labels,
        Func<ILikelihood, Tensor> image
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        return InPieces(
            model,
            codes,
            labels,
            model.LatentDim,
            model.ImageShape.PixelCount,
            (z, context) => image(model.Decode(z, context))
        );
    }

    /// <summary>Reconstructions: the expected images of the means of q(z|x).</summary>
    /// <inheritdoc cref="Encode(GenerativeModel, ReadOnlySpan{float}, ReadOnlySpan{byte})"/>
    public static float[] Reconstruct(
        GenerativeModel model,
        ReadOnlySpan<float> images,
        ReadOnlySpan<byte> labels = default
    ) => Decode(model, Encode(model, images, labels), labels);

    /// <summary>Codes sampled from the prior: (<paramref name="count"/>, latent dimensions), row-major.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static float[] SamplePrior(GenerativeModel model, int count, Rng rng)
    {
        RequireDraw(model, count, rng);
        return Drawn(model, () => model.Prior.Sample(count, rng));
    }

    /// <summary>
    /// Codes sampled from one cluster, counted from 0: (<paramref name="count"/>, latent dimensions), row-major.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The model has no clusters, or not this one, or the number is negative.
    /// </exception>
    public static float[] SampleCluster(GenerativeModel model, int cluster, int count, Rng rng)
    {
        RequireDraw(model, count, rng);
        return Drawn(model, () => Clustering(model).SampleCluster(cluster, count, rng));
    }

    /// <summary>
    /// p(y|w, z), or p(y|z) without style dimensions, for consecutive images with intensities in [0, 1]:
    /// (images, clusters), row-major.
    /// </summary>
    /// <exception cref="ArgumentException">The model has no clusters, or the values are not a whole number of
    /// images.</exception>
    public static float[] ClusterProbabilities(GenerativeModel model, ReadOnlySpan<float> images)
    {
        var clustering = Clustering(model);
        return InPieces(
            model,
            images,
            default,
            model.ImageShape.PixelCount,
            clustering.Clusters,
            (x, context) => clustering.ClusterProbabilities(x, model.Encode(x, context).Mean, context)
        );
    }

    /// <summary>
    /// The most probable cluster of each of consecutive images with intensities in [0, 1], counted from 0.
    /// </summary>
    /// <exception cref="ArgumentException">The model has no clusters, or the values are not a whole number of
    /// images.</exception>
    public static int[] AssignClusters(GenerativeModel model, ReadOnlySpan<float> images)
    {
        var probabilities = ClusterProbabilities(model, images).AsSpan();
        int clusters = Clustering(model).Clusters;
        int[] result = new int[probabilities.Length / clusters];
        for (int i = 0; i < result.Length; i++)
            result[i] = MostProbable(probabilities.Slice(i * clusters, clusters));
        return result;
    }

    /// <summary>
    /// The first 64 bits of the SHA-256 of an image, from which random numbers of the image alone are derived.
    /// </summary>
    internal static ulong ContentKey(ReadOnlySpan<float> image) =>
        BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(MemoryMarshal.AsBytes(image)));

    /// <summary>The index of the largest value. Ties go to the lowest index.</summary>
    internal static int MostProbable(ReadOnlySpan<float> probabilities)
    {
        int best = 0;
        for (int k = 1; k < probabilities.Length; k++)
            if (probabilities[k] > probabilities[best])
                best = k;
        return best;
    }

    /// <summary>
    /// Means of q(w|x) for consecutive images with intensities in [0, 1]: (images, style dimensions), row-major.
    /// </summary>
    /// <exception cref="ArgumentException">The model has no style dimensions, or the values are not a whole number of
    /// images.</exception>
    public static float[] EncodeStyle(GenerativeModel model, ReadOnlySpan<float> images)
    {
        var clustering = Clustering(model);
        if (clustering.StyleDim == 0)
            throw new ArgumentException(
                $"the prior is {PartCatalog.Prior.PartOf(model.Options)}, which has no style dimensions.",
                nameof(model)
            );
        return InPieces(
            model,
            images,
            default,
            model.ImageShape.PixelCount,
            clustering.StyleDim,
            clustering.EncodeStyle
        );
    }

    /// <summary>The prior of a model with clusters.</summary>
    /// <exception cref="ArgumentException">The model has no clusters.</exception>
    internal static IClusteringPrior Clustering(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return model.Prior as IClusteringPrior
            ?? throw new ArgumentException(
                $"the prior is {PartCatalog.Prior.PartOf(model.Options)}, which has no clusters.",
                nameof(model)
            );
    }

    private static void RequireDraw(GenerativeModel model, int count, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rng);
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        int most = Array.MaxLength / Math.Max(model.LatentDim, model.ImageShape.PixelCount);
        if (count > most)
            throw new ArgumentOutOfRangeException(
                nameof(count),
                $"count is {count}; an array holds {most} images of {model.ImageShape}. Draw them in pieces."
            );
    }

    private static float[] Drawn(GenerativeModel model, Func<Tensor> draw)
    {
        using var pause = model.Device.Tape.Pause();
        using var scope = model.Device.BeginStep();
        return draw().ToArray();
    }

    private static float[] InPieces(
        GenerativeModel model,
        ReadOnlySpan<float> values,
        ReadOnlySpan<byte> labels,
        int width,
        int resultWidth,
        Func<Tensor, ForwardContext, Tensor> function
    )
    {
        if (values.Length % width != 0)
            throw new ArgumentException(
                $"{values.Length} values are not a whole number of rows of {width}.",
                nameof(values)
            );
        Require.Finite(values, width == model.LatentDim ? "codes" : "images");
        var device = model.Device;
        int count = values.Length / width;
        if (!labels.IsEmpty && labels.Length != count)
            throw new ArgumentException(
                $"got {labels.Length} labels for {count} rows; each needs one.",
                nameof(labels)
            );
        var result = new float[(long)count * resultWidth];
        using var pause = device.Tape.Pause();
        for (int start = 0; start < count; start += BatchSize)
        {
            int rows = Math.Min(BatchSize, count - start);
            using var scope = device.BeginStep();
            var condition = labels.IsEmpty ? null : model.OneHot(labels.Slice(start, rows));
            function(
                    device.Tensor(values.Slice(start * width, rows * width), [rows, width]),
                    Evaluation with
                    {
                        Condition = condition,
                    }
                )
                .CopyTo(result.AsSpan(start * resultWidth));
        }
        return result;
    }
}
