using Elbo.Data;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Networks;

/// <summary>Whether the mean and the standard deviation of q(z|x) share hidden layers.</summary>
public enum EncoderNetworks
{
    /// <summary>Shared hidden layers; the standard deviation is 1e-6 + softplus.</summary>
    Shared,

    /// <summary>Separate networks; the variance is a softplus.</summary>
    Separate,
}

/// <summary>Whether the parameters of p(x|z) have separate output layers.</summary>
public enum OutputLayers
{
    /// <summary>One layer for the means, and one for the standard deviations if the likelihood has them.</summary>
    Separate,

    /// <summary>One joint layer.</summary>
    Joint,
}

/// <summary>
/// Fully connected networks, for images of any size. The defaults give the classic MNIST network: 784–500 ELU–500
/// tanh–z and back.
/// </summary>
public sealed record DenseOptions : NetworkOptions
{
    /// <summary>Widths of the encoder's hidden layers, in order from the image.</summary>
    public IReadOnlyList<int> EncoderHidden { get; init; } = [500, 500];

    /// <summary>Widths of the decoder's hidden layers, in order from the code.</summary>
    public IReadOnlyList<int> DecoderHidden { get; init; } = [500, 500];

    /// <summary>Activations of the encoder's hidden layers: one per layer, or one for all.</summary>
    public IReadOnlyList<Activation> EncoderActivations { get; init; } = [Activation.Elu, Activation.Tanh];

    /// <summary>Activations of the decoder's hidden layers: one per layer, or one for all.</summary>
    public IReadOnlyList<Activation> DecoderActivations { get; init; } = [Activation.Tanh, Activation.Elu];

    /// <summary>Whether the mean and the standard deviation of q(z|x) share the encoder's hidden layers.</summary>
    public EncoderNetworks EncoderNetworks { get; init; }

    /// <summary>Whether the parameters of p(x|z) have separate output layers.</summary>
    public OutputLayers OutputLayers { get; init; }

    /// <summary>Dropout rate of hidden units.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>Initial weights. Biases are initially 0.</summary>
    public Initialization WeightInit { get; init; } = Initialization.GlorotNormal;

