namespace Elbo.Engine.Tests;

public class PointColumnsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 17)]
    [InlineData(10, 100)]
    [InlineData(33, 64)]
    public void Distances_and_kernels_are_those_of_double_precision_on_every_instruction_set(int dimensions, int count)
    {
        float[] points = Points(dimensions, count),
            point = Points(dimensions, count + 3)[^dimensions..];
        double[] squares =
        [
            .. Enumerable
                .Range(0, count)
                .Select(i =>
                    Enumerable
                        .Range(0, dimensions)
                        .Sum(d => Math.Pow((double)points[(i * dimensions) + d] - point[d], 2))
                ),
        ];
        foreach (string set in TestDevices.InstructionSets)
        {
            var columns = new PointColumns(points, dimensions, set);
            float[] result = new float[count];
            columns.SquaredDistances(point, 0, result);
            // A difference, a square and a sum for each dimension, each rounded to 2⁻²⁴.
            NumericAssert.Close(squares, result, 3e-7 * (dimensions + 2), set);
            columns.GaussianKernel(point, 0.03f, 0, result);
            NumericAssert.Close([.. squares.Select(s => Math.Exp(-0.03 * s))], result, 1e-6 * (dimensions + 2), set);
        }
    }

    [Fact]
    public void A_distance_does_not_depend_on_the_piece_it_is_asked_with()
    {
        float[] points = Points(7, 50);
        foreach (string set in TestDevices.InstructionSets)
        {
            var columns = new PointColumns(points, 7, set);
            float[] whole = new float[50],
                pieces = new float[50];
            columns.SquaredDistances(points.AsSpan(0, 7), 0, whole);
            for (int start = 0, length = 1; start < 50; start += length, length++)
                columns.SquaredDistances(
                    points.AsSpan(0, 7),
                    start,
                    pieces.AsSpan(start, Math.Min(length, 50 - start))
                );
            Assert.Equal(whole, pieces);
            Assert.Equal(0, whole[0]);
        }
    }

    [Fact]
    public void What_does_not_fit_is_named()
    {
        Assert.Contains(
            "got 7 numbers; points of 2 dimensions need a multiple",
            Assert.Throws<ArgumentException>(() => new PointColumns(new float[7], 2)).Message,
            StringComparison.Ordinal
        );
        var columns = new PointColumns(new float[8], 2);
        Assert.Contains(
            "the point has 3 dimensions",
            Assert.Throws<ArgumentException>(() => columns.SquaredDistances(new float[3], 0, new float[4])).Message,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "4 points from 1 on were asked for; there are 4",
            Assert.Throws<ArgumentException>(() => columns.SquaredDistances(new float[2], 1, new float[4])).Message,
            StringComparison.Ordinal
        );
    }

    private static float[] Points(int dimensions, int count)
    {
        var rng = new Rng((ulong)((dimensions * 1000) + count));
        return [.. Enumerable.Range(0, dimensions * count).Select(_ => rng.NextNormal())];
    }
}
