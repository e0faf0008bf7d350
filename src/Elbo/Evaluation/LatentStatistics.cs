using System.Numerics.Tensors;
using Elbo.Neighbours;

namespace Elbo.Evaluation;

/// <summary>What the posteriors q(z|x) = N(μ, diag σ²) of a set of images say about the latent dimensions.</summary>
/// <remarks>
/// The aggregate posterior is q(z) = (1/N) Σₙ q(z|xₙ). Its mean and covariance are computed exactly. As divergences of
/// a mixture of N Gaussians have no closed form, those here are of the Gaussian with the same mean and covariance.
/// </remarks>
public sealed record LatentStatistics
{
    /// <summary>Minimum variance of the posterior mean of an active unit (Burda et al. 2016, section 5.2).</summary>
    public const double ActiveVariance = 0.01;

    private LatentStatistics(ReadOnlySpan<float> means, ReadOnlySpan<float> deviations, int dimensions)
    {
        Images = means.Length / dimensions;
        var moments = LatentMoments.Of(means, deviations, dimensions);
        (CodeVariance, KlPerDimension) = (moments.CodeVariance, moments.Kl);
        (AggregateMean, AggregateDeviation) = (moments.Mean, moments.Deviation);
        TotalCorrelation = Correlation(means, moments);
        AggregateKl = moments.AggregateKl.Sum() + TotalCorrelation;
        Collapse = PosteriorCollapse.Of(ActiveUnits, dimensions, Kl);
    }

    /// <summary>Number of images N.</summary>
    public int Images { get; }

    /// <summary>Variance over the images of the posterior mean, Varₓ(E[z_d|x]), for each dimension d.</summary>
    public IReadOnlyList<double> CodeVariance { get; }

    /// <summary>
    /// Number of active units: dimensions whose <see cref="CodeVariance"/> is greater than
    /// <see cref="ActiveVariance"/>.
    /// </summary>
    public int ActiveUnits => CodeVariance.Count(variance => variance > ActiveVariance);

    /// <summary>
    /// Mean over the images of KL(q(z_d|x) ‖ N(0, 1)) = ½(μ² + σ² − 1) − log σ for each dimension d, in nats, 0 or
    /// more.
    /// </summary>
    public IReadOnlyList<double> KlPerDimension { get; }

    /// <summary>Sum of <see cref="KlPerDimension"/>: the mean of KL(q(z|x) ‖ N(0, I)) in nats per image.</summary>
    public double Kl => KlPerDimension.Sum();

    /// <summary>Mean of the aggregate posterior in each dimension; 0 if it equals the prior N(0, I).</summary>
    public IReadOnlyList<double> AggregateMean { get; }

    /// <summary>Standard deviation of the aggregate posterior in each dimension; 1 if it equals N(0, I).</summary>
    public IReadOnlyList<double> AggregateDeviation { get; }

    /// <summary>
    /// Total correlation of the Gaussian fitted to the aggregate posterior, in nats: −½ log det R with the correlation
    /// matrix R; 0 if the dimensions are uncorrelated.
    /// </summary>
    /// <remarks>Watanabe 1960. Dependence without correlation is not counted.</remarks>
    public double TotalCorrelation { get; }

    /// <summary>
    /// KL(N(m, S) ‖ N(0, I)) in nats with the mean m and covariance S of the aggregate posterior: the divergences of
    /// the single dimensions plus <see cref="TotalCorrelation"/>.
    /// </summary>
    public double AggregateKl { get; }

    /// <summary>Whether the posterior has collapsed to the prior N(0, I).</summary>
    public PosteriorCollapse Collapse { get; }

    /// <summary>Computes the statistics in double precision, in the order of the images.</summary>
    /// <param name="means">Posterior means μ (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="deviations">Posterior standard deviations σ, positive, in the same order.</param>
    /// <param name="dimensions">Number of latent dimensions.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer than 2 images, the numbers of means and deviations differ or are not a multiple of the
    /// dimensions, a value is not finite, or a deviation is not positive.
    /// </exception>
    public static LatentStatistics Of(ReadOnlySpan<float> means, ReadOnlySpan<float> deviations, int dimensions)
    {
        PointTable.Check(means, dimensions, 2, "a variance over images");
        PointTable.Check(deviations, dimensions, 2, "a variance over images");
        if (means.Length != deviations.Length)
            throw new ArgumentException(
                $"got {means.Length} means and {deviations.Length} standard deviations; each mean needs one.",
                nameof(deviations)
            );
        foreach (float deviation in deviations)
            if (deviation <= 0)
                throw new ArgumentException(
                    $"got the standard deviation {deviation}; they must be positive.",
                    nameof(deviations)
                );
        return new LatentStatistics(means, deviations, dimensions);
    }

