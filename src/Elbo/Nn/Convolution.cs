using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>
/// Base of convolutions and transposed convolutions: images (N, H, W, C), a square kernel, a bias and an activation.
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
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(initializer);
        Require.Defined(activation);
        _weight = new Parameter($"{name}.weight", weight, initializer, fans);
        _bias = bias ? new Parameter($"{name}.bias", [outputs], Initializers.Zeros) : null;
        _options = options with { Layout = ImageLayout.ChannelsLast };
        _activation = activation;
    }

    /// <summary>The weight, and the bias if there is one.</summary>
    public IEnumerable<Parameter> Parameters => _bias is null ? [_weight] : [_weight, _bias];

    /// <summary>Maps (N, H, W, inputs) to (N, H′, W′, outputs).</summary>
    /// <exception cref="ArgumentException">
    /// The number of channels differs from the inputs, or the images are too small for the kernel.
    /// </exception>
    public Tensor Forward(Tensor x) => Apply(x, _weight.Value, _bias?.Value, _options, _activation);

    /// <inheritdoc/>
    Tensor ILayer.Forward(Tensor x, ForwardContext context) => Forward(x);

    /// <inheritdoc/>
    public override string ToString() =>
        LayerName.Of($"{GetType().Name} {_weight.Shape[0]}×{_weight.Shape[1]}, stride {_options.Stride}", _activation);

    private protected abstract Tensor Apply(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        ConvolutionOptions options,
        Activation activation
    );
}

/// <summary>A convolution on images (N, H, W, C).</summary>
/// <param name="name">
/// Prefix of the parameters: <c>name.weight</c>, (kernel, kernel, inputs, outputs), in TensorFlow's order, and
/// <c>name.bias</c>, (outputs), initially 0.
/// </param>
/// <param name="inputs">Number of input channels.</param>
/// <param name="outputs">Number of output channels.</param>
/// <param name="kernel">Side of the kernel in pixels.</param>
/// <param name="options">Stride and padding; the layout is always <see cref="ImageLayout.ChannelsLast"/>.</param>
/// <param name="initializer">Initial weights.</param>
/// <param name="activation">Applied to the output.</param>
/// <param name="bias">Whether there is a bias. Omit it before a normalisation, which has its own shift.</param>
public sealed class Conv2d(
    string name,
    int inputs,
    int outputs,
    int kernel,
    ConvolutionOptions options,
    Initializer initializer,
    Activation activation = Activation.None,
    bool bias = true
)
    : ConvolutionLayer(
        name,
        [kernel, kernel, inputs, outputs],
        new Fans(inputs * kernel * kernel, outputs * kernel * kernel),
        outputs,
        options,
        initializer,
        activation,
        bias
    )
{
    private protected override Tensor Apply(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        ConvolutionOptions options,
        Activation activation
    ) => Ops.Conv2d(x, weight, bias, options, activation);
}

/// <summary>A transposed convolution on feature maps (N, H, W, C), which enlarges them.</summary>
/// <remarks>
/// For initial weights, the fan-in is outputs·kernel², as in PyTorch: torch.nn.init takes the fan-in of a weight
/// (inputs, outputs, kernel, kernel) from its second dimension.
/// </remarks>
/// <param name="name">
/// Prefix of the parameters: <c>name.weight</c>, (kernel, kernel, outputs, inputs), in TensorFlow's order, and
/// <c>name.bias</c>, (outputs), initially 0.
/// </param>
/// <param name="inputs">Number of input channels.</param>
/// <param name="outputs">Number of output channels.</param>
/// <param name="kernel">Side of the kernel in pixels.</param>
/// <param name="options">Stride and padding; the layout is always <see cref="ImageLayout.ChannelsLast"/>.</param>
/// <param name="initializer">Initial weights.</param>
/// <param name="activation">Applied to the output.</param>
/// <param name="bias">Whether there is a bias. Omit it before a normalisation, which has its own shift.</param>
public sealed class ConvTranspose2d(
    string name,
    int inputs,
    int outputs,
    int kernel,
    ConvolutionOptions options,
    Initializer initializer,
    Activation activation = Activation.None,
    bool bias = true
)
    : ConvolutionLayer(
        name,
        [kernel, kernel, outputs, inputs],
        new Fans(outputs * kernel * kernel, inputs * kernel * kernel),
        outputs,
        options,
        initializer,
        activation,
        bias
    )
{
    private protected override Tensor Apply(
        Tensor x,
        Tensor weight,
        Tensor? bias,
        ConvolutionOptions options,
        Activation activation
    ) => Ops.ConvTranspose2d(x, weight, bias, options, activation);
}

/// <summary>
/// Crops images (N, H, W, C) at the bottom and the right to a number of rows and of columns.
/// </summary>
public sealed class Crop : ILayer
{
    private readonly int _height;
    private readonly int _width;

    /// <summary>Creates the layer.</summary>
    /// <param name="height">Number of rows to keep, 1 or more.</param>
    /// <param name="width">Number of columns to keep, 1 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">A size is less than 1.</exception>
    public Crop(int height, int width)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        (_height, _width) = (height, width);
    }

    /// <summary>Maps (N, H, W, C) to (N, height, width, C).</summary>
    /// <exception cref="ArgumentException">The images are smaller.</exception>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape[1] != _height)
            x = Ops.Slice(x, 1, 0, _height);
        return x.Shape[2] == _width ? x : Ops.Slice(x, 2, 0, _width);
    }

    /// <inheritdoc/>
    public override string ToString() => $"Crop to {_height}×{_width}";
}
