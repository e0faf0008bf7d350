using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Nn;
using Elbo.Nn.Graphs;

namespace Elbo.Models.Priors;

/// <summary>The prior p(z) of codes, with its parameters if it has any.</summary>
public interface IPrior : IModule
{
    /// <summary>Whether training is in a first stage, in which the prior is not yet used.</summary>
    bool IsPretraining => false;

    /// <summary>
    /// Whether training is in a stage in which the decoder receives the mean of q(z|x) instead of a sample.
    /// </summary>
    bool IsNoiseless => false;

    /// <summary>
    /// The terms of KL(q(z|x) ‖ p(z)) for a mini-batch, exact or estimated at <paramref name="z"/>: scalars in nats, by
    /// their names in <c>metrics.csv</c>.
    /// </summary>
    /// <param name="input">The encoded images, (N, D).</param>
    /// <param name="q">q(z|x), (N, Z).</param>
    /// <param name="z">One sample of q per image, (N, Z).</param>
    /// <param name="context">Random numbers and mode.</param>
    IReadOnlyList<(string Name, Tensor Value)> Divergence(
        Tensor input,
        DiagonalGaussian q,
        Tensor z,
        ForwardContext context
    );

    /// <summary>Number of auxiliary variables A that the prior has beside z; 0 for most.</summary>
    int AuxiliaryDim => 0;

    /// <summary>
    /// log [p(z, a) / q(z, a|x)] in nats, (S, N), with a sample a ~ q(a|x) of the auxiliary variables. The mean over
    /// samples is −KL(q ‖ p); with log p(x|z) it is the logarithm of an importance weight.
    /// </summary>
    /// <param name="input">The encoded images, (N, D).</param>
    /// <param name="q">q(z|x), (N, Z).</param>
    /// <param name="z">S samples of q per image, (S, N, Z).</param>
    /// <param name="noise">Samples of N(0, I) for the auxiliary variables, (S, N, A).</param>
    /// <param name="context">Random numbers and mode.</param>
    Tensor LogRatio(Tensor input, DiagonalGaussian q, Tensor z, Tensor noise, ForwardContext context);

    /// <summary>Samples codes, (<paramref name="count"/>, Z).</summary>
    Tensor Sample(int count, Rng rng);

    /// <summary>Adds the networks of the prior to a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="image">The images, (N, C, H, W).</param>
    /// <param name="z">Their codes, (N, Z).</param>
    /// <returns>
    /// For an <see cref="IClusteringPrior"/>, what <see cref="IClusteringPrior.ClusterProbabilities"/> computes, (N, K);
    /// for other priors null.
    /// </returns>
    Node? Describe(NetworkGraph graph, Node image, Node z);

    /// <summary>
    /// Called before the first step of every epoch, and again when training resumes within one. Priors with stages
    /// change stage here.
    /// </summary>
    /// <exception cref="OperationCanceledException">The epoch was cancelled before it began.</exception>
    void BeginEpoch(GenerativeModel model, EpochStart start) { }
}

/// <summary>A prior with independent latent dimensions.</summary>
public interface IFactorizedPrior : IPrior
{
    /// <summary>KL(q(z_j|x) ‖ p(z_j)) for every dimension in nats, (N, Z).</summary>
    Tensor DivergenceByDimension(DiagonalGaussian q);
}

/// <summary>A prior that clusters images without labels.</summary>
public interface IClusteringPrior : IPrior
{
    /// <summary>Number of clusters.</summary>
    int Clusters { get; }

    /// <summary>
    /// Number of style dimensions: the code w of the variation within a cluster; 0 if the prior has no such code.
    /// </summary>
    int StyleDim => 0;

    /// <summary>Means of q(w|x) for images (N, D) with intensities in [0, 1]: (N, W).</summary>
    /// <exception cref="NotSupportedException">The prior has no style dimensions.</exception>
    Tensor EncodeStyle(Tensor x, ForwardContext context) =>
        throw new NotSupportedException($"{GetType().Name} has no style dimensions.");

    /// <summary>
    /// p(y|w, z) at <paramref name="z"/> and the means of q(w|x) for images (N, D): (N, clusters), rows with sum 1.
    /// </summary>
    Tensor ClusterProbabilities(Tensor x, Tensor z, ForwardContext context);

    /// <summary>Samples codes of one cluster from p(w) and p(z|w, y): (count, Z).</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cluster does not exist.</exception>
    Tensor SampleCluster(int cluster, int count, Rng rng);
}

/// <summary>What priors with clusters have in common.</summary>
internal static class ClusteringPriors
{
    /// <summary>The number of a cluster, <paramref name="count"/> times.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The cluster does not exist.</exception>
    public static int[] Repeat(this IClusteringPrior prior, int cluster, int count)
    {
        if ((uint)cluster >= (uint)prior.Clusters)
            throw new ArgumentOutOfRangeException(
                nameof(cluster),
                cluster,
                $"clusters are counted from 0 to {prior.Clusters - 1}."
            );
        var clusters = new int[count];
        Array.Fill(clusters, cluster);
        return clusters;
    }
}

