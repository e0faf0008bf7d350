using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>Estimates for one image from K samples of q(z|x), in nats.</summary>
/// <param name="LogLikelihood">
/// log 1/K Σ_k w_k with w_k = p(x|z_k) p(z_k) / q(z_k|x): a lower bound of log p(x) in expectation, which converges to
/// it as K grows.
/// </param>
/// <param name="Bound">The mean of log w_k: the evidence lower bound.</param>
/// <param name="Reconstruction">The mean of −log p(x|z_k), with all constants.</param>
/// <param name="EffectiveSamples">
/// (Σ_k w_k)² / Σ_k w_k², between 1 and K. Near 1, one sample dominates and K is too small.
/// </param>
public readonly record struct LikelihoodEstimate(
    double LogLikelihood,
    double Bound,
    double Reconstruction,
    double EffectiveSamples
)
{
    /// <summary>KL(q(z|x) ‖ p(z)), estimated by the same samples: −bound − reconstruction.</summary>
    public double Divergence => -Bound - Reconstruction;

    /// <summary>Combines the logarithms of the importance weights of one image and of log p(x|z).</summary>
    internal static LikelihoodEstimate Of(ReadOnlySpan<float> logWeights, ReadOnlySpan<float> logProbabilities)
    {
        double largest = double.NegativeInfinity,
            sum = 0,
            squares = 0,
            logSum = 0,
            reconstruction = 0;
        foreach (float value in logWeights)
            largest = Math.Max(largest, value);
        // Weights relative to the largest, so that none overflows and the largest is 1.
        foreach (float value in logWeights)
        {
            double weight = Math.Exp(value - largest);
            sum += weight;
            squares += weight * weight;
            logSum += value;
        }
        foreach (float value in logProbabilities)
            reconstruction -= value;
        int count = logWeights.Length;
        return new LikelihoodEstimate(
            largest + Math.Log(sum / count),
            logSum / count,
            reconstruction / count,
            sum * sum / squares
        );
    }
}

/// <summary>
/// Estimates log p(x) of single images by importance sampling with q(z|x) as the proposal distribution.
/// </summary>
/// <remarks>Burda, Grosse and Salakhutdinov 2016, "Importance weighted autoencoders", section 5 and appendix.</remarks>
public static class ImportanceSampling
{
    /// <summary>Maximum number of codes that are decoded together. It bounds the memory.</summary>
    private const int DecoderBatch = 1000;

    /// <summary>Samples of one image that are drawn together.</summary>
    private const int SampleBlock = 250;

    private const int MostSamples = 100_000_000;

