using Elbo.Engine;
using Elbo.Projection;
using Elbo.Studio.Pages.Explore;

namespace Elbo.Studio.Tests.Explore;

public class LatentPlaneTests
{
    private const int Dimensions = 5;

    private static readonly float[] Codes = Normal(60 * Dimensions);

    [Fact]
    public void Of_two_dimensions_a_position_is_its_code()
    {
        var plane = LatentPlane.Of([0, 1, 2, 3], 2, null);
        Assert.Equal([1.25f, -3.5f], plane.CodeAt(1.25f, -3.5f, [9, 9]));
        Assert.Equal((1.25f, -3.5f), plane.PlaceOf([1.25f, -3.5f]));
    }

    [Fact]
    public void By_PCA_the_code_of_a_position_lies_there_and_keeps_the_rest_of_the_selected_image()
    {
        var pca = Pca.Fit(Codes, Dimensions, Dimensions);
        var plane = LatentPlane.Of(Codes, Dimensions, Project(ProjectionMethod.Pca));
        var near = Codes.AsSpan(3 * Dimensions, Dimensions);
        float[] moved = plane.CodeAt(0.75f, -2, near);
        var (x, y) = plane.PlaceOf(moved);
        // Numbers of 32 bits: a few units of the last of 24 bits.
        Assert.Equal(0.75, x, 1e-5);
        Assert.Equal(-2, y, 1e-5);
        float[] before = pca.Project(near),
            after = pca.Project(moved);
        for (int k = 2; k < Dimensions; k++)
            Assert.Equal(before[k], after[k], 1e-5);
    }

    [Fact]
    public void By_PCA_the_place_of_an_image_stands_for_its_code()
    {
        var plane = LatentPlane.Of(Codes, Dimensions, Project(ProjectionMethod.Pca));
        var code = Codes.AsSpan(7 * Dimensions, Dimensions);
        var (x, y) = plane.PlaceOf(code);
        float[] back = plane.CodeAt(x, y, code);
        for (int d = 0; d < Dimensions; d++)
            Assert.Equal(code[d], back[d], 1e-6);
    }

    [Fact]
    public void By_tSNE_a_point_stands_for_its_code_and_a_place_between_for_a_mean()
    {
        var projection = Project(ProjectionMethod.Tsne);
        var plane = LatentPlane.Of(Codes, Dimensions, projection);
        float[] at = projection.Coordinates;
        for (int i = 0; i < 60; i += 13)
        {
            var code = Codes.AsSpan(i * Dimensions, Dimensions).ToArray();
            Assert.Equal(code, plane.CodeAt(at[2 * i], at[(2 * i) + 1], []));
            Assert.Equal((at[2 * i], at[(2 * i) + 1]), plane.PlaceOf(code));
        }
        float[] between = plane.CodeAt((at[0] + at[2]) / 2, (at[1] + at[3]) / 2, []);
        Assert.All(between, value => Assert.InRange(value, Codes.Min(), Codes.Max()));
        Assert.Contains("no inverse", plane.Note);
    }

    [Fact]
    public void By_tSNE_the_nearest_point_counts_most()
    {
        // Two points at distances 1 and 3: weights 1 and 1/9.
        var plane = LatentPlane.Of([0, 10], 1, new PlaneProjection([0, 0, 4, 0], ["a", "b"], "t-SNE", ""));
        Assert.Equal(10 * (1.0 / 9) / (1 + (1.0 / 9)), plane.CodeAt(1, 0, [])[0], 1e-6);
    }

    [Fact]
    public void A_cancelled_tSNE_ends()
    {
        using var source = new CancellationTokenSource();
        source.Cancel();
        Assert.Throws<OperationCanceledException>(() =>
            PlaneProjection.Create(
                ProjectionMethod.Tsne,
                Codes,
                Dimensions,
                new TSneOptions { Perplexity = 10 },
                0,
                null,
                source.Token
            )
        );
    }

    private static PlaneProjection Project(ProjectionMethod method) =>
        PlaneProjection.Create(method, Codes, Dimensions, new TSneOptions { Perplexity = 10, Iterations = 60 });

    private static float[] Normal(int count)
    {
        var rng = new Rng(5);
        return [.. Enumerable.Range(0, count).Select(_ => (float)rng.NextNormal())];
    }
}
