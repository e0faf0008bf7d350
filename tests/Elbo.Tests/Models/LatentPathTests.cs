using Elbo.Models;

namespace Elbo.Tests.Models;

public class LatentPathTests
{
    private const float Half = 0.70710678f; // √½

    [Fact]
    public void The_linear_path_divides_the_line_into_equal_parts() =>
        Equal([0, 4, 1, 2, 2, 0, 3, -2], LatentPath.Between([0, 4], [3, -2], 4));

    [Fact]
    public void The_spherical_path_between_unit_vectors_is_the_great_circle()
    {
        float[] path = LatentPath.Between([1, 0], [0, 1], 4, LatentPathKind.Spherical);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(Math.Cos(i * Math.PI / 6), path[2 * i], 6);
            Assert.Equal(Math.Sin(i * Math.PI / 6), path[(2 * i) + 1], 6);
        }
    }

    [Fact]
    public void Codes_of_other_norms_are_weighted_by_the_sines() =>
        // sin 45° / sin 90° of each.
        Equal([2, 0, 2 * Half, Half, 0, 1], LatentPath.Between([2, 0], [0, 1], 3, LatentPathKind.Spherical));

    [Fact]
    public void At_sixty_degrees_the_middle_is_the_sum_over_root_three()
    {
        float[] path = LatentPath.Between([1, 0], [0.5f, 0.8660254f], 3, LatentPathKind.Spherical);
        Equal([1.5f / 1.7320508f, 0.8660254f / 1.7320508f], path[2..4]);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 4)]
    [InlineData(-3, -6)]
    public void Without_an_angle_the_spherical_path_is_the_line(float x, float y) =>
        Equal(LatentPath.Between([1, 2], [x, y], 5), LatentPath.Between([1, 2], [x, y], 5, LatentPathKind.Spherical));

    [Theory]
    [InlineData(LatentPathKind.Linear)]
    [InlineData(LatentPathKind.Spherical)]
    public void The_ends_are_the_codes_bit_for_bit(LatentPathKind kind)
    {
        float[] a = [0.1f, -1.7f, 3.3f],
            b = [2.9f, 0.3f, -0.7f];
        float[] path = LatentPath.Between(a, b, 7, kind);
        Assert.Equal(a, path[..3]);
        Assert.Equal(b, path[^3..]);
    }

    [Fact]
    public void Codes_of_different_spaces_and_a_single_step_are_refused()
    {
        Assert.Contains(
            "2 and 3 dimensions",
            Assert.Throws<ArgumentException>(() => LatentPath.Between([1, 2], [1, 2, 3], 4)).Message
        );
        Assert.Contains("got 1 steps", Assert.Throws<ArgumentException>(() => LatentPath.Between([1], [2], 1)).Message);
    }

    // Computed in double precision, and rounded once to single precision.
    private static void Equal(float[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
    }
}
