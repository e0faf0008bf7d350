using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

internal static partial class OpCases
{
    private const ulong Seed = 5;

    public static IEnumerable<OpCase> Random()
    {
        foreach (
            Shape shape in new Shape[] { [], [3], [13], [63], [64], [65], [2, 3, 1, 4, 5], [784], [0], LargeShape }
        )
        {
            bool large = shape == LargeShape;
            yield return new OpCase(
                "RandomUniform(Device, Shape, Rng)",
                $"{shape}",
                [],
                (d, _) => Ops.RandomUniform(d, shape, new Rng(Seed)),
                _ => Elements(shape, UniformAt)
            ) with
            {
                IsLarge = large,
            };
            yield return new OpCase(
                "RandomNormal(Device, Shape, Rng)",
                $"{shape}",
                [],
                (d, _) => Ops.RandomNormal(d, shape, new Rng(Seed)),
                _ => Elements(shape, NormalAt)
            ) with
            {
                IsLarge = large,
            };
            yield return new OpCase(
                "RandomBernoulli(Device, Shape, Single, Rng, Single)",
                $"{shape}",
                [],
                (d, _) => Ops.RandomBernoulli(d, shape, 0.3f, new Rng(Seed), 2.5f),
                _ => Elements(shape, i => UniformAt(i) < 0.3f ? 2.5 : 0)
            ) with
            {
                IsLarge = large,
            };
            yield return Unary(
                "Dropout(Tensor, Single, Rng)",
                $"{shape}",
                new(shape),
                x => Ops.Dropout(x, 0.25f, new Rng(Seed)),
                x => new DoubleTensor(shape, [.. x.Values.Select((v, i) => UniformAt(i) < 0.75f ? v / 0.75 : 0)])
            ) with
            {
                IsLarge = large,
            };
        }
        yield return Unary(
            "Dropout(Tensor, Single, Rng)",
            "of rate 0",
            new([13]),
            x => Ops.Dropout(x, 0, new Rng(Seed)),
            x => x
        );
    }

    private static DoubleTensor Elements(Shape shape, Func<int, double> element) =>
        new(shape, [.. Enumerable.Range(0, shape.Count).Select(element)]);

    /// <summary>
    /// The 32 random bits of an element in a generator's first draw: elements come in groups of 64, and counter c of
    /// the group gives elements c, c + 16, c + 32 and c + 48.
    /// </summary>
    private static uint BitsAt(int element)
    {
        var block = PhiloxBlock.Compute(Seed, (uint)(element / 64 * 16 + element % 16), 0, 0, 0);
        return (element % 64 / 16) switch
        {
            0 => block.R0,
            1 => block.R1,
            2 => block.R2,
            _ => block.R3,
        };
    }

    private static double UniformAt(int element) => (BitsAt(element) >> 8) / (double)(1 << 24);

    /// <summary>Box and Muller's transform of an element and the one 16 further on or back.</summary>
    private static double NormalAt(int element)
    {
        bool second = element / 16 % 2 == 1;
        int first = second ? element - 16 : element;
        double radius = Math.Sqrt(-2 * Math.Log(1 - UniformAt(first))),
            angle = 2 * Math.PI * UniformAt(first + 16);
        return radius * (second ? Math.Sin(angle) : Math.Cos(angle));
    }
}