    /// <summary>Creates networks of any depth, without dropout.</summary>
    /// <remarks>
    /// For a decoder that is linear between its layers, set <see cref="DecoderActivations"/> to
    /// <see cref="Activation.None"/> only.
    /// </remarks>
    /// <param name="encoder">Hidden widths of the encoder, in order from the image.</param>
    /// <param name="decoder">Hidden widths of the decoder, in order from the code.</param>
    /// <param name="activation">Activation of all hidden layers.</param>
    public static DenseOptions WithLayers(
        IReadOnlyList<int> encoder,
        IReadOnlyList<int> decoder,
        Activation activation = Activation.Relu
    ) =>
        new()
        {
            EncoderHidden = encoder,
            DecoderHidden = decoder,
            EncoderActivations = [activation],
            DecoderActivations = [activation],
            Dropout = 0,
        };

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<DenseOptions>> List { get; } =
    [
        OptionOf<DenseOptions>.WholeNumbers(
            "hidden",
            "widths of the encoder's hidden layers, such as 512,128; the decoder uses them in reverse order",
            o => o.DecoderHidden.SequenceEqual(o.EncoderHidden.Reverse()) ? o.EncoderHidden : null,
            (o, v) => o with { EncoderHidden = v, DecoderHidden = Reversed(v) }
        ) with
        {
            Replaces = ["encoder-hidden", "decoder-hidden"],
        },
        OptionOf<DenseOptions>.WholeNumbers(
            "encoder-hidden",
            "widths of the encoder's hidden layers only",
            o => o.EncoderHidden,
            (o, v) => o with { EncoderHidden = v }
        ) with
        {
            Default = "",
        },
        OptionOf<DenseOptions>.WholeNumbers(
            "decoder-hidden",
            "widths of the decoder's hidden layers only, in order from the code",
            o => o.DecoderHidden,
            (o, v) => o with { DecoderHidden = v }
        ) with
        {
            Default = "",
        },
        OptionOf<DenseOptions>.ListOf<Activation>(
            "activation",
            "activations of the encoder's hidden layers, one for all or one per layer; the decoder reverses them",
            o => o.EncoderActivations,
            (o, v) => o with { EncoderActivations = v, DecoderActivations = Reversed(v) }
        ) with
        {
            Default = "elu,tanh for two layers, else relu",
            Replaces = ["decoder-activation"],
        },
        OptionOf<DenseOptions>.ListOf<Activation>(
            "decoder-activation",
            "activations of the decoder's hidden layers only, in order from the code",
            o => o.DecoderActivations.SequenceEqual(Reversed(o.EncoderActivations)) ? null : o.DecoderActivations,
            (o, v) => o with { DecoderActivations = v }
        ),
        OptionOf<DenseOptions>.OneOf<EncoderNetworks>(
            "encoder-networks",
            "whether mean and standard deviation of q(z|x) share hidden layers",
            o => o.EncoderNetworks,
            (o, v) => o with { EncoderNetworks = v }
        ),
        OptionOf<DenseOptions>.OneOf<OutputLayers>(
            "output-layers",
            "whether means and standard deviations of p(x|z) have separate output layers",
            o => o.OutputLayers,
            (o, v) => o with { OutputLayers = v }
        ),
        OptionOf<DenseOptions>.Number(
            "dropout",
            "dropout rate of hidden units",
            o => o.Dropout,
            (o, v) => o with { Dropout = v }
        ) with
        {
            Range = OptionRange.Fraction,
            Default = "0.1 for the default network, else 0",
        },
        OptionOf<DenseOptions>.OneOf<Initialization>(
            "weight-init",
            "distribution of the initial weights",
            o => o.WeightInit,
            (o, v) => o with { WeightInit = v }
        ) with
        {
            Aliases = ["initialization"],
        },
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        Require.Given(EncoderHidden, "encoder-hidden");
        Require.Given(DecoderHidden, "decoder-hidden");
        Require.Given(EncoderActivations, "activation");
        Require.Given(DecoderActivations, "decoder-activation");
        CheckLayers("encoder", EncoderHidden, EncoderActivations);
        CheckLayers("decoder", DecoderHidden, DecoderActivations);
        List.Validate(this);
    }

    /// <inheritdoc/>
    public override Encoder CreateEncoder(string name, ImageShape image, int outputs, int classes = 0)
    {
        image.Require(nameof(image));
        return DenseNetwork.CreateEncoder(this, name, image, outputs, classes);
    }

    /// <inheritdoc/>
    public override IDecoder CreateDecoder(string name, int latentDim, ImageShape image, LikelihoodOptions likelihood)
    {
        image.Require(nameof(image));
        ArgumentNullException.ThrowIfNull(likelihood);
        return new DenseDecoder(this, name, latentDim, image, likelihood);
    }

    /// <inheritdoc/>
    public override float CodeDropout => Dropout;

    /// <inheritdoc/>
    public override int CodeWidth(int latentDim) =>
        EncoderHidden.Count == 0 ? latentDim : Math.Min(EncoderHidden[^1], 64);

    /// <summary>
    /// Lets the decoder mirror the encoder, and applies dropout and the classic activations to the default network
    /// only.
    /// </summary>
    internal override DenseOptions Complete(IReadOnlySet<string> given)
    {
        var options = this;
        if (given.Contains("encoder-hidden") && !given.Overlaps(["hidden", "decoder-hidden"]))
            options = options with { DecoderHidden = Reversed(options.EncoderHidden) };
        // The classic activations suit two layers only; other depths use ReLU.
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
        CheckWidths($"a hidden layer of the {network} has width", hidden);
        if (activations.Count != 1 && activations.Count != hidden.Count)
            throw new ArgumentException(
                $"activation has {activations.Count} entries and the {network} {hidden.Count} hidden "
                    + $"{(hidden.Count == 1 ? "layer" : "layers")}; give one activation, or one for each layer."
            );
    }
}
