using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Nn;

namespace Elbo.Models.Priors;

/// <summary>The prior p(z) of codes, with the parameters it may have.</summary>
public interface IPrior : IModule
{
    /// <summary>
    /// KL(q(z|x) ‖ p(z)) of a mini-batch, exact or estimated at <paramref name="z"/>: scalars in nats that add up to
    /// it, by the names they have in <c>metrics.csv</c>.
    /// </summary>
    /// <param name="input">The images that q was encoded from, (N, D).</param>
    /// <param name="q">q(z|x), (N, Z).</param>
    /// <param name="z">A sample of q for each image, (N, Z).</param>
    /// <param name="context">Chance and mode.</param>
    IReadOnlyList<(string Name, Tensor Value)> Divergence(
        Tensor input,
        DiagonalGaussian q,
        Tensor z,
        ForwardContext context
    );

    /// <summary>Codes drawn from it, (<paramref name="count"/>, Z).</summary>
    Tensor Sample(int count, Rng rng);

    /// <summary>
    /// Called before the first step of every epoch, and again when training resumes within one: the place for stages.
    /// </summary>
    void BeginEpoch(GenerativeModel model, EpochStart start) { }
}

/// <summary>A prior under which the dimensions of a code are independent.</summary>
public interface IFactorizedPrior : IPrior
{
    /// <summary>KL(q(z_j|x) ‖ p(z_j)) of every dimension in nats, (N, Z).</summary>
    Tensor DivergenceByDimension(DiagonalGaussian q);
}

/// <summary>A prior that sorts images into clusters without having seen a label.</summary>
public interface IClusteringPrior : IPrior
{
    /// <summary>How many clusters there are.</summary>
    int Clusters { get; }

    /// <summary>Length of a code w, which varies within a cluster.</summary>
    int StyleDim { get; }

    /// <summary>Means of q(w|x) of images (N, D), intensities in [0, 1]: (N, W).</summary>
    Tensor EncodeStyle(Tensor x, ForwardContext context);

    /// <summary>
    /// p(y|w, z) at <paramref name="z"/> and the means of q(w|x), of images (N, D): (N, clusters), rows that sum to 1.
    /// </summary>
    Tensor ClusterProbabilities(Tensor x, Tensor z, ForwardContext context);

    /// <summary>Codes of one cluster, from p(w) and p(z|w, y): (count, Z).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such cluster.</exception>
    Tensor SampleCluster(int cluster, int count, Rng rng);
}

/// <summary>What a prior is built from.</summary>
public abstract record PriorOptions
{
    /// <summary>How many epochs training needs at least, where the prior has stages.</summary>
    public virtual int LeastEpochs => 1;

    /// <summary>
    /// Whether the dimensions of a code are independent: it creates an <see cref="IFactorizedPrior"/>.
    /// </summary>
    public virtual bool IsFactorized => false;

    /// <summary>What the parameters of q(z|x) begin with.</summary>
    public virtual string EncoderName => "encoder";

    /// <summary>What the parameters of p(x|z) begin with.</summary>
    public virtual string DecoderName => "decoder";

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public virtual void Validate() { }

    /// <summary>The prior of codes of <paramref name="latentDim"/> numbers.</summary>
    /// <param name="network">The model's network, for a prior that has encoders of its own.</param>
    /// <param name="image">Size of the images.</param>
    /// <param name="latentDim">Length of a code z.</param>
    /// <param name="device">Where codes are drawn.</param>
    public abstract IPrior Create(NetworkOptions network, ImageShape image, int latentDim, Device device);
}

/// <summary>What a model learns at the beginning of an epoch.</summary>
/// <param name="Epoch">Counted from 0.</param>
/// <param name="IsFresh">Whether no step of the epoch has been made; otherwise training resumes within it.</param>
/// <param name="Images">At most so many training images, chosen at random: intensities in [0, 1], (N, D), binary where
/// training makes them so.</param>
/// <param name="Rng">Where chance comes from; the same when an epoch is begun again.</param>
public readonly record struct EpochStart(int Epoch, bool IsFresh, Func<int, float[]> Images, Rng Rng);

/// <summary>The prior N(0, I), which has no options.</summary>
public sealed record StandardNormalOptions : PriorOptions
{
    /// <inheritdoc/>
    public override bool IsFactorized => true;

    /// <inheritdoc/>
    public override IPrior Create(NetworkOptions network, ImageShape image, int latentDim, Device device) =>
        new StandardNormal(latentDim, device);
}

/// <summary>p(z) = N(0, I).</summary>
internal sealed class StandardNormal(int latentDim, Device device) : IFactorizedPrior
{
    public IReadOnlyList<(string Name, Tensor Value)> Divergence(
        Tensor input,
        DiagonalGaussian q,
        Tensor z,
        ForwardContext context
    ) => [("kl", Ops.Mean(q.KlToStandardNormal()))];

    /// <summary>½(μ² + σ² − log σ² − 1) of every dimension.</summary>
    public Tensor DivergenceByDimension(DiagonalGaussian q)
    {
        // Rows of one number each, so that the kernel's sum along a row is the term of one dimension.
        var single = new Shape([.. Enumerable.Range(0, q.Mean.Shape.Rank).Select(i => q.Mean.Shape[i]), 1]);
        return Ops.StandardNormalKl(Ops.Reshape(q.Mean, single), Ops.Reshape(q.Deviation, single));
    }

    public Tensor Sample(int count, Rng rng) => Ops.RandomNormal(device, [count, latentDim], rng);
}
