using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>The network of a <see cref="Vae"/>. The defaults are the classic MNIST network: 784–500 ELU–500 tanh–z and back.</summary>
public sealed record VaeOptions
{
    /// <summary>Length of a code; 2 can be drawn, 20 reconstructs well.</summary>
    public int LatentDim { get; init; } = 2;

    /// <summary>Widths of the encoder's hidden layers, from the image on.</summary>
    public IReadOnlyList<int> EncoderHidden { get; init; } = [500, 500];

    /// <summary>Widths of the decoder's hidden layers, from the code on.</summary>
    public IReadOnlyList<int> DecoderHidden { get; init; } = [500, 500];

    /// <summary>Activations of the encoder's hidden layers: one for each, or one for all.</summary>
    public IReadOnlyList<Activation> EncoderActivations { get; init; } = [Activation.Elu, Activation.Tanh];

    /// <summary>Activations of the decoder's hidden layers: one for each, or one for all.</summary>
    public IReadOnlyList<Activation> DecoderActivations { get; init; } = [Activation.Tanh, Activation.Elu];

    /// <summary>What p(x|z) is.</summary>
    public DecoderKind Decoder { get; init; } = DecoderKind.Bernoulli;

    /// <summary>Variance of a pixel given its code, for <see cref="DecoderKind.Gaussian"/>. Smaller ones weigh the reconstruction more.</summary>
    public float Variance { get; init; } = 1;

    /// <summary>Share of hidden units set to 0 in training.</summary>
    public float Dropout { get; init; } = 0.1f;

    /// <summary>First values of the weights; biases start at 0.</summary>
    public Initialization Initialization { get; init; } = Initialization.GlorotNormal;

    /// <summary>Checks every option.</summary>
    /// <exception cref="ArgumentException">One is out of range; the message names it.</exception>
    public void Validate()
    {
        if (LatentDim is < 1 or > 4096) throw new ArgumentException($"latent-dim is {LatentDim}; it must be between 1 and 4096.");
        CheckLayers("encoder", EncoderHidden, EncoderActivations);
        CheckLayers("decoder", DecoderHidden, DecoderActivations);
        if (!(Variance > 0 && float.IsFinite(Variance))) throw new ArgumentException($"variance is {Variance}; it must be a positive number.");
        if (!(Dropout is >= 0 and < 1)) throw new ArgumentException($"dropout is {Dropout}; it must be in [0, 1).");
    }

    private static void CheckLayers(string network, IReadOnlyList<int> hidden, IReadOnlyList<Activation> activations)
    {
        if (hidden.FirstOrDefault(w => w is < 1 or > 65_536, 1) is not 1 and var width) throw new ArgumentException($"a hidden layer of the {network} has width {width}; it must be between 1 and 65536.");
        if (activations.Count != 1 && activations.Count != hidden.Count) throw new ArgumentException($"activation has {activations.Count} entries and the {network} {hidden.Count} hidden {(hidden.Count == 1 ? "layer" : "layers")}; give one activation, or one for each layer.");
    }
}
