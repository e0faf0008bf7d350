using Elbo.Workflows.Reports;

namespace Elbo.Tests.Workflows.Reports;

public class ThinningTests
{
    [Theory]
    [InlineData(0, 5, new int[0])]
    [InlineData(3, 5, new[] { 0, 1, 2 })]
    [InlineData(9, 3, new[] { 0, 4, 8 })]
    [InlineData(10, 4, new[] { 0, 3, 6, 9 })]
    [InlineData(10, 1, new[] { 9 })]
    public void The_first_the_last_and_evenly_spaced_ones_are_left(int count, int most, int[] expected) =>
        Assert.Equal(expected, Thinning.Evenly(count, most));

    [Fact]
    public void A_million_epochs_do_not_overflow() => Assert.Equal(999_999, Thinning.Evenly(1_000_000, 300)[^1]);
}
