using System.Xml.Linq;
using Elbo.Training;
using Elbo.Workflows.Reports;

namespace Elbo.Tests.Workflows.Reports;

public class CurveChartTests
{
    [Fact]
    public void Each_split_has_a_line_and_each_epoch_its_values()
    {
        var chart = Compose((1, "train", 10), (1, "test", 12), (2, "train", 8), (2, "test", 9.125));
        Assert.Equal(
            ["train", "test"],
            chart.Descendants("polyline").Select(line => line.Parent!.Attribute("class")!.Value)
        );
        Assert.Equal(["epoch 1: train 10.00, test 12.00", "epoch 2: train 8.00, test 9.12"], Readings(chart));
        Assert.Equal(
            "loss over the epochs, in nats per image: train from 10.00 to 8.00; test from 12.00 to 9.12",
            chart.Element("svg")!.Attribute("aria-label")!.Value
        );
        double[] heights = Heights(chart);
        Assert.True(heights[0] < heights[1], "a lower loss lies lower");
    }

    [Fact]
    public void One_epoch_is_drawn_as_a_dot()
    {
        var chart = Compose((1, "test", 3));
        Assert.Single(chart.Descendants("circle"));
        Assert.All(chart.Descendants("circle").Attributes(), a => Assert.DoesNotContain("NaN", a.Value));
    }

    [Fact]
    public void A_thousand_epochs_are_thinned_with_the_first_and_the_last_kept()
    {
        var chart = Compose([.. Enumerable.Range(1, 1000).Select(epoch => (epoch, "train", 1000.0 / epoch))]);
        string[] readings = [.. Readings(chart)];
        Assert.Equal(
            (300, "epoch 1: train 1000.00", "epoch 1000: train 1.00"),
            (readings.Length, readings[0], readings[^1])
        );
        Assert.Empty(chart.Descendants("circle"));
    }

    [Fact]
    public void Losses_that_are_no_numbers_are_left_out() =>
        Assert.Equal(
            ["epoch 2: train 1.00"],
            Readings(Compose((1, "train", double.NaN), (2, "train", 1), (3, "train", double.PositiveInfinity)))
        );

    [Fact]
    public void A_first_epoch_that_would_squeeze_the_others_lies_outside_and_is_named()
    {
        var chart = Compose([
            .. Enumerable.Range(1, 10).Select(epoch => (epoch, "train", epoch == 1 ? 900.5 : 110 - epoch)),
        ]);
        Assert.Equal("Outside the chart: epoch 1 (train 900.50).", chart.Element("figcaption")!.Value);
        Assert.Single(chart.Descendants("polygon"));
        Assert.Equal(9, chart.Descendants("circle").Count());
        // The line comes in from above, and the others take the height.
        double[] heights = Heights(chart);
        Assert.Equal((10, 24.0), (heights.Length, heights[0]));
        Assert.InRange(heights[^1] - heights[1], 140, 172);
        Assert.Equal(10, Readings(chart).Count());
    }

    [Fact]
    public void Values_that_fall_evenly_or_of_few_epochs_all_lie_within()
    {
        foreach (int epochs in (int[])[2, 4, 30])
        {
            var chart = Compose([.. Enumerable.Range(1, epochs).Select(epoch => (epoch, "test", 300.0 - epoch))]);
            Assert.Empty(chart.Elements("figcaption"));
            Assert.Empty(chart.Descendants("polygon"));
            Assert.Equal(epochs, Heights(chart).Length);
        }
    }

    [Fact]
    public void At_most_a_fifth_of_the_epochs_lies_outside_and_no_later_one()
    {
        EpochValue[] halving = [.. Enumerable.Range(1, 20).Select(epoch => new EpochValue(epoch, Math.Pow(2, -epoch)))];
        Assert.Equal((Math.Pow(2, -20), Math.Pow(2, -5)), ChartRange.Of(halving));
        Assert.Equal((Math.Pow(2, -20), 7), ChartRange.Of([.. halving, new EpochValue(21, 7)]));
    }

    [Fact]
    public void No_tick_stands_at_epoch_0()
    {
        foreach (int epochs in (int[])[1, 2, 12, 40])
        {
            var chart = Compose([.. Enumerable.Range(1, epochs).Select(epoch => (epoch, "test", 3.5 / epoch + 7))]);
            var ticks = chart.Descendants("text").Where(t => (string?)t.Attribute("text-anchor") == "middle");
            Assert.NotEmpty(ticks);
            Assert.DoesNotContain(ticks, tick => tick.Value == "0");
        }
    }

    private static double[] Heights(XElement chart) =>
        [
            .. chart
                .Descendants("polyline")
                .First()
                .Attribute("points")!
                .Value.Split(' ')
                .Select(p => double.Parse(p.Split(',')[1])),
        ];

    private static XElement Compose(params (int Epoch, string Split, double Loss)[] rows) =>
        XElement.Parse(
            CurveChart
                .Compose(
                    "loss",
                    [.. rows.Select(r => new EpochMetrics(r.Epoch, r.Split, r.Loss, [], 0, 0, 0))],
                    row => row.Loss
                )
                .Markup
        );

    private static IEnumerable<string> Readings(XElement chart) =>
        chart
            .Descendants("g")
            .Where(g => (string?)g.Attribute("class") == "epoch")
            .Select(g => g.Element("text")!.Value);
}
