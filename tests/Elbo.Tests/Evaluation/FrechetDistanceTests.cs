using CsCheck;
using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class FrechetDistanceTests
{
    /// <summary>Two sets of 2 to 12 points in up to 6 dimensions: many covariances are singular.</summary>
    private static readonly Gen<(int Dimensions, float[] A, float[] B)> Sets = Gen.Select(
            Gen.Int[1, 6],
            Gen.Int[2, 12],
            Gen.Int[2, 12]
        )
        .SelectMany(
            (dimensions, a, b) =>
                Gen.Select(
                    Gen.Float[-1, 1].Array[a * dimensions],
                    Gen.Float[-1, 1].Array[b * dimensions],
                    (x, y) => (dimensions, x, y)
                )
        );

    [Theory]
    [Trait("Category", "Reference")]
    [InlineData("frechet", 6)]
    [InlineData("frechet_singular", 8)]
    public void The_distance_is_that_of_the_matrix_square_root(string name, int dimensions)
    {
        using var golden = Golden.Open("evaluation");
        float expected = golden.ReadFloats($"{name}/distance").Values[0];
        double distance = FrechetDistance.Between(
            golden.ReadFloats($"{name}/a").Values,
            golden.ReadFloats($"{name}/b").Values,
            dimensions
        );
        // The root of a singular matrix is exact to 1e-8 at best, and the reference is rounded to float32.
        Assert.Equal(expected, distance, 1e-6 * expected);
    }

    [Fact]
    public void A_set_has_no_distance_from_itself_in_any_order() =>
        Sets.Sample(
            sets =>
            {
                Assert.InRange(FrechetDistance.Between(sets.A, sets.A, sets.Dimensions), 0, 1e-12);
                float[] turned = [.. sets.A.Chunk(sets.Dimensions).Reverse().SelectMany(point => point)];
                // The order of summation changes the moments by rounding errors of doubles.
                Assert.InRange(FrechetDistance.Between(sets.A, turned, sets.Dimensions), 0, 1e-7);
            },
            iter: 200
        );

    [Fact]
    public void The_distance_is_symmetric_and_not_negative() =>
        Sets.Sample(
            sets =>
            {
                double distance = FrechetDistance.Between(sets.A, sets.B, sets.Dimensions);
                Assert.True(distance >= 0);
                Assert.Equal(distance, FrechetDistance.Between(sets.B, sets.A, sets.Dimensions), 1e-7);
            },
            iter: 200
        );

    [Fact]
    public void In_one_dimension_it_is_the_difference_of_means_and_deviations()
    {
        // Means 1 and 13, unbiased standard deviations √2 and √18.
        double expected = Math.Pow(1 - 13, 2) + Math.Pow(Math.Sqrt(2) - Math.Sqrt(18), 2);
        Assert.Equal(expected, FrechetDistance.Between([0, 2], [10, 16], 1), 1e-12);
        // A second dimension that never changes adds its difference.
        Assert.Equal(expected + 9, FrechetDistance.Between([0, 5, 2, 5], [10, 8, 16, 8], 2), 1e-12);
    }

    [Fact]
    public void A_single_point_has_no_covariance_and_is_refused() =>
        Assert.StartsWith(
            "got 1 points; a Fréchet distance needs at least 2.",
            Assert.Throws<ArgumentException>(() => FrechetDistance.Between([1, 2], [1, 2, 3, 4], 2)).Message
        );
}