    /// <summary>
    /// −½ log det R = ½ (Σ log(1 + A_dd) − log det(I + A)) with A = Cov(μ) scaled by the mean variances E[σ²], by the
    /// law of total covariance, Cov(z) = Cov(μ) + E[diag σ²].
    /// </summary>
    private static double Correlation(ReadOnlySpan<float> means, LatentMoments moments)
    {
        int dimensions = moments.Mean.Length,
            count = means.Length / dimensions;
        // A = BᵀB with B (N, Z), and det(I + BᵀB) = det(I + BBᵀ): the smaller of the two matrices is enough.
        bool byImage = count < dimensions;
        double[][] rows =
        [
            .. Enumerable.Range(0, Math.Min(count, dimensions)).Select(_ => new double[Math.Max(count, dimensions)]),
        ];
        for (int i = 0; i < means.Length; i++)
        {
            var (image, d) = (i / dimensions, i % dimensions);
            double scaled = (means[i] - moments.Mean[d]) / Math.Sqrt(count * moments.PosteriorVariance[d]);
            if (byImage)
                rows[image][d] = scaled;
            else
                rows[d][image] = scaled;
        }
        double independent = moments
            .CodeVariance.Zip(moments.PosteriorVariance, (code, noise) => Math.Log(1 + (code / noise)))
            .Sum();
        return Math.Max(0, 0.5 * (independent - LogDeterminant(rows)));
    }

    /// <summary>log det(I + BBᵀ) of a matrix B, given by rows, from a Cholesky factorisation.</summary>
    private static double LogDeterminant(double[][] rows)
    {
        double sum = 0;
        double[][] factor = [.. Enumerable.Range(1, rows.Length).Select(length => new double[length])];
        for (int i = 0; i < rows.Length; i++)
        for (int j = 0; j <= i; j++)
        {
            double entry =
                TensorPrimitives.Dot<double>(rows[i], rows[j])
                - TensorPrimitives.Dot<double>(factor[i].AsSpan(0, j), factor[j].AsSpan(0, j));
            if (j < i)
                factor[i][j] = entry / factor[j][j];
            else
            {
                // The pivots of I + BBᵀ are 1 or more; rounding may give less.
                double pivot = Math.Max(1, 1 + entry);
                factor[i][i] = Math.Sqrt(pivot);
                sum += Math.Log(pivot);
            }
        }
        return sum;
    }
}

/// <summary>What the posteriors of a set of images say about each latent dimension alone, each array (Z).</summary>
/// <param name="Mean">Mean of the aggregate posterior.</param>
/// <param name="Deviation">Standard deviation of the aggregate posterior.</param>
/// <param name="CodeVariance">Variance over the images of the posterior mean.</param>
/// <param name="PosteriorVariance">Mean variance of the posteriors, E[σ²].</param>
/// <param name="Kl">Mean KL(q(z_d|x) ‖ N(0, 1)) in nats.</param>
internal sealed record LatentMoments(
    double[] Mean,
    double[] Deviation,
    double[] CodeVariance,
    double[] PosteriorVariance,
    double[] Kl
)
{
    /// <summary>KL of the Gaussian with the moments of the aggregate posterior from N(0, 1), in nats.</summary>
    public double[] AggregateKl => [.. Mean.Zip(Deviation, Divergence)];

    /// <summary>
    /// Mean KL of q(z_d|x) from the Gaussian with the moments of the aggregate posterior, in nats: the divergence from
    /// N(0, 1) less that of this Gaussian.
    /// </summary>
    public double[] KlToAggregate => [.. Kl.Zip(AggregateKl, (kl, aggregate) => Math.Max(0, kl - aggregate))];

    /// <summary>Computes the moments of posteriors with means and standard deviations (N, Z), row-major.</summary>
    public static LatentMoments Of(ReadOnlySpan<float> means, ReadOnlySpan<float> deviations, int dimensions)
    {
        int count = means.Length / dimensions;
        double[] mean = PointMoments.Mean(means, dimensions),
            codeVariance = new double[dimensions],
            variance = new double[dimensions],
            kl = new double[dimensions];
        for (int i = 0; i < means.Length; i++)
        {
            int d = i % dimensions;
            double centred = means[i] - mean[d],
                sigma = deviations[i];
            codeVariance[d] += centred * centred / count;
            variance[d] += sigma * sigma / count;
            kl[d] += Divergence(means[i], sigma) / count;
        }
        return new LatentMoments(
            mean,
            [.. codeVariance.Zip(variance, (code, noise) => Math.Sqrt(code + noise))],
            codeVariance,
            variance,
            kl
        );
    }

    /// <summary>KL(N(μ, σ²) ‖ N(0, 1)). Where it is 0, rounding may give a number just below it.</summary>
    private static double Divergence(double mean, double deviation) =>
        Math.Max(0, (0.5 * ((mean * mean) + ((deviation - 1) * (deviation + 1)))) - Math.Log(deviation));
}

