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
    public float MinPriorVariance { get; init; } = 0.1f;

    /// <summary>
    /// Free nats of the divergence KL(p(y|w, z) ‖ uniform), averaged over the batch. Below this value the term is not
    /// minimised, so that clusters do not merge.
    /// </summary>
    public float ClusterFreeBits { get; init; }

    /// <summary>
    /// Number of initial epochs with the prior N(0, I), as in a VAE, after which a Gaussian mixture is fitted to the
    /// codes; 0 skips both.
    /// </summary>
    public int PretrainEpochs { get; init; } = 10;

    /// <summary>
    /// Number of epochs after pretraining in which that mixture assigns codes to clusters, while the clusters learn
    /// from it.
    /// </summary>
    public int MixtureEpochs { get; init; } = 15;

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
            "widths of the hidden layers for p(z|w,y), and for p(y|w,z) if a network computes it",
            o => o.PriorHidden,
            (o, v) => o with { PriorHidden = v }
        ) with
        {
            Default = "one layer, at most 64",
        },
        OptionOf<MixtureOptions>.OneOf<ClusterPosterior>(
            "cluster-posterior",
            "how p(y|w,z) is computed: by Bayes' rule or by a network",
            o => o.ClusterPosterior,
            (o, v) => o with { ClusterPosterior = v }
        ),
        OptionOf<MixtureOptions>.Number(
            "min-prior-variance",
            "minimum variance of a cluster, added to the variance that the network gives",
            o => o.MinPriorVariance,
            (o, v) => o with { MinPriorVariance = v }
        ) with
        {
            Aliases = ["smallest-prior-variance"],
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
        OptionOf<MixtureOptions>.WholeNumber(
            "pretrain-epochs",
            "initial epochs as a plain VAE, after which a Gaussian mixture is fitted to the codes; 0 skips both",
            o => o.PretrainEpochs,
            (o, v) => o with { PretrainEpochs = v }
        ) with
        {
            Range = OptionRange.From(0),
        },
        OptionOf<MixtureOptions>.WholeNumber(
            "mixture-epochs",
            "epochs after pretraining in which that mixture assigns codes to clusters",
            o => o.MixtureEpochs,
            (o, v) => o with { MixtureEpochs = v }
        ) with
        {
            Aliases = ["guide-epochs"],
            Range = OptionRange.From(0),
        },
    ];

    /// <inheritdoc/>
    public override int LeastEpochs => PretrainEpochs > 0 ? PretrainEpochs + MixtureEpochs + 1 : 1;

    /// <inheritdoc/>
    public override int LeastImages => Clusters;

    /// <inheritdoc/>
    public override PriorOptions Within(int epochs)
    {
        if (epochs >= LeastEpochs)
            return this;
        int pretrain = (int)((long)PretrainEpochs * epochs / LeastEpochs);
        // The mixture is fitted to codes, which need one epoch of pretraining; a single epoch leaves no room for it.
        if (pretrain == 0 && epochs > 1)
            pretrain = 1;
        int mixture = (int)Math.Min((long)MixtureEpochs * epochs / LeastEpochs, epochs - pretrain - 1);
        return this with { PretrainEpochs = pretrain, MixtureEpochs = pretrain == 0 ? 0 : mixture };
    }

    /// <summary>No: log p(z) sums over the clusters, without p(y|w, z).</summary>
    public override bool HasLogRatioGradient => false;

    /// <inheritdoc/>
    /// <remarks>Its clusters stand for classes that are not known.</remarks>
    public override bool TakesCondition => false;

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
        return new MixturePrior(this, network, image, latentDim, device);
    }
}
