using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.MatrixProduct;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static unsafe partial class Ops
{
    /// <summary>
    /// The matrix product of <paramref name="a"/> (M, K) and <paramref name="b"/> (K, N). Each operand can be
    /// transposed first.
    /// </summary>
    /// <exception cref="ArgumentException">An operand is not a matrix, or the inner extents differ.</exception>
    public static Tensor MatMul(Tensor a, Tensor b, bool transposeA = false, bool transposeB = false)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        if (a.Shape.Rank != 2 || b.Shape.Rank != 2)
            throw new ArgumentException($"got {a.Shape} and {b.Shape}; MatMul needs two matrices.", nameof(a));
        int m = a.Shape[transposeA ? 1 : 0],
            k = a.Shape[transposeA ? 0 : 1],
            n = b.Shape[transposeB ? 0 : 1];
        if (b.Shape[transposeB ? 1 : 0] != k)
            throw new ArgumentException(
                $"the product of {a.Shape}{(transposeA ? " transposed" : "")} and "
                    + $"{b.Shape}{(transposeB ? " transposed" : "")} needs equal inner extents.",
                nameof(b)
            );
        var y = a.Device.Uninitialized([m, n]);
        var (viewA, viewB) = (MatrixView.Of(a, transposeA), MatrixView.Of(b, transposeB));
        Product(viewA, viewB, y, m, n, k, adds: false, KernelCategory.MatrixForward);
        if (!a.Device.Tape.Records(a, b))
            return y;
        return a.Device.Tape.Record(
            y,
            () =>
            {
                // dA = dY·Bᵀ and dB = Aᵀ·dY. The gradient of a transposed operand is the transpose of these.
                var dy = MatrixView.Of(y.Gradient!);
                if (GradientTarget.TryOpen(a, out var da))
                {
                    if (transposeA)
                        Product(viewB, dy.Transpose(), da.Tensor, k, m, n, da.Adds, KernelCategory.InputGradient);
                    else
                        Product(dy, viewB.Transpose(), da.Tensor, m, k, n, da.Adds, KernelCategory.InputGradient);
                }
                if (GradientTarget.TryOpen(b, out var db))
                {
                    if (transposeB)
                        Product(dy.Transpose(), viewA, db.Tensor, n, k, m, db.Adds, KernelCategory.WeightGradient);
                    else
                        Product(viewA.Transpose(), dy, db.Tensor, k, n, m, db.Adds, KernelCategory.WeightGradient);
                }
            }
        );
    }

    /// <summary>
    /// activation(x·Wᵀ + b) in one pass, with <paramref name="x"/> (…, in), <paramref name="weight"/> (out, in),
    /// <paramref name="bias"/> (out) and a result (…, out).
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor bias, Activation activation = Activation.None)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(weight);
        ArgumentNullException.ThrowIfNull(bias);
        if (weight.Shape.Rank != 2)
            throw new ArgumentException(
                $"the weight has shape {weight.Shape}; Linear needs (out, in).",
                nameof(weight)
            );
        if (x.Shape.Rank < 1 || x.Shape[-1] != weight.Shape[1])
            throw new ArgumentException($"x is {x.Shape}; Linear needs (N, {weight.Shape[1]}).", nameof(x));
        if (bias.Shape != new Shape(weight.Shape[0]))
            throw new ArgumentException(
                $"the bias has shape {bias.Shape}; Linear needs ({weight.Shape[0]}).",
                nameof(bias)
            );
        return Fuse(new LinearOperation(x, weight, bias), activation);
    }

    private readonly struct LinearOperation(Tensor x, Tensor weight, Tensor bias) : IFusable
    {
        private readonly Tensor _x = x,
            _weight = weight,
            _bias = bias;

        public Tensor Run<TOp>(TOp activation)
            where TOp : unmanaged, IUnary
        {
            var (x, weight, bias) = (_x, _weight, _bias); // a closure cannot capture this
            int k = weight.Shape[1],
                n = weight.Shape[0],
                m = x.Shape.Product(0, x.Shape.Rank - 1);
            var y = x.Device.Uninitialized(x.Shape.With(-1, n));
            MatrixProductKernel.Multiply(
                x.Device,
                m,
                n,
                k,
                new MatrixView((nint)x.Data, k, false),
                MatrixView.Of(weight, transposed: true),
                y.Data,
                adds: false,
                new BiasActivation<TOp>(bias.Data, activation)
            );
            if (!x.Device.Tape.Records(x, weight, bias))
                return y;
            return x.Device.Tape.Record(
                y,
                () =>
                {
                    var dy = BeforeActivation(activation, y);
                    var outer = new MatrixView((nint)dy.Data, n, false);
                    if (GradientTarget.TryOpen(weight, out var dw))
                        Product(
                            outer.Transpose(),
                            new MatrixView((nint)x.Data, k, false),
                            dw.Tensor,
                            n,
                            k,
                            m,
                            dw.Adds,
                            KernelCategory.WeightGradient
                        );
                    if (GradientTarget.TryOpen(bias, out var db))
                        ReduceKernels.Sum(dy, db.Tensor, 1, m, n, adds: db.Adds);
                    if (GradientTarget.TryOpen(x, out var dx))
                        Product(
                            outer,
                            MatrixView.Of(weight),
                            dx.Tensor,
                            m,
                            k,
                            n,
                            dx.Adds,
                            KernelCategory.InputGradient
                        );
                }
            );
        }
    }

    private static void Product(
        MatrixView a,
        MatrixView b,
        Tensor y,
        int m,
        int n,
        int k,
        bool adds,
        KernelCategory category
    ) => MatrixProductKernel.Multiply(y.Device, m, n, k, a, b, y.Data, adds, default(NoEpilogue), category);
}
