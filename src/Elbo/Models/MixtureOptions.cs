using Elbo.Data;
using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// What a <see cref="Gmvae"/> is built from; its networks are those of the record that derives from this one.
/// </summary>
public abstract record MixtureOptions : ModelOptions
{
    private protected MixtureOptions() => LatentDim = 10;

    /// <summary>K, the number of clusters, 1 to 256.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>Length of a code w, 1 to 4096: what varies within a cluster.</summary>
    public int StyleDim { get; init; } = 2;

    /// <summary>
    /// Widths of the hidden layers on w that the densities of the clusters share, and of the network on (w, z) that
    /// gives p(y|w, z) where there is one; null for one layer, as wide as the narrowest of the encoder but at most 64.
    /// </summary>
    public IReadOnlyList<int>? PriorHidden { get; init; }

    /// <summary>What p(y|w, z) is.</summary>
    public ClusterPosterior ClusterPosterior { get; init; }

    /// <summary>What p(x|z) is.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Gaussian;

    /// <summary>
    /// Variance of a pixel given its code, for <see cref="DecoderKind.Gaussian"/>. Smaller ones weigh the
    /// reconstruction more.
    /// </summary>
    public float Variance { get; init; } = 0.03f;

    /// <summary>Least standard deviation of a pixel, for <see cref="DecoderKind.GaussianSigma"/>.</summary>
    public float SmallestDeviation { get; init; } = 1e-6f;

    /// <summary>
    /// Whether the reconstruction term of <see cref="DecoderKind.Gaussian"/> compares images with a draw from p(x|z)
    /// instead of its mean, in training.
    /// </summary>
    public bool NoisyReconstruction { get; init; }

    /// <summary>Added to the variance of every cluster, in every direction.</summary>
    public float SmallestPriorVariance { get; init; } = 0.1f;

    /// <summary>Share of hidden units set to 0 in training.</summary>
    public float Dropout { get; init; }

    /// <summary>
    /// Nats of the divergence KL(p(y|w, z) ‖ uniform), a mean over the batch, that cost nothing: below it the term is
    /// not minimised, so that clusters do not melt into one.
    /// </summary>
    public float FreeInformation { get; init; }

    /// <summary>
    /// Epochs at the beginning in which z has the prior N(0, I), as in a VAE; then a Gaussian mixture is fitted to the
    /// codes. 0 does without both.
    /// </summary>
    public int PretrainEpochs { get; init; } = 10;

    /// <summary>
    /// Epochs after these in which that mixture says what cluster a code is of, while the clusters learn from it.
    /// </summary>
    public int GuideEpochs { get; init; } = 15;