    /// <summary>Estimates log p(x), the bound and its terms for consecutive images, without dropout.</summary>
    /// <remarks>
    /// The samples of an image depend on the seed and on its content only, so its estimate is the same in whatever
    /// order and company it is given. More samples keep the first ones.
    /// </remarks>
    /// <param name="model">A trained model.</param>
    /// <param name="images">Images with intensities in [0, 1], binarised if training did so, (images, pixels).</param>
    /// <param name="samples">Number of samples K per image, 1 or more.</param>
    /// <param name="rng">Random numbers of the samples.</param>
    /// <param name="labels">
    /// For a conditional model, which gives log p(x|y): the class of each image. Empty means the class that the model
    /// is given.
    /// </param>
    /// <param name="progress">Receives the number of finished images.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="samples"/> is less than 1 or more than 100,000,000.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The values are not a whole number of images or not finite, the labels are not as many, or a conditional model has no class.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static LikelihoodEstimate[] Estimate(
        GenerativeModel model,
        ReadOnlySpan<float> images,
        int samples,
        Rng rng,
        ReadOnlySpan<byte> labels = default,
        IProgress<int>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(rng);
        if (samples is < 1 or > MostSamples)
            throw new ArgumentOutOfRangeException(
                nameof(samples),
                $"samples is {samples}; it must be from 1 to {MostSamples}."
            );
        int pixels = model.ImageShape.PixelCount;
        if (images.Length % pixels != 0)
            throw new ArgumentException(
                $"{images.Length} values are not a whole number of images of {pixels} pixels.",
                nameof(images)
            );
        Require.Finite(images, "images");
        var result = new LikelihoodEstimate[images.Length / pixels];
        if (!labels.IsEmpty && labels.Length != result.Length)
            throw new ArgumentException(
                $"got {labels.Length} labels for {result.Length} images; each needs one.",
                nameof(labels)
            );
        int together = Math.Max(1, DecoderBatch / Math.Min(samples, SampleBlock));
        using var pause = model.Device.Tape.Pause();
        for (int start = 0; start < result.Length; start += together)
        {
            int count = Math.Min(together, result.Length - start);
            var batch = images.Slice(start * pixels, count * pixels);
            var classes = labels.IsEmpty ? default : labels.Slice(start, count);
            EstimateBatch(model, batch, classes, samples, rng, cancellation).CopyTo(result.AsSpan(start));
            progress?.Report(start + count);
        }
        return result;
    }

    private static LikelihoodEstimate[] EstimateBatch(
        GenerativeModel model,
        ReadOnlySpan<float> images,
        ReadOnlySpan<byte> labels,
        int samples,
        Rng rng,
        CancellationToken cancellation
    )
    {
        using var scope = model.Device.BeginStep();
        int pixels = model.ImageShape.PixelCount,
            count = images.Length / pixels;
        var streams = new Rng[count];
        for (int i = 0; i < count; i++)
            streams[i] = rng.Fork(Inference.ContentKey(images.Slice(i * pixels, pixels)));
        var context = Inference.Evaluation with { Condition = model.OneHot(labels) };
        var x = model.Device.Tensor(images, [count, pixels]);
        var q = model.Encode(x, context);
        var (logWeights, logProbabilities) = (new float[count * samples], new float[count * samples]);
        for (int first = 0; first < samples; first += SampleBlock)
        {
            cancellation.ThrowIfCancellationRequested();
            using var block = model.Device.BeginStep();
            var noise = Noise(model, streams, Math.Min(SampleBlock, samples - first));
            var z = q.Sample(Ops.Slice(noise, -1, 0, model.LatentDim));
            var auxiliary = Ops.Slice(noise, -1, model.LatentDim, model.Prior.AuxiliaryDim);
            var logProbability = model.Decode(z, context).LogProb(x);
            var logWeight = Ops.Add(logProbability, model.Prior.LogRatio(x, q, z, auxiliary, context));
            Scatter(logProbability, logProbabilities, first, samples);
            Scatter(logWeight, logWeights, first, samples);
        }
        var result = new LikelihoodEstimate[count];
        for (int i = 0; i < count; i++)
            result[i] = LikelihoodEstimate.Of(
                logWeights.AsSpan(i * samples, samples),
                logProbabilities.AsSpan(i * samples, samples)
            );
        return result;
    }

    /// <summary>Samples of N(0, I) for z and the auxiliary variables, (samples, images, Z + A).</summary>
    /// <param name="model">The model.</param>
    /// <param name="streams">The random numbers of each image. The call takes one draw of each.</param>
    /// <param name="samples">Number of samples per image.</param>
    private static Tensor Noise(GenerativeModel model, Rng[] streams, int samples)
    {
        int width = model.LatentDim + model.Prior.AuxiliaryDim;
        return Ops.Concat(
            1,
            [.. streams.Select(stream => Ops.RandomNormal(model.Device, [samples, 1, width], stream))]
        );
    }

    /// <summary>
    /// Copies values (samples of a block, images) to rows of <paramref name="target"/> (images, all samples), from
    /// column <paramref name="first"/> on.
    /// </summary>
    private static void Scatter(Tensor values, float[] target, int first, int samples)
    {
        var source = values.Read();
        int images = values.Shape[1];
        for (int s = 0; s < values.Shape[0]; s++)
        for (int i = 0; i < images; i++)
            target[(i * samples) + first + s] = source[(s * images) + i];
    }
}
