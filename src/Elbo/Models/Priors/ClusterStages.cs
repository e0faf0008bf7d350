using Elbo.Clustering;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Priors;

/// <summary>Kinds of pretraining, before a prior has clusters.</summary>
public enum Pretraining
{
    /// <summary>A VAE with the prior N(0, I).</summary>
    Vae,

    /// <summary>
    /// A deterministic autoencoder: it decodes the means of q(z|x), and the loss has no KL divergence (Jiang et al.
    /// 2017).
    /// </summary>
    Deterministic,
}

/// <summary>Options of a prior that clusters images and is trained in stages.</summary>
/// <remarks>See <see cref="ClusterStages"/> for the stages.</remarks>
public abstract record ClusteringOptions : PriorOptions
{
    /// <summary>Number of clusters K, 1 to 256.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>
    /// Number of initial epochs without clusters, after which a Gaussian mixture is fitted to the codes; 0 skips both.
    /// </summary>
    public int PretrainEpochs { get; init; } = 10;

    /// <summary>What the model is in these epochs.</summary>
    public Pretraining Pretraining { get; init; }

    /// <summary>Form of the covariances of that mixture.</summary>
    public Covariance MixtureCovariance { get; init; }

    /// <summary>
    /// Number of epochs after pretraining in which that mixture assigns codes to clusters, while the clusters learn
    /// from it.
    /// </summary>
    public int MixtureEpochs { get; init; } = 15;

    /// <inheritdoc/>
    /// <remarks>Its clusters stand for classes that are not known.</remarks>
    public override bool TakesCondition => false;

    /// <inheritdoc/>
    public override int LeastEpochs => PretrainEpochs > 0 ? PretrainEpochs + MixtureEpochs + 1 : 1;

    /// <inheritdoc/>
    public override int LeastImages => Clusters;

    /// <summary>The options by name.</summary>
    private protected static IReadOnlyList<OptionOf<T>> Shared<T>()
        where T : ClusteringOptions, new() =>
        [
            OptionOf<T>.WholeNumber(
                "clusters",
                "number of clusters K",
                o => o.Clusters,
                (o, v) => With(o, c => c with { Clusters = v })
            ) with
            {
                Range = OptionRange.Between(1, 256),
                Letter = 'k',
            },
            OptionOf<T>.WholeNumber(
                "pretrain-epochs",
                "initial epochs without clusters, after which a Gaussian mixture is fitted to the codes; 0 skips both",
                o => o.PretrainEpochs,
                (o, v) => With(o, c => c with { PretrainEpochs = v })
            ) with
            {
                Range = OptionRange.From(0),
            },
            OptionOf<T>.OneOf<Pretraining>(
                "pretraining",
                "what the model is in these epochs: a vae, or a deterministic autoencoder without KL divergence",
                o => o.Pretraining,
                (o, v) => With(o, c => c with { Pretraining = v })
            ),
            OptionOf<T>.OneOf<Covariance>(
                "mixture-covariance",
                "covariances of the mixture that is fitted after pretraining",
                o => o.MixtureCovariance,
                (o, v) => With(o, c => c with { MixtureCovariance = v })
            ),
            OptionOf<T>.WholeNumber(
                "mixture-epochs",
                "epochs after pretraining in which that mixture assigns codes to clusters",
                o => o.MixtureEpochs,
                (o, v) => With(o, c => c with { MixtureEpochs = v })
            ) with
            {
                Aliases = ["guide-epochs"],
                Range = OptionRange.From(0),
            },
        ];

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

    private static T With<T>(T options, Func<ClusteringOptions, ClusteringOptions> change)
        where T : ClusteringOptions => (T)change(options);
}

/// <summary>A stage of training.</summary>
internal enum ClusterStage
{
    /// <summary>The model learns without clusters.</summary>
    Pretraining,

    /// <summary>The fitted mixture provides the cluster probabilities.</summary>
    Guided,

    /// <summary>The loss is the bound.</summary>
    Joint,
}

/// <summary>
/// The stages of a prior with clusters: pretraining, then a Gaussian mixture fitted to the codes, which assigns codes
/// to clusters for some epochs, then the bound.
/// </summary>
/// <remarks>The idea is that of Jiang et al. 2017, "Variational deep embedding".</remarks>
internal sealed class ClusterStages(ClusteringOptions options, int latentDim, Device device)
{
    private readonly CodeMixture? _mixture =
        options.PretrainEpochs > 0 ? new CodeMixture("encoder.guide", options.Clusters, latentDim) : null;

    private ClusterStage _stage = ClusterStage.Joint;

    public IEnumerable<BufferTensor> Buffers => _mixture?.Buffers ?? [];

    public bool IsPretraining => _stage == ClusterStage.Pretraining;

    /// <summary>Whether the mixture provides the cluster probabilities.</summary>
    public bool IsGuided => _stage == ClusterStage.Guided;

    /// <summary>Whether the decoder receives the means of q(z|x).</summary>
    public bool IsNoiseless => IsPretraining && options.Pretraining == Pretraining.Deterministic;

    /// <summary>The fitted mixture.</summary>
    public CodeMixture Mixture => _mixture ?? throw new InvalidOperationException("There is no pretraining.");

    /// <summary>Changes to the stage of the epoch. After pretraining, fits the mixture.</summary>
    /// <returns>The mixture if it has just been fitted; otherwise null.</returns>
    public GaussianMixture? BeginEpoch(GenerativeModel model, EpochStart start)
    {
        if (_mixture is null)
            return null;
        int pretraining = options.PretrainEpochs,
            guided = pretraining + options.MixtureEpochs;
        _stage =
            start.Epoch < pretraining ? ClusterStage.Pretraining
            : start.Epoch < guided ? ClusterStage.Guided
            : ClusterStage.Joint;
        if (start.Epoch != pretraining || !start.IsFresh)
            return null;
        float[] codes = Inference.Encode(model, start.Images.First(CodeMixture.MostImages));
        return _mixture.Fit(codes, options.MixtureCovariance, device.Threads, start.Rng, start.Cancellation);
    }

    /// <summary>KL(q(z|x) ‖ p(z)) in pretraining, a scalar: that to N(0, I), or 0 for an autoencoder.</summary>
    public Tensor PretrainingDivergence(DiagonalGaussian q) =>
        IsNoiseless ? device.Zeros([]) : Ops.Mean(q.KlToStandardNormal());
}
