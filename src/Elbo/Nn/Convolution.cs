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

/// <summary>A convolution of images (N, H, W, C).</summary>
/// <param name="name">Parameters are <c>name.weight</c>, (kernel, kernel, inputs, outputs), TensorFlow's order, and
/// <c>name.bias</c>, (outputs), zeros initially.</param>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Pixels along each side of the kernel.</param>
/// <param name="options">Stride and padding; the layout is always <see cref="ImageLayout.ChannelsLast"/>.</param>
/// <param name="initializer">Initial values of the weight.</param>
/// <param name="activation">Applied to the output.</param>
/// <param name="bias">Whether there is a bias; before a normalisation, which has a shift of its own, there should be
/// none.</param>
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

/// <summary>A transposed convolution of maps (N, H, W, C), which makes them larger.</summary>
/// <remarks>
/// For initial values its fan-in is outputs·kernel², as PyTorch counts it: torch.nn.init reads the fan-in of a weight
/// (inputs, outputs, kernel, kernel) from its second dimension.
/// </remarks>
/// <param name="name">Parameters are <c>name.weight</c>, (kernel, kernel, outputs, inputs), TensorFlow's order, and
/// <c>name.bias</c>, (outputs), zeros initially.</param>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Pixels along each side of the kernel.</param>
/// <param name="options">Stride and padding; the layout is always <see cref="ImageLayout.ChannelsLast"/>.</param>
/// <param name="initializer">Initial values of the weight.</param>
/// <param name="activation">Applied to the output.</param>
/// <param name="bias">Whether there is a bias; before a normalisation, which has a shift of its own, there should be
/// none.</param>
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
/// Cuts images (N, H, W, C) at the bottom and on the right to <paramref name="height"/> rows and
/// <paramref name="width"/> columns.
/// </summary>
public sealed class Crop(int height, int width) : ILayer
{
    /// <summary>(N, H, W, C) to (N, height, width, C).</summary>
    /// <exception cref="ArgumentException">The images are smaller.</exception>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape[1] != height)
            x = Ops.Slice(x, 1, 0, height);
        return x.Shape[2] == width ? x : Ops.Slice(x, 2, 0, width);
    }
}
