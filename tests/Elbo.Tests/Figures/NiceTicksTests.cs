using Elbo.Figures.Plotting;

namespace Elbo.Tests.Figures;

public class NiceTicksTests
{
    [Theory]
    [InlineData(-3.3, 3.3, 7, "−2|0|2")]
    [InlineData(-3.3, 3.3, 8, "−3|−2|−1|0|1|2|3")]
    [InlineData(0, 1, 6, "0.0|0.2|0.4|0.6|0.8|1.0")]
    [InlineData(0, 0.3, 4, "0.0|0.1|0.2|0.3")]
    [InlineData(98, 213, 4, "100|150|200")]
    [InlineData(0, 2.5e7, 3, "0|2e7")]
    [InlineData(0, 2e-6, 3, "0|1e−6|2e−6")]
    public void Ticks_stand_at_multiples_of_1_2_or_5(double minimum, double maximum, int count, string labels) =>
        Assert.Equal(labels, string.Join('|', NiceTicks.Choose(minimum, maximum, count).Select(t => t.Label)));

    [Fact]
    public void Ticks_never_exceed_the_limits_or_the_number_asked_for()
    {
        var rng = new Engine.Rng(5);
        for (int i = 0; i < 1000; i++)
        {
            double low = (rng.NextSingle() - 0.5) * Math.Pow(10, rng.Next(9) - 4),
                span = (rng.NextSingle() + 0.01) * Math.Pow(10, rng.Next(9) - 4);
            int count = 2 + rng.Next(10);
            var ticks = NiceTicks.Choose(low, low + span, count);
            Assert.InRange(ticks.Count, 0, count);
            // A millionth of a step is allowed beyond the limits, and a step is at most five spans.
            Assert.All(ticks, t => Assert.InRange(t.Value, low - (5e-6 * span), low + span + (5e-6 * span)));
            Assert.Equal(ticks.Count, ticks.Select(t => t.Label).Distinct().Count());
        }
    }

    [Fact]
    public void Epochs_are_whole_numbers() =>
        Assert.Equal(["1", "2", "3"], NiceTicks.Choose(0.9, 3.1, 9, integersOnly: true).Select(t => t.Label));

    [Fact]
    public void Neighbouring_huge_numbers_have_few_ticks() =>
        Assert.InRange(NiceTicks.Choose(1e18, 1e18 + 512, 6).Count, 0, 6);

    [Fact]
    public void Limits_that_do_not_increase_are_refused()
    {
        Assert.Throws<ArgumentException>(() => NiceTicks.Choose(1, 1));
        Assert.Throws<ArgumentException>(() => NiceTicks.Choose(double.NaN, 1));
    }
}