/// <summary>How far posteriors have collapsed to the prior, so that codes say nothing about images.</summary>
public enum CollapseDegree
{
    /// <summary>The codes carry information, even if some units are inactive.</summary>
    None,

    /// <summary>Few units are active, and the codes carry little information.</summary>
    Partial,

    /// <summary>The decoder ignores the codes.</summary>
    Complete,
}

/// <summary>Whether the posterior has collapsed, from active units and KL divergence.</summary>
/// <remarks>
/// Collapse is complete if no unit is active or the divergence is less than <see cref="CompleteKl"/>. It is partial if
/// fewer than <see cref="PartialFraction"/> of the units are active and the divergence is less than
/// <see cref="PartialKl"/>. The fraction alone would not do: a wide latent space has inactive units wherever the images
/// need fewer dimensions. The limits are a convention of this library; Bowman et al. 2016 and Burda et al. 2016
/// describe the effect.
/// </remarks>
/// <param name="Degree">None, partial or complete.</param>
/// <param name="ActiveUnits">Number of active units.</param>
/// <param name="Dimensions">Number of latent dimensions.</param>
/// <param name="Kl">Mean KL divergence from posterior to prior in nats per image.</param>
public sealed record PosteriorCollapse(CollapseDegree Degree, int ActiveUnits, int Dimensions, double Kl)
{
    /// <summary>Collapse is complete below this divergence: codes could tell e¹ ≈ 3 images apart.</summary>
    public const double CompleteKl = 1;

    /// <summary>Partial collapse needs a divergence below this.</summary>
    public const double PartialKl = 6;

    /// <summary>Partial collapse needs a fraction of active units below this.</summary>
    public const double PartialFraction = 0.5;

    /// <summary>The verdict as a sentence, with what to try if the posterior has collapsed.</summary>
    public string Verdict =>
        Degree switch
        {
            CollapseDegree.Complete =>
                $"The posterior has collapsed to the prior: {Units}, KL {Kl:0.00} nats per image. "
                    + $"The decoder ignores the codes. {Advice}",
            CollapseDegree.Partial => $"The posterior has collapsed in most dimensions: {Units}, KL {Kl:0.00} nats per "
                + $"image. {Advice}",
            _ => $"The posterior has not collapsed: {Units}, KL {Kl:0.00} nats per image.",
        };

    private static string Advice =>
        "Try a lower β, a KL warm-up, free bits, or a lower variance of a Gaussian decoder.";

    private string Units => $"{ActiveUnits} of {Dimensions} units are active";

    /// <summary>Judges a model, also one with another prior than N(0, I).</summary>
    /// <param name="activeUnits">Number of active units.</param>
    /// <param name="dimensions">Number of latent dimensions, at least 1.</param>
    /// <param name="kl">Mean KL divergence from posterior to prior in nats per image.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// There are no dimensions, not from 0 to all units are active, or the divergence is not a number.
    /// </exception>
    public static PosteriorCollapse Of(int activeUnits, int dimensions, double kl)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(dimensions, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(activeUnits);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(activeUnits, dimensions);
        if (double.IsNaN(kl))
            throw new ArgumentOutOfRangeException(nameof(kl), "kl is NaN; a divergence in nats is needed.");
        return new(
            activeUnits == 0 || kl < CompleteKl ? CollapseDegree.Complete
                : activeUnits < PartialFraction * dimensions && kl < PartialKl ? CollapseDegree.Partial
                : CollapseDegree.None,
            activeUnits,
            dimensions,
            kl
        );
    }
}
