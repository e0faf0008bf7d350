using Elbo.Data;
using Elbo.Models.Priors;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Exploring;

/// <summary>What each latent dimension does over many images.</summary>
/// <param name="Means">Mean code, (Z).</param>
/// <param name="Deviations">
/// Standard deviation of the prior, (Z), or of the aggregate posterior if the prior is not N(0, I).
/// </param>
/// <param name="Divergences">
/// Mean KL(q(z_j|x) ‖ p(z_j)) in nats, (Z). If the prior is not N(0, I), p(z_j) is the Gaussian with mean and variance
/// of the aggregate posterior.
/// </param>
/// <param name="IsOfPrior">Whether the prior is N(0, I), so that nothing is taken from the aggregate posterior.</param>
internal sealed record LatentStatistics(double[] Means, double[] Deviations, double[] Divergences, bool IsOfPrior)
{
    /// <summary>Computes the statistics for the images of a run.</summary>
    public static LatentStatistics Of(LoadedRun run, ImageDataset images, CancellationToken cancellation) =>
        Of(
            ModelInputs.Posteriors(run.Model, run.Config, images, images.Count, cancellation),
            run.Model.LatentDim,
            run.Model.Options.Prior is StandardNormalOptions
        );

    /// <summary>Computes the statistics from means and then standard deviations of q(z|x), (N, 2·Z).</summary>
    public static LatentStatistics Of(ReadOnlySpan<float> posteriors, int dimensions, bool standardNormal)
    {
        int count = posteriors.Length / (2 * dimensions);
        double[] means = new double[dimensions],
            deviations = new double[dimensions],
            divergences = new double[dimensions];
        for (int d = 0; d < dimensions; d++)
        {
            double sum = 0,
                squares = 0,
                variances = 0,
                logs = 0;
            for (int i = d; i < posteriors.Length; i += 2 * dimensions)
            {
                double mean = posteriors[i],
                    deviation = posteriors[i + dimensions];
                sum += mean;
                squares += mean * mean;
                variances += deviation * deviation;
                logs += Math.Log(deviation);
            }
            means[d] = sum / count;
            double spread = Math.Max(0, (squares / count) - (means[d] * means[d])) + (variances / count);
            deviations[d] = standardNormal ? 1 : Math.Sqrt(spread);
            // KL(N(μ, σ²) ‖ N(m, s²)) = log s − log σ + (σ² + (μ − m)²) / 2s² − ½, averaged. With the moments of the
            // aggregate posterior, the third term is ½.
            divergences[d] = standardNormal
                ? (((squares + variances) / count) - 1) / 2 - (logs / count)
                : (Math.Log(spread) / 2) - (logs / count);
        }
        return new(means, deviations, divergences, standardNormal);
    }
}
