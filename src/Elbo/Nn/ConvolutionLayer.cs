using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>
/// What a convolution and a transposed convolution share: images (N, H, W, C), a square kernel of weights, a bias, an
/// activation.
/// </summary>
public abstract class ConvolutionLayer : ILayer
{
    private readonly Parameter _weight;
    private readonly Parameter? _bias;
    private readonly ConvolutionOptions _options;
    private readonly Activation _activation;

    private protected ConvolutionLayer(
        string name,
        Shape weight,
        Fans fans,
        int outputs,
        ConvolutionOptions options,
        Initializer initializer,
        Activation activation,
        bool bias
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        _weight = new Parameter($"{name}.weight", weight, initializer, fans);
        _bias = bias ? new Parameter($"{name}.bias", [outputs], Initializers.Zeros) : null;
        _options = options with { Layout = ImageLayout.ChannelsLast };
        _activation = activation;
    }

    /// <summary>The weight, and the bias if there is one.</summary>
    public IEnumerable<Parameter> Parameters => _bias is null ? [_weight] : [_weight, _bias];

    /// <summary>(N, H, W, inputs) to (N, H′, W′, outputs).</summary>
    /// <exception cref="ArgumentException">The channels of x are not the inputs, or its images are too small for the
    /// kernel.</exception>
    public Tensor Forward(Tensor x) => Apply(x, _weight.Value, _bias?.Value, _options, _activation);

    /// <inheritdoc/>
    Tensor ILayer.Forward(Tensor x, ForwardContext context) => Forward(x);

    private protected abstract Tensor Apply(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        ConvolutionOptions options,
        Activation activation
    );
}
