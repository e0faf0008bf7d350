using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>A transposed convolution of maps (N, H, W, C), which makes them larger.</summary>
/// <remarks>
/// For first values its fan-in is outputs·kernel², as PyTorch counts it: torch.nn.init reads the fan-in of a weight
/// (inputs, outputs, kernel, kernel) from its second dimension.
/// </remarks>
/// <param name="name">Parameters are <c>name.weight</c>, (kernel, kernel, outputs, inputs), TensorFlow's order, and
/// <c>name.bias</c>, (outputs), zeros at first.</param>
/// <param name="inputs">Channels of the input.</param>
/// <param name="outputs">Channels of the output.</param>
/// <param name="kernel">Pixels along each side of the kernel.</param>
/// <param name="options">Stride and padding; the layout is always <see cref="ImageLayout.ChannelsLast"/>.</param>
/// <param name="initializer">First values of the weight.</param>
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
