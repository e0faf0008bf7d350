using Elbo.Engine;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Tests.Figures;

public class ConvexHullTests
{
    [Fact]
    public void A_square_has_four_corners_whatever_lies_on_it_and_in_it()
    {
        Point[] points =
        [
            new(2, 2),
            new(0, 0),
            new(1, 0),
            new(2, 0),
            new(1, 1),
            new(0, 2),
            new(0, 2),
            new(2, 1),
            new(double.NaN, 9),
        ];
        Assert.Equal([new(0, 0), new(2, 0), new(2, 2), new(0, 2)], ConvexHull.Of(points));
    }

    [Fact]
    public void All_points_lie_to_the_left_of_every_edge()
    {
        var rng = new Rng(3);
        Point[] points = [.. Enumerable.Range(0, 500).Select(_ => new Point(rng.NextNormal(), rng.NextNormal()))];
        var hull = ConvexHull.Of(points);
        Assert.InRange(hull.Length, 5, 60);
        for (int i = 0; i < hull.Length; i++)
        {
            Point a = hull[i],
                b = hull[(i + 1) % hull.Length];
            Assert.All(points, p => Assert.True(((b.X - a.X) * (p.Y - a.Y)) - ((b.Y - a.Y) * (p.X - a.X)) >= -1e-12));
            Assert.Contains(a, points);
        }
    }

    [Fact]
    public void Few_points_are_their_own_hull()
    {
        Assert.Empty(ConvexHull.Of([]));
        Assert.Equal([new(1, 2)], ConvexHull.Of([new(1, 2)]));
        Assert.Equal([new(1, 2)], ConvexHull.Of([new(1, 2), new(1, 2)]));
        Assert.Equal([new(0, 0), new(3, 3)], ConvexHull.Of([new(1, 1), new(3, 3), new(0, 0), new(2, 2)]));
    }
}
