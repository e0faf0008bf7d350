using Elbo.Engine.Autograd;
using static Elbo.Engine.Tests.ReferenceMath;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    private static readonly (Shape A, Shape B)[] RowShapes =
    [
        ([1], [1]),
        ([37], [37]),
        ([3, 13], [3, 13]),
        ([2, 784], [2, 784]),
        ([5, 3, 13], [3, 13]),
        ([3, 13], [5, 3, 13]),
        ([4, 1], [1, 3]),
        ([2, 1, 3, 1, 5], [3, 4, 5]),
        ([100], [2, 100]),
        ([3, 0], [3, 0]),
    ];

    public static IEnumerable<OpCase> Densities()
    {
        IEnumerable<OpCase>[] families =
        [
            RowSums("CrossEntropyWithLogits(Tensor, Tensor)", -8, 8, 0, 1, Ops.CrossEntropyWithLogits, CrossEntropy),
            RowSums("SquaredError(Tensor, Tensor)", -2, 2, -2, 2, Ops.SquaredError, (a, b) => (a - b) * (a - b)),
            RowSums(
                "StandardNormalKl(Tensor, Tensor)",
                -2,
                2,
                0.1f,
                2,
                Ops.StandardNormalKl,
                (m, s) => 0.5 * (m * m + s * s - Math.Log(1e-8 + s * s) - 1)
            ),
            GaussianLogDensities(),
        ];
        return families.SelectMany(f => f);
    }

    private static double CrossEntropy(double logit, double target) => Softplus(logit) - logit * target;

    private static IEnumerable<OpCase> RowSums(
        string method,
        float lowA,
        float highA,
        float lowB,
        float highB,
        Func<Tensor, Tensor, Tensor> compute,
        Func<double, double, double> term
    )
    {
        foreach (var (a, b) in RowShapes)
            yield return Case(a, b, true, true);
        yield return Case([5, 3, 13], [3, 13], true, false);
        yield return Case([3, 13], [5, 3, 13], false, true);
        yield return Case([6, 13], [13], true, false);
        yield return Case([130, 100], [130, 100], true, true) with
        {
            IsLarge = true,
        };
        yield return Case([3, 50, 101], [50, 101], true, false) with
        {
            IsLarge = true,
        };
        yield return Unary(
            method,
            "of a tensor with itself",
            new([3, 13], 0.1f, 1),
            x => compute(x, x),
            x => DoubleTensor.Zip(x, x, term).Fold(-1, l => l.Sum())
        );

        OpCase Case(Shape a, Shape b, bool gradientA, bool gradientB) =>
            Binary(
                method,
                $"{a} with {b} {gradientA}, {gradientB}",
                new(a, lowA, highA, gradientA),
                new(b, lowB, highB, gradientB),
                compute,
                (x, y) => DoubleTensor.Zip(x, y, term).Fold(-1, l => l.Sum())
            );
    }

    private static IEnumerable<OpCase> GaussianLogDensities()
    {
        (Shape X, Shape Mean, Shape Deviation)[] shapes =
        [
            ([1], [1], [1]),
            ([37], [37], [37]),
            ([3, 13], [3, 13], [3, 13]),
            ([2, 784], [2, 784], [784]),
            ([5, 3, 13], [3, 13], [3, 13]),
            ([3, 13], [5, 3, 13], [5, 3, 13]),
            ([2, 4, 5], [5], [1]),
            ([5], [2, 1, 1, 3, 5], [4, 1, 1]),
        ];
        foreach (var (x, mean, deviation) in shapes)
        foreach (bool fixedX in new[] { true, false })
            yield return Case(x, mean, deviation, fixedX);
        yield return Case([70, 101], [70, 101], [70, 101], false) with
        {
            IsLarge = true,
        };
        yield return Case([50, 101], [3, 50, 101], [101], true) with
        {
            IsLarge = true,
        };

        static OpCase Case(Shape x, Shape mean, Shape deviation, bool fixedX) =>
            new(
                "GaussianLogDensity(Tensor, Tensor, Tensor)",
                $"{x} {mean} {deviation}{(fixedX ? " of fixed values" : "")}",
                [new(x, RequiresGradient: !fixedX), new(mean), new(deviation, 0.3f)],
                (_, t) => Ops.GaussianLogDensity(t[0], t[1], t[2]),
                d =>
                    DoubleTensor
                        .Zip(
                            d[0],
                            d[1],
                            d[2],
                            (v, m, s) => -0.5 * (Math.Log(2 * Math.PI) + (v - m) * (v - m) / (s * s)) - Math.Log(s)
                        )
                        .Fold(-1, l => l.Sum())
            );
    }
}
