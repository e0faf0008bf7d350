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
public sealed record MixtureOptions : ClusteringOptions
{
    /// <summary>The options that the prior hierarchical shares.</summary>
    internal const string HiddenName = "prior-hidden",
        HiddenDescription = "widths of the hidden layers of the prior's networks",
        HiddenDefault = "one layer, at most 64; 100,100 for hierarchical",
        VarianceName = "min-prior-variance",
        VarianceDescription = "added to the variances that the prior's network gives";

    internal static readonly string[] VarianceAliases = ["smallest-prior-variance"];

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
    public float MinPriorVariance { get; init; } = 0.1f;

    /// <summary>
    /// Free nats of the divergence KL(p(y|w, z) ‖ uniform), averaged over the batch. Below this value the term is not
    /// minimised, so that clusters do not merge.
    /// </summary>
    public float ClusterFreeBits { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<MixtureOptions>> List { get; } =
    [
        .. Shared<MixtureOptions>(),
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
            HiddenName,
            HiddenDescription,
            o => o.PriorHidden,
            (o, v) => o with { PriorHidden = v }
        ) with
        {
            Default = HiddenDefault,
        },
        OptionOf<MixtureOptions>.OneOf<ClusterPosterior>(
            "cluster-posterior",
            "how p(y|w,z) is computed: by Bayes' rule or by a network",
            o => o.ClusterPosterior,
            (o, v) => o with { ClusterPosterior = v }
        ),
        OptionOf<MixtureOptions>.Number(
            VarianceName,
            VarianceDescription,
            o => o.MinPriorVariance,
            (o, v) => o with { MinPriorVariance = v }
        ) with
        {
            Aliases = VarianceAliases,
            Range = OptionRange.From(0),
        },
        OptionOf<MixtureOptions>.Number(
            "cluster-free-bits",
            "free nats of the cluster term KL(p(y|w,z) ‖ uniform), which keep clusters from merging",
            o => o.ClusterFreeBits,
            (o, v) => o with { ClusterFreeBits = v }
        ) with
        {
            Aliases = ["free-information"],
            Range = OptionRange.From(0, "nats"),
        },
    ];

    /// <summary>No: log p(z) sums over the clusters, without p(y|w, z).</summary>
    public override bool HasLogRatioGradient => false;

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
    public override IPrior Create(
        Encoder encoder,
        NetworkOptions network,
        ImageShape image,
        int latentDim,
        Device device
    )
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(device);
        return new MixturePrior(this, network, image, latentDim, device);
    }
}
