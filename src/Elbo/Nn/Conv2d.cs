using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>A convolution of images (N, H, W, C).</summary>
/// <param name="name">Parameters are <c>name.weight</c>, (kernel, kernel, inputs, outputs), TensorFlow's order, and
/// <c>name.bias</c>, (outputs), zeros at first.</param>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Pixels along each side of the kernel.</param>
/// <param name="options">Stride and padding; the layout is always <see cref="ImageLayout.ChannelsLast"/>.</param>
/// <param name="initializer">First values of the weight.</param>
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
