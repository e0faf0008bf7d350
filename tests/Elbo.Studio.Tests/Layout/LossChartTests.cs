using Bunit;
using Elbo.Studio.Layout;

namespace Elbo.Studio.Tests.Layout;

public sealed class LossChartTests : BunitContext
{
    private static readonly (string, IReadOnlyList<(double, double)>)[] Two =
    [
        ("first <run>", [(1, 30), (2, 20.5)]),
        ("second", [(2, 25), (3, double.NaN)]),
    ];

    [Fact]
    public void Every_run_has_a_line_and_an_entry_of_the_legend_in_its_colour()
    {
        var chart = Draw(Two);
        Assert.Equal(["line-0", "line-1"], chart.FindAll("polyline").Select(line => line.ParentElement!.ClassName));
        Assert.Equal(["first <run>", "second"], chart.FindAll(".legend li").Select(entry => entry.TextContent));
        Assert.Equal(["line-0", "line-1"], chart.FindAll(".legend li").Select(entry => entry.ClassName));
    }

    [Fact]
    public void The_name_for_screen_readers_tells_beginning_and_end_of_every_line() =>
        Assert.Equal(
            "loss over the epochs, in nats per image: first <run> from 30.00 to 20.50; second from 25.00 to 25.00",
            Draw(Two).Find("svg").GetAttribute("aria-label")
        );

    [Fact]
    public void The_numbers_are_a_table_once_it_is_opened()
    {
        var chart = Draw(Two);
        Assert.Empty(chart.FindAll("table"));
        chart.Find("details").TriggerEvent("ontoggle", EventArgs.Empty);
        Assert.Equal(
            ["1 30.00 –", "2 20.50 25.00", "3 – NaN"],
            chart.FindAll("tbody tr").Select(row => string.Join(' ', row.Children.Select(cell => cell.TextContent)))
        );
    }

    [Fact]
    public void Without_a_value_there_is_no_chart() =>
        Assert.Equal("", Draw([("none yet", (IReadOnlyList<(double, double)>)[])]).Markup.Trim());

    [Fact]
    public void Runs_beyond_the_colours_are_dashed() =>
        Assert.Equal(
            "line-0 dashed",
            Draw([
                    .. Enumerable
                        .Range(0, 9)
                        .Select(i => ($"run {i}", (IReadOnlyList<(double, double)>)[(1, i), (2, i + 1)])),
                ])
                .FindAll("polyline")[8]
                .ParentElement!.ClassName
        );

    private IRenderedComponent<LossChart> Draw((string, IReadOnlyList<(double, double)>)[] lines) =>
        Render<LossChart>(chart => chart.Add(c => c.Lines, lines).Add(c => c.Label, "loss"));
}
