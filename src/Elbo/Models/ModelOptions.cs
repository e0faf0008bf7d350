using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// Options of a <see cref="GenerativeModel"/>: the options of each of its parts. Derived records are presets, one for
/// each name in the <see cref="ModelCatalog"/>; any of their parts can be replaced. The defaults of this record are
/// those of <c>vae</c>.
/// </summary>
/// <example>
/// <code>
/// var small = new VaeOptions { LatentDim = 10, Network = new DcganOptions { Channels = [16, 32] } };
/// </code>
/// </example>
public record ModelOptions
{
    /// <summary>Number of latent dimensions, 1 to 4096. Two can be plotted; 20 reconstruct well.</summary>
    public int LatentDim { get; init; } = 2;

    /// <summary>Options of the encoder and decoder networks.</summary>
    public NetworkOptions Network { get; init; } = new DenseOptions();

    /// <summary>Options of the prior p(z).</summary>
    public PriorOptions Prior { get; init; } = new StandardNormalOptions();

    /// <summary>Options of the likelihood p(x|z).</summary>
    public LikelihoodOptions Likelihood { get; init; } = new();

    /// <summary>The training objective.</summary>
    public IObjective Objective { get; init; } = new EvidenceLowerBound();

    /// <summary>
    /// Names of the classes that p(x|z, y) and q(z|x, y) are conditional on, 1 to 256, as in
    /// <see cref="ImageDataset.ClassNames"/>; null for a model that does not depend on classes.
    /// </summary>
    /// <remarks>An empty list stands for the classes of the training images, where a command knows them.</remarks>
    public IReadOnlyList<string>? Condition { get; init; }

    /// <summary>Minimum number of epochs, for models trained in stages.</summary>
    public int LeastEpochs => Prior.LeastEpochs;

    /// <summary>Checks the range of every option and that the parts can be combined.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    public void Validate()
    {
        Require.Given(Network, "network");
        Require.Given(Prior, "prior");
        Require.Given(Likelihood, "likelihood");
        Require.Given(Objective, "objective");
        List.Validate(this);
        Network.Validate();
        Prior.Validate();
        Likelihood.Validate();
        Objective.Validate(this);
        if (Condition is not { } classes)
            return;
        if (!Prior.TakesCondition)
            throw new ArgumentException(
                $"condition is labels; the prior {PartCatalog.Prior.PartOf(this)} is for images without labels. Choose "
                    + "--prior standard-normal, or leave out --condition."
            );
        if (classes.Distinct().Count() < classes.Count || classes.Count > byte.MaxValue + 1)
            throw new ArgumentException(
                $"condition-classes has {classes.Count} names; they must be different, and {byte.MaxValue + 1} at most."
            );
    }

    /// <summary>
    /// Creates the model for images of <paramref name="imageShape"/>, with initial weights from <paramref name="rng"/>.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not suit the images.</exception>
    public GenerativeModel Create(ImageShape imageShape, Device device, Rng rng) => new(this, imageShape, device, rng);

    /// <summary>The options of the model itself, without those of its parts.</summary>
    internal static IReadOnlyList<OptionOf<ModelOptions>> List { get; } =
    [
        OptionOf<ModelOptions>.WholeNumber(
            "latent-dim",
            "number of latent dimensions",
            o => o.LatentDim,
            (o, v) => o with { LatentDim = v }
        ) with
        {
            Range = OptionRange.Between(1, 4096),
            Letter = 'z',
        },
        OptionOf<ModelOptions>.OneOf<Conditioning>(
            "condition",
            "what encoder and decoder are conditional on: nothing, or the labels of the images",
            o => o.Condition is null ? Conditioning.None : Conditioning.Labels,
            (o, v) => o with { Condition = v == Conditioning.None ? null : o.Condition ?? [] }
        ) with
        {
            Replaces = ["condition-classes"],
        },
        OptionOf<ModelOptions>.Texts(
            "condition-classes",
            "names of the classes in the condition, in order",
            o => o.Condition is { Count: > 0 } classes ? classes : null,
            (o, v) => o with { Condition = v }
        ) with
        {
            Default = "those of the training images",
            Refines = "dataset",
        },
    ];
}

/// <summary>
/// The preset <c>vae</c>: fully connected networks, a standard normal prior, the evidence lower bound. The defaults
/// give the classic MNIST network: 784–500 ELU–500 tanh–z and back.
/// </summary>
public sealed record VaeOptions : ModelOptions
{
    /// <summary>Creates the preset with networks of any depth, without dropout.</summary>
    /// <param name="encoder">Hidden widths of the encoder, in order from the image.</param>
    /// <param name="decoder">Hidden widths of the decoder, in order from the code.</param>
    /// <param name="latentDim">Number of latent dimensions.</param>
    /// <param name="activation">Activation of all hidden layers.</param>
    public static VaeOptions WithLayers(
        IReadOnlyList<int> encoder,
        IReadOnlyList<int> decoder,
        int latentDim,
        Activation activation = Activation.Relu
    ) => new() { LatentDim = latentDim, Network = DenseOptions.WithLayers(encoder, decoder, activation) };
}

/// <summary>The preset <c>cnn-vae</c>: a VAE with convolutions and batch normalisation.</summary>
public sealed record CnnVaeOptions : ModelOptions
{
    /// <summary>Creates the preset with its defaults.</summary>
    public CnnVaeOptions() => Network = new DcganOptions();
}

/// <summary>
/// The preset <c>gmvae</c>: fully connected networks with a Gaussian mixture as prior, which clusters the images.
/// </summary>
/// <remarks>Dilokthanakul et al. 2016.</remarks>
public sealed record GmvaeOptions : ModelOptions
{
    /// <summary>Creates the preset with its defaults: two hidden layers of 500 ReLU units.</summary>
    public GmvaeOptions()
    {
        (LatentDim, Network, Prior) = (10, Dense([500, 500]), new MixtureOptions());
        Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = 0.03f };
    }

    /// <summary>Creates the preset with other hidden layers.</summary>
    /// <param name="hidden">Widths of the encoder's hidden layers. The decoder uses them in reverse order.</param>
    public static GmvaeOptions WithLayers(params IReadOnlyList<int> hidden) => new() { Network = Dense(hidden) };

    private static DenseOptions Dense(IReadOnlyList<int> hidden) =>
        DenseOptions.WithLayers(hidden, [.. hidden.Reverse()]) with
        {
            EncoderNetworks = EncoderNetworks.Separate,
            OutputLayers = OutputLayers.Joint,
            WeightInit = Initialization.GlorotUniform,
        };
}

/// <summary>The preset <c>cnn-gmvae</c>: a Gaussian-mixture VAE with the plain convolutional network.</summary>
public sealed record CnnGmvaeOptions : ModelOptions
{
    /// <summary>Creates the preset with its defaults.</summary>
    public CnnGmvaeOptions()
    {
        (LatentDim, Network, Prior) = (10, new PlainOptions(), new MixtureOptions());
        Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = 0.03f };
    }
}

/// <summary>
/// The preset <c>vade</c>: variational deep embedding, fully connected networks with a mixture of diagonal Gaussians as
/// prior, which clusters the images.
/// </summary>
/// <remarks>Jiang et al. 2017.</remarks>
public sealed record VadeOptions : ModelOptions
{
    /// <summary>
    /// Creates the preset with its defaults, those of the paper for MNIST: 784–500–500–2000–10 ReLU and back.
    /// </summary>
    public VadeOptions() =>
        (LatentDim, Network, Prior) = (
            10,
            DenseOptions.WithLayers([500, 500, 2000], [2000, 500, 500]),
            new VadePriorOptions()
        );
}
