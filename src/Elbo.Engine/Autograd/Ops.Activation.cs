using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

/// <summary>Activation functions.</summary>
public enum Activation
{
    /// <summary>x</summary>
    None,

    /// <summary>max(x, 0)</summary>
    Relu,

    /// <summary>x for x &gt; 0, else 0.2·x</summary>
    LeakyRelu,

    /// <summary>x for x &gt; 0, else eˣ − 1</summary>
    Elu,

    /// <summary>tanh x</summary>
    Tanh,

    /// <summary>1 / (1 + e⁻ˣ)</summary>
    Sigmoid,

    /// <summary>log(1 + eˣ)</summary>
    Softplus,

    /// <summary>x·sigmoid(x)</summary>
    Silu,

    /// <summary>x·Φ(x)</summary>
    Gelu,
}

public static partial class Ops
{
    /// <summary>Applies <paramref name="activation"/> to every element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The activation is not a member of the enumeration.</exception>
    public static Tensor Activate(Tensor x, Activation activation) =>
        activation switch
        {
            Activation.None => x ?? throw new ArgumentNullException(nameof(x)),
            Activation.Relu => Relu(x),
            Activation.LeakyRelu => LeakyRelu(x, ActivationSlope),
            Activation.Elu => Elu(x),
            Activation.Tanh => Tanh(x),
            Activation.Sigmoid => Sigmoid(x),
            Activation.Softplus => Softplus(x),
            Activation.Silu => Silu(x),
            Activation.Gelu => Gelu(x),
            _ => throw new ArgumentOutOfRangeException(nameof(activation), activation, "not a known activation."),
        };

    /// <summary>The slope of <see cref="Activation.LeakyRelu"/> below 0.</summary>
    private const float ActivationSlope = 0.2f;

    /// <summary>An operation that can apply an activation to its result in the same pass.</summary>
    private interface IFusable
    {
        Tensor Run<TOp>(TOp activation)
            where TOp : unmanaged, IUnary;
    }

    /// <summary>
    /// Fuses the activation into the operation. If the activation's derivative needs its input, the activation runs as
    /// a separate operation.
    /// </summary>
    private static Tensor Fuse<TOperation>(TOperation operation, Activation activation)
        where TOperation : IFusable =>
        activation switch
        {
            Activation.None => operation.Run(default(Identity)),
            Activation.Relu => operation.Run(default(Relu)),
            Activation.LeakyRelu => operation.Run(new LeakyRelu(ActivationSlope)),
            Activation.Elu => operation.Run(default(Elu)),
            Activation.Tanh => operation.Run(default(Tanh)),
            Activation.Sigmoid => operation.Run(default(Sigmoid)),
            Activation.Softplus => operation.Run(default(Softplus)),
            _ => Activate(operation.Run(default(Identity)), activation),
        };

    /// <summary>
    /// The gradient of <paramref name="y"/> with respect to the activation's input. It overwrites the gradient with
    /// respect to the output, which is not used again.
    /// </summary>
    private static Tensor BeforeActivation<TOp>(TOp activation, Tensor y)
        where TOp : unmanaged, IUnary
    {
        var dy = y.Gradient!;
        if (typeof(TOp) != typeof(Identity))
            MapKernels.Gradient(activation, y, y, dy, GradientTarget.Overwrite(dy));
        return dy;
    }
}
