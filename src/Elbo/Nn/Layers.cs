using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>One step of a network.</summary>
public interface ILayer : IModule
{
    /// <summary>The layer's result of <paramref name="x"/>.</summary>
    Tensor Forward(Tensor x, ForwardContext context);
}

/// <summary>What a pass through a network depends on besides its input.</summary>
/// <param name="Rng">Where latent samples and dropout come from.</param>
/// <param name="Training">Whether dropout is active, and batches are normalised by their own statistics.</param>
/// <param name="KlWeight">β, the weight of the KL divergence in the loss.</param>
public readonly record struct ForwardContext(Rng Rng, bool Training, float KlWeight = 1);

/// <summary>Layers one after the other.</summary>
/// <param name="layers">The first takes the input; none make this the identity.</param>
public sealed class Sequential(IReadOnlyList<ILayer> layers) : ILayer
{
    /// <inheritdoc/>
    public IEnumerable<Parameter> Parameters => layers.SelectMany(l => l.Parameters);

    /// <inheritdoc/>
    public IEnumerable<BufferTensor> Buffers => layers.SelectMany(l => l.Buffers);

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        foreach (var layer in layers)
            x = layer.Forward(x, context);
        return x;
    }
}

/// <summary>
/// activation(batch normalisation): in training by the batch's mean and variance, otherwise by running ones, which
/// training keeps up to date.
/// </summary>
/// <remarks>Ioffe and Szegedy 2015; ε 1e-5 and momentum 0.1 as torch.nn.BatchNorm2d.</remarks>
public sealed class BatchNorm : ILayer
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;
    private readonly BufferTensor _mean;
    private readonly BufferTensor _variance;
    private readonly Activation _activation;

    /// <summary>
    /// Parameters <c>name.weight</c>, ones initially, and <c>name.bias</c>, zeros; buffers <c>name.running_mean</c>,
    /// zeros, and <c>name.running_variance</c>, ones; (channels) each.
    /// </summary>
    public BatchNorm(string name, int channels, Activation activation = Activation.None)
    {
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

    /// <summary>(N, C) or (N, H, W, C) to the same shape.</summary>
    /// <exception cref="ArgumentException">The last dimension of x is not the number of channels.</exception>
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
}
