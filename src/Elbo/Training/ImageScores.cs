using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Models.Priors;

namespace Elbo.Training;

/// <summary>How well a model explains one image.</summary>
/// <param name="Loss">
/// −ELBO in nats: the reconstruction term plus the KL divergence, the mean over the samples of z.
/// </param>
/// <param name="Likelihood">
/// −log p(x) in nats by importance sampling, at most <paramref name="Loss"/>. The higher, the odder is the image.
/// </param>
/// <param name="Divergence">KL(q(z|x) ‖ p(z)) in nats, exact if the prior allows it, else from the samples.</param>
/// <param name="SquaredError">Mean squared error of the reconstruction, intensities in [0, 1].</param>
/// <param name="UnexplainedVariance">
/// Fraction of the image's variance that the reconstruction does not explain.
/// </param>
public sealed record ImageScore(
    double Loss,
    double Likelihood,
    double Divergence,
    double SquaredError,
    double UnexplainedVariance
)
{
    /// <summary>Path or name of the image; null if it has none.</summary>
    public string? Name { get; init; }
}

/// <summary>Scores single images. The scores of an image do not depend on the other images.</summary>
internal static class ImageScores
{
    /// <summary>Random numbers for the samples of z.</summary>
    public static Rng Samples(ulong seed) => new Rng(seed).Fork("score").Fork("samples");

    /// <summary>Scores prepared images, (N, pixels), with their codes, (N, latent dimensions).</summary>
    /// <param name="model">A trained model.</param>
    /// <param name="x">Images as the encoder takes them.</param>
    /// <param name="labels">The class of each image for a conditional model; empty for the class that it is given.</param>
    /// <param name="samples">Number of samples of z per image.</param>
    /// <param name="rng">Random numbers for the samples, from <see cref="Samples"/>.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public static (ImageScore[] Scores, float[] Codes) Of(
        GenerativeModel model,
        float[] x,
        ReadOnlySpan<byte> labels,
        int samples,
        Rng rng,
        CancellationToken cancellation
    )
    {
        var estimates = ImportanceSampling.Estimate(model, x, samples, rng, labels, cancellation: cancellation);
        float[] codes = Inference.Encode(model, x, labels);
        float[] reconstructions = Inference.Decode(model, codes, labels);
        int pixels = model.ImageShape.PixelCount;
        double[] errors = ImageQuality.MeanSquaredError(x, reconstructions, pixels);
        double[] unexplained = ImageQuality.UnexplainedVariance(x, reconstructions, pixels);
        double[] divergences = Divergences(model, x, labels, estimates);
        var scores = new ImageScore[estimates.Length];
        for (int i = 0; i < scores.Length; i++)
            scores[i] = new ImageScore(
                -estimates[i].Bound,
                -estimates[i].LogLikelihood,
                divergences[i],
                errors[i],
                unexplained[i]
            );
        return (scores, codes);
    }

    private static double[] Divergences(
        GenerativeModel model,
        float[] x,
        ReadOnlySpan<byte> labels,
        LikelihoodEstimate[] estimates
    )
    {
        if (model.Prior is not IFactorizedPrior prior)
            return [.. estimates.Select(estimate => estimate.Divergence)];
        using var pause = model.Device.Tape.Pause();
        using var scope = model.Device.BeginStep();
        var input = model.Device.Tensor(x, [estimates.Length, model.ImageShape.PixelCount]);
        var context = Inference.Evaluation with { Condition = model.OneHot(labels) };
        float[] terms = prior.DivergenceByDimension(model.Encode(input, context)).ToArray();
        return [.. terms.Chunk(model.LatentDim).Select(row => row.Sum(term => (double)term))];
    }
}
