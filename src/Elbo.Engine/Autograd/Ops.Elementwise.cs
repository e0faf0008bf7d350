using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

/// <summary>Differentiable operations on tensors.</summary>
/// <remarks>
/// Every operation runs immediately on the device of its operands. If an operand requires a gradient, the operation is
/// recorded on the device's tape. Forward and backward code stand side by side.
/// </remarks>
public static partial class Ops
{
    /// <summary>eˣ</summary>
    public static Tensor Exp(Tensor x) => Map(default(Exp), x);

    /// <summary>The natural logarithm; −∞ at 0, NaN below.</summary>
    public static Tensor Log(Tensor x) => Map(default(Log), x);

    /// <summary>√x; NaN below 0.</summary>
    public static Tensor Sqrt(Tensor x) => Map(default(Sqrt), x);

    /// <summary>x²</summary>
    public static Tensor Square(Tensor x) => Map(default(Square), x);

    /// <summary>
    /// Clamps x to [<paramref name="low"/>, <paramref name="high"/>]. The gradient is 1 inside, 0 outside.
    /// </summary>
    /// <exception cref="ArgumentException"><paramref name="low"/> is greater than <paramref name="high"/>.</exception>
    public static Tensor Clamp(Tensor x, float low, float high) =>
        low <= high
            ? Map(new Clamp(low, high), x)
            : throw new ArgumentException($"the lower bound {low} is above the upper bound {high}.", nameof(low));

    /// <summary>scale·x + shift</summary>
    public static Tensor Affine(Tensor x, float scale, float shift = 0) => Map(new Affine(scale, shift), x);

    /// <summary>max(x, 0)</summary>
    public static Tensor Relu(Tensor x) => Map(default(Relu), x);

    /// <summary>x for x &gt; 0, else <paramref name="slope"/>·x</summary>
    public static Tensor LeakyRelu(Tensor x, float slope = 0.01f) => Map(new LeakyRelu(slope), x);

    /// <summary>x for x &gt; 0, else eˣ − 1 (Clevert, Unterthiner and Hochreiter 2016, α = 1).</summary>
    public static Tensor Elu(Tensor x) => Map(default(Elu), x);

    /// <summary>tanh x</summary>
    public static Tensor Tanh(Tensor x) => Map(default(Tanh), x);

    /// <summary>1 / (1 + e⁻ˣ)</summary>
    public static Tensor Sigmoid(Tensor x) => Map(default(Sigmoid), x);

    /// <summary>log(1 + eˣ)</summary>
    public static Tensor Softplus(Tensor x) => Map(default(Softplus), x);

    /// <summary>x·sigmoid(x), also called swish.</summary>
    public static Tensor Silu(Tensor x) => Map(default(Silu), x);

    /// <summary>
    /// x·Φ(x), where Φ is the normal distribution function (Hendrycks and Gimpel 2016, the exact form).
    /// </summary>
    public static Tensor Gelu(Tensor x) => Map(default(Gelu), x);

    private static Tensor Map<TOp>(TOp op, Tensor x)
        where TOp : unmanaged, IUnary
    {
        ArgumentNullException.ThrowIfNull(x);
        var y = x.Device.Uninitialized(x.Shape);
        MapKernels.Map(op, x, y);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    MapKernels.Gradient(op, x, y, y.Gradient!, dx);
            }
        );
    }
}
