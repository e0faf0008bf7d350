using Elbo.Clustering;
using Elbo.Engine;

namespace Elbo.Tests.Clustering;

public class NeighbourDistancesTests
{
    [Fact]
    public void With_many_dimensions_all_distances_are_computed_and_the_kth_is_taken()
    {
        const int Dimensions = 70,
            Count = 60;
        var rng = new Rng(3);
        float[] points = [.. Enumerable.Range(0, Count * Dimensions).Select(_ => rng.NextNormal())];
        double[] found = NeighbourDistances.Of(points, Dimensions, neighbour: 4, threads: 2);
        for (int i = 0; i < Count; i++)
        {
            double[] others =
            [
                .. Enumerable
                    .Range(0, Count)
                    .Where(j => j != i)
                    .Select(j =>
                        Math.Sqrt(
                            Enumerable
                                .Range(0, Dimensions)
                                .Sum(d =>
                                    Math.Pow((double)points[(i * Dimensions) + d] - points[(j * Dimensions) + d], 2)
                                )
                        )
                    )
                    .Order(),
            ];
            Assert.Equal(others[3], found[i], 1e-5);
        }
    }
}
