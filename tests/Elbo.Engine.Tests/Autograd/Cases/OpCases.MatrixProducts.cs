using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    public static IEnumerable<OpCase> MatrixProducts()
    {
        (int M, int K, int N)[] sizes =
        [
            (1, 1, 1),
            (3, 13, 37),
            (13, 1, 3),
            (37, 13, 1),
            (1, 100, 13),
            (5, 784, 3),
            (3, 0, 5),
            (0, 3, 5),
            (5, 3, 0),
        ];
        foreach (var (m, k, n) in sizes)
        foreach (bool transposeA in new[] { false, true })
        foreach (bool transposeB in new[] { false, true })
            yield return MatMul(m, k, n, transposeA, transposeB);
        yield return MatMul(100, 64, 90, false, false) with
        {
            IsLarge = true,
        };
        yield return MatMul(33, 300, 120, true, true) with
        {
            IsLarge = true,
        };
        yield return Unary(
            "MatMul(Tensor, Tensor, Boolean, Boolean)",
            "of a matrix with its transpose",
            new([13, 5]),
            x => Ops.MatMul(x, x, transposeB: true),
            x => DoubleTensor.Product(x, x.Transpose())
        );
        yield return Unary(
            "MatMul(Tensor, Tensor, Boolean, Boolean)",
            "of a matrix with itself",
            new([13, 13]),
            x => Ops.MatMul(x, x),
            x => DoubleTensor.Product(x, x)
        );

        foreach (var activation in Enum.GetValues<Activation>())
        {
            foreach (Shape x in new Shape[] { [13], [1, 3], [3, 37], [2, 3, 1, 2, 13], [5, 100] })
                yield return Linear(x, 13, activation);
            yield return Linear([65, 100], 70, activation) with
            {
                IsLarge = true,
            };
        }
        yield return Linear([3, 784], 1, Activation.Elu);
        yield return Linear([0, 3], 5, Activation.Tanh);
        yield return Linear([3, 0], 5, Activation.Tanh);
        yield return Linear([40, 90], 100, Activation.Tanh) with
        {
            IsLarge = true,
        };
        yield return new(
            "Linear(Tensor, Tensor, Tensor, Activation)",
            "where only the bias takes a gradient",
            [new([3, 5], RequiresGradient: false), new([4, 5], RequiresGradient: false), new([4])],
            (_, t) => Ops.Linear(t[0], t[1], t[2], Activation.Tanh),
            d => LinearReference(d[0], d[1], d[2], Activation.Tanh)
        );
        yield return new(
            "Linear(Tensor, Tensor, Tensor, Activation)",
            "twice with the same weight",
            [new([3, 5]), new([5, 5]), new([5])],
            (_, t) => Ops.Linear(Ops.Linear(t[0], t[1], t[2], Activation.Elu), t[1], t[2], Activation.Sigmoid),
            d => LinearReference(LinearReference(d[0], d[1], d[2], Activation.Elu), d[1], d[2], Activation.Sigmoid)
        );
    }

    private static OpCase MatMul(int m, int k, int n, bool transposeA, bool transposeB) =>
        Binary(
            "MatMul(Tensor, Tensor, Boolean, Boolean)",
            $"({m}, {k}){(transposeA ? "ᵀ" : "")} × ({k}, {n}){(transposeB ? "ᵀ" : "")}",
            new(transposeA ? [k, m] : [m, k]),
            new(transposeB ? [n, k] : [k, n]),
            (a, b) => Ops.MatMul(a, b, transposeA, transposeB),
            (a, b) => DoubleTensor.Product(transposeA ? a.Transpose() : a, transposeB ? b.Transpose() : b)
        );

    private static OpCase Linear(Shape x, int outputs, Activation activation) =>
        new(
            "Linear(Tensor, Tensor, Tensor, Activation)",
            $"{activation} {x} to {outputs}",
            [new(x, -1, 1), new([outputs, x[-1]], -0.5f, 0.5f), new([outputs])],
            (_, t) => Ops.Linear(t[0], t[1], t[2], activation),
            d => LinearReference(d[0], d[1], d[2], activation)
        );

    private static DoubleTensor LinearReference(
        DoubleTensor x,
        DoubleTensor weight,
        DoubleTensor bias,
        Activation activation
    )
    {
        int inputs = weight.Shape[1],
            outputs = weight.Shape[0];
        int rows = 1;
        for (int i = 0; i < x.Shape.Rank - 1; i++)
            rows *= x.Shape[i];
        var product = DoubleTensor.Product(x.Reshape([rows, inputs]), weight.Transpose());
        return DoubleTensor
            .Zip(product, bias, (p, b) => Activated(p + b, activation))
            .Reshape(x.Shape.With(-1, outputs));
    }
}
