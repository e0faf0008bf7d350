using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Priors;

/// <summary>
/// A Gaussian mixture over codes. It is stored in buffers, so it is saved with the model.
/// </summary>
internal sealed class CodeMixture
{
    /// <summary>
    /// Maximum number of images to fit to; enough for a few dozen covariances of a few dozen dimensions.
    /// </summary>
    public const int MostImages = 20_000;

    private const int Restarts = 10;
    private const int MaxIterations = 300;
    private const double Tolerance = 1e-5;
    private const double Regularization = 1e-4;

    /// <summary>
    /// The fraction of a variance that the layer starts with, if the variance is near or below the lower bound.
    /// </summary>
    private const float LeastShare = 0.1f;

    private const float WeightScale = 0.1f;

    private readonly int _clusters;
    private readonly int _dimensions;
    private readonly BufferTensor _mean;
    private readonly BufferTensor _whitening;
    private readonly BufferTensor _offset;
    private readonly BufferTensor _logScale;
    private readonly BufferTensor _variance;

    /// <summary>
    /// Creates a mixture of <paramref name="clusters"/> Gaussians over <paramref name="dimensions"/> dimensions.
    /// </summary>
    public CodeMixture(string name, int clusters, int dimensions)
    {
        (_clusters, _dimensions) = (clusters, dimensions);
        _mean = new BufferTensor($"{name}.mean", [clusters * dimensions], 0);
        _variance = new BufferTensor($"{name}.variance", [clusters * dimensions], 1);
        _whitening = new BufferTensor($"{name}.whitening", [clusters * dimensions, dimensions], 0);
        _offset = new BufferTensor($"{name}.offset", [clusters * dimensions], 0);
        _logScale = new BufferTensor($"{name}.scale", [clusters], 0);
    }

    public IEnumerable<BufferTensor> Buffers => [_mean, _variance, _whitening, _offset, _logScale];

    /// <summary>Fits the mixture to codes (N, Z) and keeps the run with the highest likelihood.</summary>
    /// <exception cref="ArgumentException">There are fewer codes than clusters, or a code is not finite.</exception>
    /// <exception cref="OperationCanceledException">The fit was cancelled, and the mixture is unchanged.</exception>
    public GaussianMixture Fit(
        ReadOnlySpan<float> codes,
        Covariance covariance,
        int threads,
        Rng rng,
        CancellationToken cancellation = default
    )
    {
        var mixture = GaussianMixture.Fit(
            codes,
            _dimensions,
            new GaussianMixtureOptions
            {
                Components = _clusters,
                Covariance = covariance,
                Restarts = Restarts,
                MaxIterations = MaxIterations,
                Tolerance = Tolerance,
                Regularization = Regularization,
                Threads = threads,
            },
            rng,
            cancellation
        );
        Write(_mean, mixture.Means);
        Write(_whitening, mixture.PrecisionFactors);
        var (means, factors, covariances, determinants) = (
            mixture.Means,
            mixture.PrecisionFactors,
            mixture.Covariances,
            mixture.LogDeterminants
        );
        var (offsets, variances) = (new double[means.Length], new double[means.Length]);
        for (int row = 0; row < offsets.Length; row++)
        {
            int k = row / _dimensions,
                i = row % _dimensions;
            for (int j = 0; j < _dimensions; j++)
                offsets[row] -= factors[(row * _dimensions) + j] * means[(k * _dimensions) + j];
            variances[row] = covariances[(row * _dimensions) + i];
        }
        Write(_offset, offsets);
        Write(_variance, variances);
        Write(_logScale, [.. mixture.Weights.Select((weight, k) => Math.Log(weight) - (0.5 * determinants[k]))]);
        return mixture;
    }

    /// <summary>p(y|z) for codes (N, Z): (N, K). Not differentiable.</summary>
    public Tensor Responsibilities(Tensor z)
    {
        using var pause = z.Device.Tape.Pause();
        var whitened = Ops.Linear(z, _whitening.Value, _offset.Value);
        var distances = Ops.Sum(Ops.Square(Ops.Reshape(whitened, [z.Shape[0], _clusters, _dimensions])), -1);
        return Ops.Softmax(Ops.Add(Ops.Affine(distances, -0.5f), _logScale.Value));
    }

    /// <summary>Initialises the densities p(z|w, y) to the means and variances of the mixture, for every w.</summary>
    /// <param name="mean">The layer of the means.</param>
    /// <param name="variance">
    /// The layer of the variances, before the softplus and the addition of <paramref name="smallest"/>.
    /// </param>
    /// <param name="smallest">The lower bound of the variances.</param>
    public void CopyMomentsTo(Linear mean, Linear variance, float smallest)
    {
        mean.Bias.CopyFrom(_mean.Value);
        variance.Bias.Edit(to =>
        {
            var from = _variance.Value.Read();
            for (int i = 0; i < to.Length; i++)
                to[i] = InverseSoftplus(MathF.Max(from[i] - smallest, LeastShare * from[i]));
        });
        // Small weights beside these biases, so that training learns the variation within a cluster from there.
        foreach (var layer in (ReadOnlySpan<Linear>)[mean, variance])
            layer.Weight.Edit(weights =>
            {
                foreach (ref float weight in weights)
                    weight *= WeightScale;
            });
    }

    private static void Write(BufferTensor to, IReadOnlyList<double> values) =>
        to.Value.CopyFrom([.. values.Select(value => (float)value)]);

    private static float InverseSoftplus(float y) => y > 20 ? y : MathF.Log(MathF.Exp(y) - 1);
}
