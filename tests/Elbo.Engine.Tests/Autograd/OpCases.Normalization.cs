using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

internal static partial class OpCases
{
    public static IEnumerable<OpCase> Normalization()
    {
        foreach (Shape shape in new Shape[] { [13], [3, 13], [2, 3, 37], [5, 100], [2, 784], [2, 3, 1, 4, 5], [4, 1], [0, 3], [3, 0] }) yield return LayerNorm(shape, 1e-5f);
        yield return LayerNorm([3, 13], 0.1f);
        yield return LayerNorm([70, 100], 1e-5f) with { IsLarge = true };
    }

    private static OpCase LayerNorm(Shape shape, float epsilon) => new("LayerNorm(Tensor, Tensor, Tensor, Single)", $"{shape} ε {epsilon}", [new(shape), new([shape[-1]]), new([shape[-1]])],
        (_, t) => Ops.LayerNorm(t[0], t[1], t[2], epsilon),
        d => DoubleTensor.Zip(d[0].MapLines(-1, line => Normalized(line, epsilon)), d[1], d[2], (x, w, b) => x * w + b));

    private static double[] Normalized(double[] line, double epsilon)
    {
        double mean = line.Average(), variance = line.Average(v => (v - mean) * (v - mean));
        return [.. line.Select(v => (v - mean) / Math.Sqrt(variance + epsilon))];
    }
}