    /// <inheritdoc/>
    public override int LeastEpochs => PretrainEpochs > 0 ? PretrainEpochs + GuideEpochs + 1 : 1;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        if (Clusters is < 1 or > 256)
            throw new ArgumentException($"clusters is {Clusters}; it must be between 1 and 256.");
        if (StyleDim is < 1 or > 4096)
            throw new ArgumentException($"style-dim is {StyleDim}; it must be between 1 and 4096.");
        CheckWidths("prior-hidden", PriorHidden ?? []);
        RequirePositive("variance", Variance);
        RequirePositive("smallest-deviation", SmallestDeviation);
        if (NoisyReconstruction && Decoder != DecoderKind.Gaussian)
            throw new ArgumentException(
                $"noisy-reconstruction goes with the decoder gaussian; it is {OptionName.Name(Decoder)}."
            );
        if (!(SmallestPriorVariance >= 0 && float.IsFinite(SmallestPriorVariance)))
            throw new ArgumentException(
                $"smallest-prior-variance is {SmallestPriorVariance}; it must be 0 or a positive number."
            );
        if (!(Dropout is >= 0 and < 1))
            throw new ArgumentException($"dropout is {Dropout}; it must be in [0, 1).");
        if (!(FreeInformation >= 0 && float.IsFinite(FreeInformation)))
            throw new ArgumentException($"free-information is {FreeInformation}; it must be 0 nats or more.");
        if (PretrainEpochs < 0)
            throw new ArgumentException($"pretrain-epochs is {PretrainEpochs}; it must be 0 or more.");
        if (GuideEpochs < 0)
            throw new ArgumentException($"guide-epochs is {GuideEpochs}; it must be 0 or more.");
    }

    /// <inheritdoc/>
    public override Gmvae Create(ImageShape imageShape, Device device, Rng rng) => new(this, imageShape, device, rng);

    /// <summary>p(x|z) from the decoder's last layer.</summary>
    internal PixelOutput Output => new(Decoder, Variance, SmallestDeviation);

    /// <summary>Widths of the hidden layers of the networks between the codes.</summary>
    internal IReadOnlyList<int> PriorWidths => PriorHidden ?? UsualPriorHidden;

    private protected abstract IReadOnlyList<int> UsualPriorHidden { get; }

    /// <summary>The network of q(z|x) or q(w|x).</summary>
    internal abstract IGaussianEncoder CreateEncoder(
        string name,
        ImageShape image,
        int outputs,
        Initializer initializer
    );

    /// <summary>The network of p(x|z).</summary>
    internal abstract IImageDecoder CreateDecoder(string name, ImageShape image, Initializer initializer);

    /// <summary>The options that do not depend on the kind of network.</summary>
    private protected static OptionOf<T>[] SharedList<T>()
        where T : MixtureOptions, new() =>
        [
            OptionOf<T>.WholeNumber(
                "clusters",
                "number of clusters K",
                o => o.Clusters,
                (o, v) => o with { Clusters = v }
            ) with
            {
                Letter = 'k',
            },
            OptionOf<T>.WholeNumber(
                "style-dim",
                "length of a code w, which varies within a cluster",
                o => o.StyleDim,
                (o, v) => o with { StyleDim = v }
            ) with
            {
                Letter = 'w',
            },
            OptionOf<T>.WholeNumbers(
                "prior-hidden",
                "hidden widths on w of the clusters' densities, and on w and z of p(y|w,z)",
                o => o.PriorHidden,
                (o, v) => o with { PriorHidden = v }
            ) with
            {
                Default = "one layer, at most 64",
            },
            OptionOf<T>.OneOf<ClusterPosterior>(
                "cluster-posterior",
                "where p(y|w,z) comes from: Bayes' rule, or a network",
                o => o.ClusterPosterior,
                (o, v) => o with { ClusterPosterior = v }
            ),
            SharedOptions.Decoder<T>(o => o.Decoder, (o, v) => o with { Decoder = v }),
            SharedOptions.Variance<T>(o => o.Variance, (o, v) => o with { Variance = v }),
            SharedOptions.SmallestDeviation<T>(o => o.SmallestDeviation, (o, v) => o with { SmallestDeviation = v }),
            OptionOf<T>.Flag(
                "noisy-reconstruction",
                "compare images with a draw from p(x|z) instead of its mean, in training",
                o => o.NoisyReconstruction,
                (o, v) => o with { NoisyReconstruction = v }
            ),
            OptionOf<T>.Number(
                "smallest-prior-variance",
                "added to the variance of every cluster",
                o => o.SmallestPriorVariance,
                (o, v) => o with { SmallestPriorVariance = v }
            ),
            OptionOf<T>.Number(
                "dropout",
                "share of hidden units dropped in training",
                o => o.Dropout,
                (o, v) => o with { Dropout = v }
            ),
            OptionOf<T>.Number(
                "free-information",
                "nats of the cluster term that cost nothing, against clusters that melt into one",
                o => o.FreeInformation,
                (o, v) => o with { FreeInformation = v }
            ),
            OptionOf<T>.WholeNumber(
                "pretrain-epochs",
                "epochs as a VAE before a Gaussian mixture is fitted to the codes; 0 for neither",
                o => o.PretrainEpochs,
                (o, v) => o with { PretrainEpochs = v }
            ),
            OptionOf<T>.WholeNumber(
                "guide-epochs",
                "epochs after these in which that mixture says what cluster a code is of",
                o => o.GuideEpochs,
                (o, v) => o with { GuideEpochs = v }
            ),
        ];

    private protected static void CheckWidths(string option, IReadOnlyList<int> widths)
    {
        if (widths.FirstOrDefault(w => w is < 1 or > 65_536, 1) is not 1 and var width)
            throw new ArgumentException($"{option} has a layer of width {width}; it must be between 1 and 65536.");
    }
}