/// <summary>Options of a prior.</summary>
public abstract record PriorOptions
{
    /// <summary>Minimum number of epochs, for a prior trained in stages.</summary>
    public virtual int LeastEpochs => 1;

    /// <summary>Minimum number of training images.</summary>
    public virtual int LeastImages => 1;

    /// <summary>The same prior with stages shortened in proportion, so that they end within some epochs.</summary>
    /// <param name="epochs">Number of epochs, 1 or more.</param>
    public virtual PriorOptions Within(int epochs) => this;

    /// <summary>
    /// Whether latent dimensions are independent, so that the prior is an <see cref="IFactorizedPrior"/>.
    /// </summary>
    public virtual bool IsFactorized => false;

    /// <summary>
    /// Whether all parameters of the prior have a gradient in <see cref="IPrior.LogRatio"/>, which the
    /// importance-weighted objective needs.
    /// </summary>
    public virtual bool HasLogRatioGradient => true;

    /// <summary>Whether the prior suits a model that is conditional on classes.</summary>
    public virtual bool TakesCondition => true;

    /// <summary>Prefix of the parameter names of q(z|x).</summary>
    public virtual string EncoderName => "encoder";

    /// <summary>Prefix of the parameter names of p(x|z).</summary>
    public virtual string DecoderName => "decoder";

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    public virtual void Validate() { }

    /// <summary>Creates the prior for codes of <paramref name="latentDim"/> dimensions.</summary>
    /// <param name="encoder">
    /// The model's encoder, for priors that depend on it. The prior does not list its parameters.
    /// </param>
    /// <param name="network">The model's network, for priors with encoders of their own.</param>
    /// <param name="image">Shape of the images.</param>
    /// <param name="latentDim">Number of latent dimensions.</param>
    /// <param name="device">Device that samples codes.</param>
    public abstract IPrior Create(
        Encoder encoder,
        NetworkOptions network,
        ImageShape image,
        int latentDim,
        Device device
    );
}

/// <summary>Information about the start of an epoch.</summary>
/// <param name="Epoch">Number of the epoch, from 0.</param>
/// <param name="IsFresh">Whether the epoch is at its first step; otherwise training resumes within it.</param>
/// <param name="Images">The training images of the epoch.</param>
/// <param name="Rng">Random numbers. They are the same when an epoch starts again.</param>
public readonly record struct EpochStart(int Epoch, bool IsFresh, IEpochImages Images, Rng Rng)
{
    /// <summary>
    /// Cancels what takes long. The epoch has then not begun, and <see cref="IPrior.BeginEpoch"/> is called again when
    /// training resumes.
    /// </summary>
    public CancellationToken Cancellation { get; init; }
}

/// <summary>The training images in the random order of an epoch.</summary>
public interface IEpochImages
{
    /// <summary>The first images: intensities in [0, 1], (N, D), binarised if training does so.</summary>
    /// <param name="most">Maximum number of images N.</param>
    float[] First(int most);

    /// <summary>The classes of these images, (N); empty if the model is not conditional.</summary>
    /// <param name="most">Maximum number of images N.</param>
    ReadOnlyMemory<byte> FirstLabels(int most) => default;
}

/// <summary>Options of the prior N(0, I), which has none.</summary>
public sealed record StandardNormalOptions : PriorOptions
{
    /// <inheritdoc/>
    public override bool IsFactorized => true;

    /// <inheritdoc/>
    public override IPrior Create(
        Encoder encoder,
        NetworkOptions network,
        ImageShape image,
        int latentDim,
        Device device
    ) => new StandardNormal(latentDim, device);
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

    /// <summary>½(μ² + σ² − log σ² − 1) for every dimension.</summary>
    public Tensor DivergenceByDimension(DiagonalGaussian q)
    {
        // Rows of one value each, so that the kernel's sum over a row is the term of one dimension.
        var single = new Shape([.. Enumerable.Range(0, q.Mean.Shape.Rank).Select(i => q.Mean.Shape[i]), 1]);
        return Ops.StandardNormalKl(Ops.Reshape(q.Mean, single), Ops.Reshape(q.Deviation, single));
    }

    public Tensor LogRatio(Tensor input, DiagonalGaussian q, Tensor z, Tensor noise, ForwardContext context) =>
        Ops.Subtract(DiagonalGaussian.Standard(device, latentDim).LogProb(z), q.LogProb(z));

    public Tensor Sample(int count, Rng rng) => Ops.RandomNormal(device, [count, latentDim], rng);

    public Node? Describe(NetworkGraph graph, Node image, Node z) => null;
}
