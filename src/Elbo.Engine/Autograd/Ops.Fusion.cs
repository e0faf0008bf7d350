using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>An operation that applies an activation to its result while it is at hand.</summary>
    private interface IFusable
    {
        Tensor Run<TOp>(TOp activation)
            where TOp : unmanaged, IUnary;
    }

    /// <summary>
    /// The operation with the activation fused into it, or after it where the activation's derivative needs what came
    /// before it.
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
    /// The gradient of <paramref name="y"/> taken back through its activation. It replaces the one after it, which
    /// nobody reads any more.
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
