using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Tests.Neighbours;

public class KdTreeTests
{
    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(1, 200, 5)]
    [InlineData(2, 1000, 1)]
    [InlineData(2, 1000, 40)]
    [InlineData(7, 600, 12)]
    [InlineData(30, 300, 299)]
    public void The_nearest_are_those_of_looking_at_all(int dimensions, int count, int near)
    {
        float[] points = Points(count, dimensions);
        var tree = new KdTree(points, dimensions);
        int[] neighbours = new int[near];
        double[] squares = new double[near];
        for (int i = 0; i < count; i += 13)
        {
            tree.Nearest(points.AsSpan(i * dimensions, dimensions), i, neighbours, squares);
            int[] expected =
            [
                .. Enumerable
                    .Range(0, count)
                    .Where(j => j != i)
                    .OrderBy(j => Square(points, i, j, dimensions))
                    .ThenBy(j => j)
                    .Take(near),
            ];
            Assert.Equal(expected, neighbours);
            Assert.Equal(expected.Select(j => Square(points, i, j, dimensions)), squares);
        }
    }

    [Fact]
    public void Neighbours_are_the_nearest_in_order_and_the_first_of_equals()
    {
        int[] neighbours = new int[4];
        double[] squares = new double[4];
        new KdTree([0, 1, 3, 3, 7, -2, 1], 1).Nearest([1], 1, neighbours, squares);
        Assert.Equal([6, 0, 2, 3], neighbours);
        Assert.Equal([0, 1, 4, 4], squares);
    }

    [Theory]
    [InlineData(1, 200, 0.1)]
    [InlineData(2, 1000, 0.5)]
    [InlineData(7, 600, 2.5)]
    [InlineData(2, 50, 1000)]
    public void A_ball_has_all_points_near_enough_and_no_other(int dimensions, int count, double radius)
    {
        float[] points = Points(count, dimensions);
        var tree = new KdTree(points, dimensions);
        for (int i = 0; i < count; i += 17)
        {
            var found = new Collector([]);
            tree.Visit(points.AsSpan(i * dimensions, dimensions), radius * radius, ref found);
            Assert.Equal(
                Enumerable.Range(0, count).Where(j => Square(points, i, j, dimensions) <= radius * radius),
                found.Positions.Select(position => tree.Order[position]).Order()
            );
        }
    }

    [Fact]
    public void Points_all_in_one_place_are_no_obstacle()
    {
        float[] points = new float[2 * 5000];
        var tree = new KdTree(points, 2);
        int[] neighbours = new int[3];
        tree.Nearest([0, 0], 1, neighbours, new double[3]);
        Assert.Equal([0, 2, 3], neighbours);
    }

    [Fact]
    public void Without_points_nothing_is_found()
    {
        var found = new Collector([]);
        new KdTree([], 3).Visit([0, 0, 0], 100, ref found);
        Assert.Empty(found.Positions);
    }

    /// <summary>Normal coordinates on a coarse lattice, so that many distances are equal.</summary>
    private static float[] Points(int count, int dimensions)
    {
        var rng = new Rng((ulong)(count + dimensions));
        return [.. Enumerable.Range(0, count * dimensions).Select(_ => MathF.Round(8 * rng.NextNormal()) / 8)];
    }

    private static double Square(float[] points, int a, int b, int dimensions)
    {
        double sum = 0;
        for (int d = 0; d < dimensions; d++)
            sum += Math.Pow((double)points[(a * dimensions) + d] - points[(b * dimensions) + d], 2);
        return sum;
    }

    private readonly struct Collector(List<int> positions) : IBallVisitor
    {
        public List<int> Positions { get; } = positions;

        public bool Skips(int node) => false;

        public bool Visit(int position, double squaredDistance)
        {
            Positions.Add(position);
            return true;
        }
    }
}
