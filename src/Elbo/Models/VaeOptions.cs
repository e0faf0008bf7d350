using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>
/// The network of a <see cref="Vae"/>. The defaults are the classic MNIST network: 784–500 ELU–500 tanh–z and back.
/// </summary>
public sealed record VaeOptions : ModelOptions
{
    /// <summary>Widths of the encoder's hidden layers, from the image on.</summary>
    public IReadOnlyList<int> EncoderHidden { get; init; } = [500, 500];

    /// <summary>Widths of the decoder's hidden layers, from the code on.</summary>
    public IReadOnlyList<int> DecoderHidden { get; init; } = [500, 500];

    /// <summary>Activations of the encoder's hidden layers: one for each, or one for all.</summary>
    public IReadOnlyList<Activation> EncoderActivations { get; init; } = [Activation.Elu, Activation.Tanh];

    /// <summary>Activations of the decoder's hidden layers: one for each, or one for all.</summary>
    public IReadOnlyList<Activation> DecoderActivations { get; init; } = [Activation.Tanh, Activation.Elu];

    /// <summary>Whether mean and deviation of q(z|x) share the encoder's hidden layers.</summary>
    public EncoderNetworks EncoderNetworks { get; init; }

    /// <summary>What p(x|z) is.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Bernoulli;

    /// <summary>
    /// Variance of a pixel given its code, for <see cref="DecoderKind.Gaussian"/>. Smaller ones weigh the
    /// reconstruction more.
    /// </summary>
    public float Variance { get; init; } = 1;

    /// <summary>
    /// Least standard deviation of a pixel, for <see cref="DecoderKind.GaussianSigma"/>. Where pixels are the same in
    /// all images, the deviation falls to it, and the loss is as steep as it is small.
    /// </summary>
    public float SmallestDeviation { get; init; } = 1e-6f;

    /// <summary>Share of hidden units set to 0 in training.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>First values of the weights; biases start at 0.</summary>
    public Initialization Initialization { get; init; } = Initialization.GlorotNormal;

    /// <summary>
    /// A network of any depth, without dropout: widths of the encoder from the image on, and of the decoder from the
    /// code on.
    /// </summary>
    /// <remarks>
    /// For a decoder that is linear between its layers, set <see cref="DecoderActivations"/> to
    /// <see cref="Activation.None"/> alone.
    /// </remarks>
    /// <param name="encoder">Hidden widths of the encoder.</param>
    /// <param name="decoder">Hidden widths of the decoder.</param>
    /// <param name="latentDim">Length of a code z.</param>
    /// <param name="activation">Of all hidden layers.</param>
    public static VaeOptions WithLayers(
        IReadOnlyList<int> encoder,
        IReadOnlyList<int> decoder,
        int latentDim,
        Activation activation = Activation.Relu
    ) =>
        new()
        {
            LatentDim = latentDim,
            EncoderHidden = encoder,
            DecoderHidden = decoder,
            EncoderActivations = [activation],
            DecoderActivations = [activation],
            Dropout = 0,
        };

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<VaeOptions>> List { get; } =
    [
        SharedOptions.LatentDim<VaeOptions>(),
        OptionOf<VaeOptions>.WholeNumbers(
            "hidden",
            "hidden widths of the encoder, as 512,128; the decoder takes them in reverse",
            _ => null,
            (o, v) => o with { EncoderHidden = v, DecoderHidden = Reversed(v) }
        ) with
        {
            Default = "500,500",
            Replaces = ["encoder-hidden", "decoder-hidden"],
        },
        OptionOf<VaeOptions>.WholeNumbers(
            "encoder-hidden",
            "hidden widths of the encoder alone",
            o => o.EncoderHidden,
            (o, v) => o with { EncoderHidden = v }
        ) with
        {
            Default = "",
        },
        OptionOf<VaeOptions>.WholeNumbers(
            "decoder-hidden",
            "hidden widths of the decoder alone, from the code on",
            o => o.DecoderHidden,
            (o, v) => o with { DecoderHidden = v }
        ) with
        {
            Default = "",
        },
        OptionOf<VaeOptions>.ListOf<Activation>(
            "activation",
            "activations of the encoder's hidden layers, one or one for each; the decoder takes them in reverse",
            o => o.EncoderActivations,
            (o, v) => o with { EncoderActivations = v, DecoderActivations = Reversed(v) }
        ) with
        {
            Default = "elu,tanh for two layers, else relu",
            Replaces = ["decoder-activation"],
        },
        OptionOf<VaeOptions>.ListOf<Activation>(
            "decoder-activation",
            "activations of the decoder's hidden layers alone, from the code on",
            o => o.DecoderActivations.SequenceEqual(Reversed(o.EncoderActivations)) ? null : o.DecoderActivations,
            (o, v) => o with { DecoderActivations = v }
        ),
        OptionOf<VaeOptions>.OneOf<EncoderNetworks>(
            "encoder-networks",
            "whether mean and deviation of q(z|x) share hidden layers",
            o => o.EncoderNetworks,
            (o, v) => o with { EncoderNetworks = v }
        ),
        SharedOptions.Decoder<VaeOptions>(o => o.Decoder, (o, v) => o with { Decoder = v }),
        SharedOptions.Variance<VaeOptions>(o => o.Variance, (o, v) => o with { Variance = v }),
        SharedOptions.SmallestDeviation<VaeOptions>(
            o => o.SmallestDeviation,
            (o, v) => o with { SmallestDeviation = v }
        ),
        OptionOf<VaeOptions>.Number(
            "dropout",
            "share of hidden units dropped in training",
            o => o.Dropout,
            (o, v) => o with { Dropout = v }
        ) with
        {
            Default = "0.1 for the default network, else 0",
        },
        OptionOf<VaeOptions>.OneOf<Initialization>(
            "initialization",
            "first values of the weights",
            o => o.Initialization,
            (o, v) => o with { Initialization = v }
        ),
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        CheckLayers("encoder", EncoderHidden, EncoderActivations);
        CheckLayers("decoder", DecoderHidden, DecoderActivations);
        RequirePositive("variance", Variance);
        RequirePositive("smallest-deviation", SmallestDeviation);
        if (!(Dropout is >= 0 and < 1))
            throw new ArgumentException($"dropout is {Dropout}; it must be in [0, 1).");
    }

