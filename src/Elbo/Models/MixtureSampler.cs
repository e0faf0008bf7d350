using Elbo.Clustering;
using Elbo.Engine;

namespace Elbo.Models;

/// <summary>
/// Samples codes from a Gaussian mixture with full covariances that is fitted to the codes of images after training.
/// The codes of a trained model rarely have the distribution of the prior, so these samples decode to better images.
/// </summary>
/// <remarks>
/// Ex-post density estimation: Ghosh et al. 2020, "From variational to deterministic autoencoders", section 4.
/// </remarks>
/// <example>
/// <code>
/// float[] codes = Inference.Encode(model, images);
/// var sampler = MixtureSampler.Fit(codes, model.LatentDim, components: 10, new Rng(0));
/// float[] generated = Inference.Decode(model, sampler.Sample(100, new Rng(1)));
/// </code>
/// </example>
public sealed class MixtureSampler
{
    private readonly double[] _weights;
    private readonly double[] _means;
    private readonly double[] _covariances;
    private readonly double[] _factors;

    /// <summary>Creates a sampler from the parameters of a mixture.</summary>
    /// <param name="weights">Weights (K), positive, with sum 1.</param>
    /// <param name="means">Means (K, Z), row-major.</param>
    /// <param name="covariances">Covariances (K, Z, Z), row-major, positive definite.</param>
    /// <exception cref="ArgumentException">The numbers of values do not match, or a value is out of range.</exception>
    public MixtureSampler(ReadOnlySpan<double> weights, ReadOnlySpan<double> means, ReadOnlySpan<double> covariances)
    {
        int components = weights.Length,
            dimensions = components == 0 ? 0 : means.Length / components;
        if (
            dimensions == 0
            || means.Length != components * dimensions
            || covariances.Length != (long)means.Length * dimensions
        )
            throw new ArgumentException(
                $"{components} weights, {means.Length} values of means and {covariances.Length} of covariances were "
                    + "given; a mixture needs (K), (K, Z) and (K, Z, Z)."
            );
        double sum = 0;
        foreach (double weight in weights)
            sum += weight >= 0 ? weight : double.NaN;
        // The weights of a fit add up to 1 but for the rounding of K additions.
        if (!(Math.Abs(sum - 1) < 1e-6))
            throw new ArgumentException("the weights of a mixture must be 0 or more and have the sum 1.");
        foreach (double mean in means)
            if (!double.IsFinite(mean))
                throw new ArgumentException($"a mean of the mixture is {mean}; it must be finite.");
        (_weights, _means, _covariances) = (weights.ToArray(), means.ToArray(), covariances.ToArray());
        _factors = covariances.ToArray();
        int square = dimensions * dimensions;
        for (int k = 0; k < components; k++)
            if (!Cholesky.TryFactor(_factors.AsSpan(k * square, square), dimensions))
                throw new ArgumentException($"the covariance of component {k} is not positive definite.");
    }

    /// <summary>Number of Gaussians K.</summary>
    public int Components => _weights.Length;

    /// <summary>Number of latent dimensions Z.</summary>
    public int Dimensions => _means.Length / _weights.Length;

    /// <summary>Weights of the Gaussians, (K).</summary>
    public ReadOnlySpan<double> Weights => _weights;

    /// <summary>Means of the Gaussians, (K, Z), row-major.</summary>
    public ReadOnlySpan<double> Means => _means;

    /// <summary>Covariances of the Gaussians, (K, Z, Z), row-major.</summary>
    public ReadOnlySpan<double> Covariances => _covariances;

    /// <summary>Fits the mixture to codes.</summary>
    /// <param name="codes">Codes (N, <paramref name="dimensions"/>), row-major: the means of q(z|x).</param>
    /// <param name="dimensions">Number of latent dimensions Z.</param>
    /// <param name="components">Number of Gaussians K.</param>
    /// <param name="rng">Random numbers for the initialisation.</param>
    /// <param name="threads">Number of threads; 0 means one per processor. The result does not depend on it.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentException">
    /// There are fewer codes than K·(Z + 1), which K covariances need, or a code is not finite.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static MixtureSampler Fit(
        ReadOnlySpan<float> codes,
        int dimensions,
        int components,
        Rng rng,
        int threads = 0,
        CancellationToken cancellation = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(components);
        int count = codes.Length / dimensions;
        long least = (long)components * (dimensions + 1);
        if (count < least)
            throw new ArgumentException(
                $"{count} codes were given; a mixture of {components} components in {dimensions} dimensions needs "
                    + $"{least} or more. Use fewer components."
            );
        var options = new GaussianMixtureOptions { Components = components, Threads = threads };
        var mixture = GaussianMixture.Fit(codes, dimensions, options, rng, cancellation);
        return new MixtureSampler(mixture.Weights, mixture.Means, mixture.Covariances);
    }

    /// <summary>Samples codes, (<paramref name="count"/>, Z), row-major.</summary>
    public float[] Sample(int count, Rng rng)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(rng);
        int dimensions = Dimensions;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / dimensions);
        var codes = new float[count * dimensions];
        double[] noise = new double[dimensions];
        for (int i = 0; i < count; i++)
        {
            int k = Choose(_weights, rng.NextSingle());
            for (int d = 0; d < dimensions; d++)
                noise[d] = rng.NextNormal();
            for (int d = 0; d < dimensions; d++)
            {
                double value = _means[(k * dimensions) + d];
                var row = _factors.AsSpan(((k * dimensions) + d) * dimensions, d + 1);
                for (int j = 0; j <= d; j++)
                    value += row[j] * noise[j];
                codes[(i * dimensions) + d] = (float)value;
            }
        }
        return codes;
    }

    /// <summary>The component whose part of [0, 1) has the point <paramref name="u"/>.</summary>
    /// <param name="weights">Weights of the components, with sum 1.</param>
    /// <param name="u">A point in [0, 1).</param>
    internal static int Choose(ReadOnlySpan<double> weights, double u)
    {
        int last = 0;
        for (int k = 0; k < weights.Length; k++)
        {
            if (weights[k] == 0)
                continue;
            last = k;
            if (u < weights[k])
                return k;
            u -= weights[k];
        }
        // Rounding may leave a rest beyond the last component.
        return last;
    }
}
