using Elbo.Evaluation;

namespace Elbo.Tests.Evaluation;

public class WilsonIntervalTests
{
    [Theory] // the formula in Python
    [InlineData(8, 10, 0.490162, 0.943318)]
    [InlineData(10, 10, 0.722467, 1)]
    [InlineData(0, 10, 0, 0.277533)]
    [InlineData(83, 100, 0.744520, 0.891064)]
    public void Bounds_are_those_of_the_formula(int successes, int trials, double low, double high)
    {
        var interval = WilsonInterval.Of(successes, trials);
        Assert.Equal(low, interval.Low, 1e-5);
        Assert.Equal(high, interval.High, 1e-5);
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(3, 2)]
    [InlineData(-1, 2)]
    public void Impossible_counts_are_refused(int successes, int trials) =>
        Assert.Throws<ArgumentException>(() => WilsonInterval.Of(successes, trials));
}
