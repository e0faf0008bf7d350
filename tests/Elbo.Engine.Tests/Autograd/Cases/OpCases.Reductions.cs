using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    private static readonly Shape[] ReducedShapes =
    [
        [1],
        [37],
        [784],
        [5000],
        [3, 13],
        [13, 1],
        [2, 3, 37],
        [3, 1, 2, 5],
        [2, 3, 1, 4, 5],
        [2, 5000],
        [100, 20],
    ];

    public static IEnumerable<OpCase> Reductions()
    {
        IEnumerable<OpCase>[] families =
        [
            Whole("Sum(Tensor)", Ops.Sum, v => v.Sum()),
            Whole("Mean(Tensor)", Ops.Mean, v => v.Average()),
            Along("Sum(Tensor, Int32)", ReducedShapes, Ops.Sum, v => v.Sum()),
            Along("Mean(Tensor, Int32)", ReducedShapes, Ops.Mean, v => v.Average()),
            Along("Max(Tensor, Int32)", ReducedShapes, Ops.Max, v => v.Max()),
            Along(
                "Sum(Tensor, Int32)",
                [
                    [0],
                    [3, 0],
                    [0, 3],
                    [2, 3, 0],
                ],
                Ops.Sum,
                v => v.Sum()
            ),
        ];
        return families.SelectMany(f => f);
    }

    private static IEnumerable<OpCase> Whole(string method, Func<Tensor, Tensor> compute, Func<double[], double> fold)
    {
        foreach (Shape shape in new Shape[] { [], [1], [13], [3, 37], [2, 3, 1, 4, 5], [784], [5000], [4096], [4097] })
            yield return Unary(
                method,
                $"{shape}",
                new(shape, -0.5f, 1),
                compute,
                x => DoubleTensor.Scalar(fold(x.Values))
            );
        yield return Unary(
            method,
            "large",
            new(LargeShape, -0.5f, 1),
            compute,
            x => DoubleTensor.Scalar(fold(x.Values))
        ) with
        {
            IsLarge = true,
        };
    }

    /// <summary>Every axis, once counted from the front and once from the end.</summary>
    private static IEnumerable<OpCase> Along(
        string method,
        Shape[] shapes,
        Func<Tensor, int, Tensor> compute,
        Func<double[], double> fold
    )
    {
        foreach (var shape in shapes)
            for (int axis = -shape.Rank; axis < shape.Rank; axis += shape.Rank < 3 ? 1 : 2)
                yield return Case(shape, axis);
        foreach (
            var (shape, axis) in new (Shape, int)[]
            {
                ([37, 1001], 0),
                ([37, 1001], 1),
                ([20, 33, 50], 1),
                ([3, 20_000], 1),
            }
        )
            if (shapes.Contains(ReducedShapes[0]))
                yield return Case(shape, axis) with
                {
                    IsLarge = true,
                };

        OpCase Case(Shape shape, int axis) =>
            Unary(method, $"{shape} axis {axis}", new(shape, -0.5f, 1), x => compute(x, axis), x => x.Fold(axis, fold));
    }
}
