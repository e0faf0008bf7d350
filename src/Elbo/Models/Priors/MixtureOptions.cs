using Elbo.Data;
using Elbo.Engine;
using Elbo.Models.Networks;

namespace Elbo.Models.Priors;

/// <summary>Forms of p(y|w, z), the cluster probabilities of a code, for a mixture prior.</summary>
public enum ClusterPosterior
{
    /// <summary>
    /// Bayes' rule from the densities of the clusters, p(z|w, y) / Σ p(z|w, y′): exact and without parameters
    /// (Dilokthanakul et al. 2016).
    /// </summary>
    Bayes,

    /// <summary>A network with a softmax output, trained to approximate them.</summary>
    Network,
}

/// <summary>
/// A mixture of K Gaussians as prior: p(w) = N(0, I), p(y) uniform over the clusters, p(z|w, y). It is trained in
/// stages.
/// </summary>
/// <remarks>Dilokthanakul et al. 2016. See <see cref="MixturePrior"/> for the loss and the stages.</remarks>
public sealed record MixtureOptions : PriorOptions
{
    /// <summary>Number of clusters K, 1 to 256.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>Number of style dimensions, 1 to 4096: the code w of the variation within a cluster.</summary>
    public int StyleDim { get; init; } = 2;

    /// <summary>
    /// Widths of the hidden layers on w that the densities of all clusters share, and of the network on (w, z) that
    /// computes p(y|w, z), if there is one. Null means one layer, as wide as the encoder's narrowest but at most 64.
    /// </summary>
    public IReadOnlyList<int>? PriorHidden { get; init; }

    /// <summary>The form of p(y|w, z).</summary>
    public ClusterPosterior ClusterPosterior { get; init; }

    /// <summary>Added to the variance of every cluster in every dimension.</summary>
    public float SmallestPriorVariance { get; init; } = 0.1f;

    /// <summary>
    /// Free nats of the divergence KL(p(y|w, z) ‖ uniform), averaged over the batch. Below this value the term is not
    /// minimised, so that clusters do not merge.
    /// </summary>
    public float FreeInformation { get; init; }

    /// <summary>
    /// Number of initial epochs with the prior N(0, I), as in a VAE, after which a Gaussian mixture is fitted to the
    /// codes; 0 skips both.
    /// </summary>
    public int PretrainEpochs { get; init; } = 10;

    /// <summary>
    /// Number of following epochs in which that mixture assigns codes to clusters, while the clusters learn from it.
    /// </summary>
    public int GuideEpochs { get; init; } = 15;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<MixtureOptions>> List { get; } =
    [
        OptionOf<MixtureOptions>.WholeNumber(
            "clusters",
            "number of clusters K",
            o => o.Clusters,
            (o, v) => o with { Clusters = v }
        ) with
        {
            Range = OptionRange.Between(1, 256),
            Letter = 'k',
        },
        OptionOf<MixtureOptions>.WholeNumber(
            "style-dim",
            "number of style dimensions w, which vary within a cluster",
            o => o.StyleDim,
            (o, v) => o with { StyleDim = v }
        ) with
        {
            Range = OptionRange.Between(1, 4096),
            Letter = 'w',
        },
        OptionOf<MixtureOptions>.WholeNumbers(
            "prior-hidden",
            "hidden widths on w of the clusters' densities, and on w and z of p(y|w,z)",
            o => o.PriorHidden,
            (o, v) => o with { PriorHidden = v }
        ) with
        {
            Default = "one layer, at most 64",
        },
        OptionOf<MixtureOptions>.OneOf<ClusterPosterior>(
            "cluster-posterior",
            "where p(y|w,z) comes from: Bayes' rule, or a network",
            o => o.ClusterPosterior,
            (o, v) => o with { ClusterPosterior = v }
        ),
        OptionOf<MixtureOptions>.Number(
            "smallest-prior-variance",
            "added to the variance of every cluster",
            o => o.SmallestPriorVariance,
            (o, v) => o with { SmallestPriorVariance = v }
        ) with
        {
            Range = OptionRange.From(0),
        },
        OptionOf<MixtureOptions>.Number(
            "free-information",
            "free nats of the cluster term, which keep clusters from merging",
            o => o.FreeInformation,
            (o, v) => o with { FreeInformation = v }
        ) with
        {
            Range = OptionRange.From(0, "nats"),
        },
        OptionOf<MixtureOptions>.WholeNumber(
            "pretrain-epochs",
            "epochs as a VAE before a Gaussian mixture is fitted to the codes; 0 for neither",
            o => o.PretrainEpochs,
            (o, v) => o with { PretrainEpochs = v }
        ) with
        {
            Range = OptionRange.From(0),
        },
        OptionOf<MixtureOptions>.WholeNumber(
            "guide-epochs",
            "following epochs in which that mixture assigns codes to clusters",
            o => o.GuideEpochs,
            (o, v) => o with { GuideEpochs = v }
        ) with
        {
            Range = OptionRange.From(0),
        },
    ];

    /// <inheritdoc/>
    public override int LeastEpochs => PretrainEpochs > 0 ? PretrainEpochs + GuideEpochs + 1 : 1;

    /// <inheritdoc/>
    public override string EncoderName => "encoder.code";

    /// <inheritdoc/>
    public override string DecoderName => "decoder.image";

    /// <inheritdoc/>
    public override void Validate()
    {
        List.Validate(this);
        NetworkOptions.CheckWidths("prior-hidden has a layer of width", PriorHidden ?? []);
    }

    /// <inheritdoc/>
    public override IPrior Create(NetworkOptions network, ImageShape image, int latentDim, Device device)
    {
        ArgumentNullException.ThrowIfNull(network);
        return new MixturePrior(this, network, image, latentDim, device);
    }
}
