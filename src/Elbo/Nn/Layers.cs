using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>A layer of a network.</summary>
public interface ILayer : IModule
{
    /// <summary>Computes the output of the layer for <paramref name="x"/>.</summary>
    Tensor Forward(Tensor x, ForwardContext context);
}

/// <summary>Context of a forward pass.</summary>
/// <param name="Rng">Random numbers for latent samples and dropout.</param>
/// <param name="Training">Whether dropout is active and batch normalisation uses the statistics of the batch.</param>
/// <param name="KlWeight">Weight β of the KL divergence in the loss.</param>
/// <param name="Trace">Records the layers of the pass; null records nothing.</param>
/// <param name="Condition">
/// For a conditional model: the class of each image, one-hot, (N, C), or (1, C) for all images; else null.
/// </param>
public readonly record struct ForwardContext(
    Rng Rng,
    bool Training,
    float KlWeight = 1,
    LayerTrace? Trace = null,
    Tensor? Condition = null
)
{
    /// <summary>Computes the output of a layer, and records the layer if the pass is traced.</summary>
    internal Tensor Apply(ILayer layer, Tensor x)
    {
        var output = layer.Forward(x, this);
        Trace?.Add(layer, x, output);
        return output;
    }
}

/// <summary>Applies layers in sequence.</summary>
public sealed class Sequential : ILayer
{
    private readonly IReadOnlyList<ILayer> _layers;

    /// <summary>Applies layers in sequence.</summary>
    /// <param name="layers">The layers in order. An empty list is the identity.</param>
    public Sequential(IReadOnlyList<ILayer> layers)
    {
        Require.Entries(layers);
        _layers = layers;
    }

    /// <inheritdoc/>
    public IEnumerable<Parameter> Parameters => _layers.SelectMany(l => l.Parameters);

    /// <inheritdoc/>
    public IEnumerable<BufferTensor> Buffers => _layers.SelectMany(l => l.Buffers);

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(x);
        foreach (var layer in _layers)
            x = context.Apply(layer, x);
        return x;
    }
}

/// <summary>
/// Batch normalisation followed by an activation. Training uses the batch's mean and variance and updates the running
/// ones, which evaluation uses.
/// </summary>
/// <remarks>Ioffe and Szegedy 2015; ε 1e-5 and momentum 0.1 as in torch.nn.BatchNorm2d.</remarks>
public sealed class BatchNorm : ILayer
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly BufferTensor _mean;
    private readonly BufferTensor _variance;
    private readonly Activation _activation;

    /// <summary>
    /// Creates the layer with parameters <c>name.weight</c>, initially 1, and <c>name.bias</c>, initially 0; and
    /// buffers <c>name.running_mean</c>, initially 0, and <c>name.running_variance</c>, initially 1. Each has shape
    /// (channels).
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The number of channels is less than 1, or the activation is not known.
    /// </exception>
    public BatchNorm(string name, int channels, Activation activation = Activation.None)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(channels, 1);
        Require.Defined(activation);
        _weight = new Parameter($"{name}.weight", [channels], Initializers.Ones);
        _bias = new Parameter($"{name}.bias", [channels], Initializers.Zeros);
        _mean = new BufferTensor($"{name}.running_mean", [channels], 0);
        _variance = new BufferTensor($"{name}.running_variance", [channels], 1);
        _activation = activation;
    }

    /// <summary>Scale and shift.</summary>
    public IEnumerable<Parameter> Parameters => [_weight, _bias];

    /// <summary>Running mean and running variance.</summary>
    public IEnumerable<BufferTensor> Buffers => [_mean, _variance];

    /// <summary>Maps (N, C) or (N, H, W, C) to the same shape.</summary>
    /// <exception cref="ArgumentException">The last dimension of x differs from the number of channels.</exception>
    public Tensor Forward(Tensor x, ForwardContext context) =>
        Ops.BatchNorm(
            x,
            _weight.Value,
            _bias.Value,
            _mean.Value,
            _variance.Value,
            context.Training,
            activation: _activation,
            layout: ImageLayout.ChannelsLast
        );

    /// <inheritdoc/>
    public override string ToString() => LayerName.Of("BatchNorm", _activation);
}

/// <summary>Names of layers for people.</summary>
internal static class LayerName
{
    /// <summary>The kind of a layer with its activation, such as <c>Linear, elu</c>.</summary>
    public static string Of(string kind, Activation activation) =>
        activation == Activation.None ? kind : $"{kind}, {OptionName.Name(activation)}";
}
