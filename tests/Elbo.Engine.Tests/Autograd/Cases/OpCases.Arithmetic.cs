using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    private static readonly (Shape A, Shape B)[] BroadcastShapes =
    [
        ([], []),
        ([13], [13]),
        ([784], [784]),
        ([], [3, 3]),
        ([100], [1]),
        ([3, 13], [13]),
        ([13], [3, 13]),
        ([37, 1], [1, 13]),
        ([3], [1, 1, 3]),
        ([1, 3], [3]),
        ([100, 1], [100, 3]),
        ([2, 3, 1, 5, 1], [4, 1, 7]),
        ([5, 1, 3], [1, 4, 1]),
        ([2, 1, 3, 1, 2], [2, 4, 3, 5, 2]),
        ([3, 0], [3, 1]),
        ([2, 1, 1], [0, 1]),
    ];

    private static readonly (Shape A, Shape B)[] LargeBroadcastShapes =
    [
        ([40, 1001], [40, 1001]),
        ([40, 1001], [1001]),
        ([40, 1], [40, 1001]),
        ([7, 1, 3, 37, 1], [1, 13, 1, 1, 11]),
    ];

    public static IEnumerable<OpCase> Arithmetic()
    {
        IEnumerable<OpCase>[] families =
        [
            Zip("Add(Tensor, Tensor)", Ops.Add, (a, b) => a + b),
            Zip("Subtract(Tensor, Tensor)", Ops.Subtract, (a, b) => a - b),
            Zip("Multiply(Tensor, Tensor)", Ops.Multiply, (a, b) => a * b),
            Zip("Divide(Tensor, Tensor)", Ops.Divide, (a, b) => a / b),
            BroadcastTo(),
            Less(),
        ];
        return families.SelectMany(f => f);
    }

    private static IEnumerable<OpCase> Zip(
        string method,
        Func<Tensor, Tensor, Tensor> compute,
        Func<double, double, double> f
    )
    {
        // The second operand stays away from 0, for division.
        foreach (var (a, b) in BroadcastShapes)
            yield return Binary(
                method,
                $"{a} with {b}",
                new(a),
                new(b, 0.5f),
                compute,
                (x, y) => DoubleTensor.Zip(x, y, f)
            );
        foreach (var (a, b) in LargeBroadcastShapes)
            yield return Binary(
                method,
                $"large {a} with {b}",
                new(a),
                new(b, 0.5f),
                compute,
                (x, y) => DoubleTensor.Zip(x, y, f)
            ) with
            {
                IsLarge = true,
            };
        yield return Binary(
            method,
            "of which the second takes no gradient",
            new([3, 13]),
            new([13], 0.5f, 2, RequiresGradient: false),
            compute,
            (x, y) => DoubleTensor.Zip(x, y, f)
        );
        yield return Binary(
            method,
            "of which the first takes no gradient",
            new([3, 1], RequiresGradient: false),
            new([3, 13], 0.5f),
            compute,
            (x, y) => DoubleTensor.Zip(x, y, f)
        );
        yield return Unary(
            method,
            "of a tensor with itself",
            new([3, 13], 0.5f),
            x => compute(x, x),
            x => DoubleTensor.Zip(x, x, f)
        ) with
        {
            Floor = 1e-6, // the gradients of x − x and x / x cancel
        };
        yield return Unary(
            method,
            "of a column and its row",
            new([13, 1], 0.5f),
            x => compute(x, Ops.Reshape(x, [1, 13])),
            x => DoubleTensor.Zip(x, x.Reshape([1, 13]), f)
        );
        yield return Unary(
            method,
            "of an intermediate result with itself",
            new([37], 0.5f),
            x =>
            {
                var s = Ops.Square(x);
                return compute(compute(s, x), s);
            },
            x => DoubleTensor.Zip(DoubleTensor.Zip(x.Map(v => v * v), x, f), x.Map(v => v * v), f)
        );
    }

    /// <summary>A step function, of which there is no gradient.</summary>
    private static IEnumerable<OpCase> Less()
    {
        foreach (var (a, b) in BroadcastShapes)
            yield return Case(a, b, "");
        yield return Case([40, 1001], [1001], "large ") with
        {
            IsLarge = true,
        };

        static OpCase Case(Shape a, Shape b, string detail) =>
            Binary(
                "Less(Tensor, Tensor)",
                $"{detail}{a} with {b}",
                new(a, RequiresGradient: false),
                new(b, RequiresGradient: false),
                Ops.Less,
                (x, y) => DoubleTensor.Zip(x, y, (v, w) => v < w ? 1 : 0)
            );
    }

    private static IEnumerable<OpCase> BroadcastTo()
    {
        (Shape From, Shape To)[] shapes =
        [
            ([], [3, 5]),
            ([13], [13]),
            ([13], [4, 13]),
            ([3, 1], [3, 37]),
            ([1, 3], [1, 1, 3]),
            ([2, 1, 1, 3, 1], [2, 3, 4, 3, 5]),
            ([1], [0, 3]),
        ];
        foreach (var (from, to) in shapes)
            yield return Case(from, to);
        yield return Case([41, 1], [41, 1001]) with
        {
            IsLarge = true,
        };

        static OpCase Case(Shape from, Shape to) =>
            Unary(
                "BroadcastTo(Tensor, Shape)",
                $"{from} to {to}",
                new(from),
                x => Ops.BroadcastTo(x, to),
                x => DoubleTensor.Of(to, i => x.At(i))
            );
    }
}
