using Elbo.Engine;
using Elbo.Projection;

namespace Elbo.Tests.Projection;

public class PcaTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Components_and_variances_are_those_of_the_reference()
    {
        using var golden = Golden.Open("clustering");
        var pca = Pca.Fit(golden.ReadFloats("points5d").Values, 5, 2);
        Golden.AssertNear(
            golden.ReadFloats("pca/explained_variance_ratio").Values,
            [.. pca.ExplainedVarianceRatio.Select(r => (float)r)]
        );
        Golden.AssertNear(
            golden.ReadFloats("pca/abs_components").Values,
            [.. pca.Components.SelectMany(c => c).Select(v => (float)Math.Abs(v))]
        );
    }

    [Fact]
    public void A_line_in_space_is_one_component()
    {
        // Points t·(1, −2, 2)/3 + (5, 5, 5): its largest entry is positive in the component, and t comes back without
        // its mean.
        float[] points =
        [
            .. Enumerable.Range(0, 9).SelectMany(t => (float[])[5 + (t / 3f), 5 - (2 * t / 3f), 5 + (2 * t / 3f)]),
        ];
        var pca = Pca.Fit(points, 3, 2);
        Assert.Equal(1, pca.ExplainedVarianceRatio[0], 6);
        Assert.Equal(0, pca.ExplainedVarianceRatio[1], 6);
        Assert.Equal(2 / 3.0, pca.Components[0].MaxBy(Math.Abs), 6);
        float[] projected = pca.Project(points);
        double sign = Math.Sign(projected[16]);
        for (int t = 0; t < 9; t++)
        {
            Assert.Equal(sign * (t - 4), projected[2 * t], 5);
            Assert.Equal(0, projected[(2 * t) + 1], 5);
        }
    }

    [Fact]
    public void Components_are_orthonormal_and_their_shares_sum_to_one()
    {
        var rng = new Rng(3);
        float[] points = [.. Enumerable.Range(0, 600).Select(i => rng.NextNormal() * (1 + (i % 6)))];
        var pca = Pca.Fit(points, 6, 6);
        Assert.Equal(1, pca.ExplainedVarianceRatio.Sum(), 9);
        Assert.Equal(pca.ExplainedVarianceRatio.OrderDescending(), pca.ExplainedVarianceRatio);
        for (int a = 0; a < 6; a++)
        for (int b = 0; b <= a; b++)
            Assert.Equal(a == b ? 1 : 0, pca.Components[a].Zip(pca.Components[b], (x, y) => x * y).Sum(), 9);
    }

    [Fact]
    public void Points_all_in_one_place_have_no_variance_to_explain()
    {
        var pca = Pca.Fit([1, 2, 1, 2, 1, 2], 2, 2);
        Assert.Equal([0, 0], pca.ExplainedVarianceRatio);
        Assert.Equal(new float[6], pca.Project([1, 2, 1, 2, 1, 2]));
    }

    [Fact]
    public void What_has_no_components_is_refused()
    {
        Assert.StartsWith(
            "got 5 numbers; points of 2 dimensions need a multiple of that.",
            Assert.Throws<ArgumentException>(() => Pca.Fit(new float[5], 2, 1)).Message
        );
        Assert.StartsWith(
            "got 1 points; a projection needs at least 2.",
            Assert.Throws<ArgumentException>(() => Pca.Fit(new float[2], 2, 1)).Message
        );
        Assert.StartsWith(
            "3 components of points of 2 dimensions were asked for;",
            Assert.Throws<ArgumentException>(() => Pca.Fit(new float[4], 2, 3)).Message
        );
        Assert.StartsWith(
            "coordinate 2 of point 1 is NaN;",
            Assert.Throws<ArgumentException>(() => Pca.Fit([0, 0, 0, float.NaN], 2, 1)).Message
        );
    }
}
