using Elbo.Engine.Autograd;
using static Elbo.Engine.Tests.ReferenceMath;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    private static readonly (Shape Shape, int Axis)[] SoftmaxShapes =
    [
        ([1], 0),
        ([13], -1),
        ([37], 0),
        ([784], -1),
        ([3, 13], -1),
        ([3, 13], 0),
        ([5, 100], 1),
        ([2, 3, 37], 0),
        ([2, 3, 37], 1),
        ([2, 3, 37], 2),
        ([2, 3, 1, 4, 5], 1),
        ([2, 3, 1, 4, 5], 2),
        ([2, 3, 1, 4, 5], -2),
        ([2, 3, 1, 4, 5], -1),
        ([0, 3], -1),
    ];

    public static IEnumerable<OpCase> Softmax()
    {
        IEnumerable<OpCase>[] families =
        [
            Lines("Softmax(Tensor, Int32)", Ops.Softmax, (x, axis) => x.MapLines(axis, SoftmaxOf)),
            Lines("LogSoftmax(Tensor, Int32)", Ops.LogSoftmax, (x, axis) => x.MapLines(axis, LogSoftmaxOf)),
            Lines("LogSumExp(Tensor, Int32)", Ops.LogSumExp, (x, axis) => x.Fold(axis, LogSumExp)),
            Lines(
                "LogMeanExp(Tensor, Int32)",
                Ops.LogMeanExp,
                (x, axis) => x.Fold(axis, l => LogSumExp(l) - Math.Log(l.Length))
            ),
        ];
        return families.SelectMany(f => f);
    }

    private static double[] LogSoftmaxOf(double[] line)
    {
        double normalizer = LogSumExp(line);
        return [.. line.Select(v => v - normalizer)];
    }

    private static double[] SoftmaxOf(double[] line) => [.. LogSoftmaxOf(line).Select(Math.Exp)];

    private static IEnumerable<OpCase> Lines(
        string method,
        Func<Tensor, int, Tensor> compute,
        Func<DoubleTensor, int, DoubleTensor> reference
    )
    {
        foreach (var (shape, axis) in SoftmaxShapes)
            yield return Case(shape, axis, "", -3, 3);
        yield return Case([4, 13], -1, " far from 0", 1000, 1008);
        yield return Case([4, 13], -1, " far apart", -100, 100);
        yield return Case([37, 101], -1, " large", -3, 3) with
        {
            IsLarge = true,
        };
        yield return Case([30, 12, 31], 1, " large", -3, 3) with
        {
            IsLarge = true,
        };

        OpCase Case(Shape shape, int axis, string detail, float low, float high) =>
            Unary(
                method,
                $"{shape} axis {axis}{detail}",
                new(shape, low, high),
                x => compute(x, axis),
                x => reference(x, axis)
            ) with
            {
                // Near 1000 the logarithm of a sum has 6e-5 to the next float, which its gradient exp(x − y) takes
                // over.
                Tolerance = low > 500 ? 1e-4 : 5e-6,
                // A saturated softmax leaves gradients that nearly cancel: what remains is the rounding of terms of the
                // size of 1.
                Floor = high > 50 ? 5e-7 : 0,
            };
    }
}
