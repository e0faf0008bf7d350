using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>
/// What a <see cref="GenerativeModel"/> is built from: the options of each of its parts. The records that derive from
/// this one are presets, one for each name in the <see cref="ModelCatalog"/>; any part of them can be replaced. Its own
/// defaults are those of <c>vae</c>.
/// </summary>
/// <example>
/// <code>
/// var small = new VaeOptions { LatentDim = 10, Network = new DcganOptions { Channels = [16, 32] } };
/// </code>
/// </example>
public record ModelOptions
{
    /// <summary>Length of a code z, 1 to 4096; 2 can be drawn, 20 reconstructs well.</summary>
    public int LatentDim { get; init; } = 2;

    /// <summary>The layers of encoder and decoder.</summary>
    public NetworkOptions Network { get; init; } = new DenseOptions();

    /// <summary>p(z).</summary>
    public PriorOptions Prior { get; init; } = new StandardNormalOptions();

    /// <summary>p(x|z) as a function of what the decoder gives.</summary>
    public LikelihoodOptions Likelihood { get; init; } = new();

    /// <summary>What training minimises.</summary>
    public IObjective Objective { get; init; } = new EvidenceLowerBound();

    /// <summary>How many epochs training needs at least, where it has stages.</summary>
    public int LeastEpochs => Prior.LeastEpochs;

    /// <summary>Checks every option, and that the parts go together.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        List.Validate(this);
        Network.Validate();
        Prior.Validate();
        Likelihood.Validate();
        Objective.Validate(this);
    }

    /// <summary>
    /// The model with these options, for images of <paramref name="imageShape"/>, its initial weights from
    /// <paramref name="rng"/>.
    /// </summary>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with the images.</exception>
    public GenerativeModel Create(ImageShape imageShape, Device device, Rng rng) => new(this, imageShape, device, rng);

    /// <summary>The options that every model has beside those of its parts.</summary>
    internal static IReadOnlyList<OptionOf<ModelOptions>> List { get; } =
    [
        OptionOf<ModelOptions>.WholeNumber(
            "latent-dim",
            "length of a code z",
            o => o.LatentDim,
            (o, v) => o with { LatentDim = v }
        ) with
        {
            Range = OptionRange.Between(1, 4096),
            Letter = 'z',
        },
    ];
}

/// <summary>
/// The preset <c>vae</c>: fully connected networks, a standard normal prior, the evidence lower bound. The defaults are
/// the classic MNIST network: 784–500 ELU–500 tanh–z and back.
/// </summary>
public sealed record VaeOptions : ModelOptions
{
    /// <inheritdoc cref="DenseOptions.WithLayers"/>
    /// <param name="encoder">Hidden widths of the encoder, from the image on.</param>
    /// <param name="decoder">Hidden widths of the decoder, from the code on.</param>
    /// <param name="latentDim">Length of a code z.</param>
    /// <param name="activation">Of all hidden layers.</param>
    public static VaeOptions WithLayers(
        IReadOnlyList<int> encoder,
        IReadOnlyList<int> decoder,
        int latentDim,
        Activation activation = Activation.Relu
    ) => new() { LatentDim = latentDim, Network = DenseOptions.WithLayers(encoder, decoder, activation) };
}

/// <summary>The preset <c>cnn-vae</c>: as <c>vae</c>, with convolutions and batch normalisation.</summary>
public sealed record CnnVaeOptions : ModelOptions
{
    /// <summary>The defaults of the preset.</summary>
    public CnnVaeOptions() => Network = new DcganOptions();
}

/// <summary>
/// The preset <c>gmvae</c>: fully connected networks, and a mixture of Gaussians as prior, which sorts images into
/// clusters.
/// </summary>
/// <remarks>Dilokthanakul et al. 2016.</remarks>
public sealed record GmvaeOptions : ModelOptions
{
    /// <summary>The defaults of the preset: two hidden layers of 500 ReLU.</summary>
    public GmvaeOptions()
    {
        (LatentDim, Network, Prior) = (10, Dense([500, 500]), new MixtureOptions());
        Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = 0.03f };
    }

    /// <summary>The preset with other hidden layers.</summary>
    /// <param name="hidden">Widths of the encoder's hidden layers; the decoder takes them in reverse.</param>
    public static GmvaeOptions WithLayers(params IReadOnlyList<int> hidden) => new() { Network = Dense(hidden) };

    private static DenseOptions Dense(IReadOnlyList<int> hidden) =>
        DenseOptions.WithLayers(hidden, [.. hidden.Reverse()]) with
        {
            EncoderNetworks = EncoderNetworks.Separate,
            OutputLayers = OutputLayers.Joint,
            Initialization = Initialization.GlorotUniform,
        };
}

/// <summary>The preset <c>cnn-gmvae</c>: as <c>gmvae</c>, with the plain convolutional network.</summary>
public sealed record CnnGmvaeOptions : ModelOptions
{
    /// <summary>The defaults of the preset.</summary>
    public CnnGmvaeOptions()
    {
        (LatentDim, Network, Prior) = (10, new PlainOptions(), new MixtureOptions());
        Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = 0.03f };
    }
}