    /// <inheritdoc/>
    public override Vae Create(ImageShape imageShape, Device device, Rng rng) => new(this, imageShape, device, rng);

    /// <summary>
    /// Defaults that follow from other options: the decoder mirrors the encoder, and dropout and the classic
    /// activations are for the default network.
    /// </summary>
    internal static VaeOptions Complete(VaeOptions options, IReadOnlySet<string> given)
    {
        if (given.Contains("encoder-hidden") && !given.Overlaps(["hidden", "decoder-hidden"]))
            options = options with { DecoderHidden = Reversed(options.EncoderHidden) };
        // The classic pair of activations has a place for two layers only; other depths take ReLU.
        bool twoLayers = options.EncoderHidden.Count == 2 && options.DecoderHidden.Count == 2;
        if (!given.Contains("activation") && !twoLayers)
            options = options with
            {
                EncoderActivations = [Activation.Relu],
                DecoderActivations = given.Contains("decoder-activation")
                    ? options.DecoderActivations
                    : [Activation.Relu],
            };
        bool defaultNetwork = !given.Overlaps([
            "hidden",
            "encoder-hidden",
            "decoder-hidden",
            "activation",
            "decoder-activation",
        ]);
        return given.Contains("dropout") || defaultNetwork ? options : options with { Dropout = 0 };
    }

    private static T[] Reversed<T>(IReadOnlyList<T> values) => [.. values.Reverse()];

    private static void CheckLayers(string network, IReadOnlyList<int> hidden, IReadOnlyList<Activation> activations)
    {
        if (hidden.FirstOrDefault(w => w is < 1 or > 65_536, 1) is not 1 and var width)
            throw new ArgumentException(
                $"a hidden layer of the {network} has width {width}; it must be between 1 and 65536."
            );
        if (activations.Count != 1 && activations.Count != hidden.Count)
            throw new ArgumentException(
                $"activation has {activations.Count} entries and the {network} {hidden.Count} hidden "
                    + $"{(hidden.Count == 1 ? "layer" : "layers")}; give one activation, or one for each layer."
            );
    }
}
