using Elbo.Figures;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Tests.Figures;

public class PlotTests
{
    [Fact]
    public void Every_class_is_in_the_legend_with_its_colour()
    {
        var canvas = RecordingCanvas.Of(SampleFigures.Scatter());
        Assert.All(SampleFigures.Classes, name => Assert.Contains(canvas.Texts, t => t.Text == name));
        var keys = canvas.MarkerRuns.TakeLast(10).ToList();
        for (int c = 0; c < 10; c++)
            Assert.Equal(Palette.ClassColor(c), keys[c].Marker.Color);
    }

    [Fact]
    public void A_class_is_in_the_legend_even_without_points()
    {
        var plot = LatentScatter.Create<int>([0, 0, 1, 1], [0, 0], ["seen", "unseen"]);
        Assert.Equal(["seen", "unseen"], plot.LegendEntries.Select(e => e.Label));
    }

    [Fact]
    public void Points_without_a_class_are_named_only_if_there_are_any()
    {
        Assert.Equal(
            ["a", "noise"],
            LatentScatter
                .Create<int>([0, 0, 1, 1], [0, -1], ["a"], unclassifiedName: "noise")
                .LegendEntries.Select(e => e.Label)
        );
        Assert.Empty(LatentScatter.Create([0, 0, 1, 1]).LegendEntries);
    }

    [Fact]
    public void Every_finite_point_is_drawn_once()
    {
        float[] codes = [0, 0, 1, 1, float.NaN, 0, 2, 2];
        var canvas = RecordingCanvas.Of(
            LatentScatter.Create<int>(codes, [0, 1, 0, -1], ["a", "b"]) with
            {
                Legend = LegendPlacement.None,
            }
        );
        Assert.Equal(3, canvas.MarkerRuns.Sum(r => r.Centers.Length));
    }

    [Fact]
    public void Z1_grows_to_the_right_and_z2_upwards_equally_fast()
    {
        var canvas = RecordingCanvas.Of(LatentScatter.Create([0, 0, 3, 1]));
        var points = canvas.MarkerRuns.SelectMany(r => r.Centers).ToArray();
        double dx = points[1].X - points[0].X,
            dy = points[0].Y - points[1].Y;
        Assert.True(dx > 0 && dy > 0);
        Assert.Equal(3, dx / dy, 6);
    }

    [Fact]
    public void More_classes_than_colours_differ_by_their_marks() =>
        Assert.Equal(
            40,
            Enumerable.Range(0, 40).Select(c => (Palette.ClassColor(c), Palette.ClassMarker(c))).Distinct().Count()
        );

    [Theory]
    [InlineData("losses")]
    [InlineData("scatter")]
    public void Texts_stay_within_the_figure(string name)
    {
        var figure = SampleFigures.Make(name);
        Assert.All(
            RecordingCanvas.Of(figure).Texts,
            t =>
            {
                var start = t.Style.PenStart(t.At, t.Text);
                double length = t.Style.Measure(t.Text);
                var (sin, cos) = Math.SinCos(t.Style.Rotation * Math.PI / 180);
                var end = new Point(start.X + (cos * length), start.Y - (sin * length));
                Assert.All(
                    new[] { start, end },
                    p =>
                        Assert.True(
                            p.X >= 0 && p.X <= figure.Width && p.Y >= 0 && p.Y <= figure.Height,
                            $"{t.Text} at {p}"
                        )
                );
            }
        );
    }

    [Fact]
    public void Long_names_of_categories_are_tilted()
    {
        string[] names = [.. Enumerable.Range(0, 10).Select(i => $"a long name {i}")];
        var plot = new Plot
        {
            XAxis = new Axis { Ticks = BarSeries.Categories(names) },
            Series = [new BarSeries("", new double[10], Rgba.Black)],
        };
        Assert.All(
            RecordingCanvas.Of(plot).Texts.Where(t => names.Contains(t.Text)),
            t => Assert.NotEqual(0, t.Style.Rotation)
        );
    }

    [Fact]
    public void An_empty_plot_still_has_axes() => Assert.NotEmpty(RecordingCanvas.Of(new Plot()).Texts);

    [Fact]
    public void A_legend_says_what_its_entries_are()
    {
        var canvas = RecordingCanvas.Of(
            LatentScatter.Create<int>([0, 0, 1, 1], [0, 1], ["a", "b"], legendTitle: "digit")
        );
        var title = canvas.Texts.Single(t => t.Text == "digit").At;
        Assert.Equal(title.X, canvas.Texts.Single(t => t.Text == "a").At.X, tolerance: 20);
        Assert.True(title.Y < canvas.Texts.Single(t => t.Text == "a").At.Y);
    }

    [Fact]
    public void Areas_are_as_large_whatever_legends_and_ticks_need()
    {
        float[] codes = [0, 0, 1, 1];
        var short_ = LatentScatter.Create<int>(codes, [0, 1], ["a", "b"]);
        var long_ = LatentScatter.Create<int>(
            [-1e4f, 0, 2e4f, 1e4f],
            [0, 1],
            ["a very long name of a class", "b"],
            legendTitle: "class"
        );
        var areas = ((Plot[])[short_, long_]).Select(plot => PlotLayout.Compute(plot).Scale.Area).ToArray();
        Assert.Equal(areas[0].Width, areas[1].Width, 6);
        Assert.Equal(areas[0].Height, areas[1].Height, 6);
        Assert.NotEqual(short_.Width, long_.Width);
    }

    [Fact]
    public void An_axis_of_collapsed_codes_says_so_and_is_not_magnified()
    {
        var rng = new Elbo.Engine.Rng(3);
        float[] codes =
        [
            .. Enumerable
                .Range(0, 100)
                .SelectMany(i => (float[])[rng.NextSingle() * 4, 0.5f + (rng.NextSingle() * 9e-4f)]),
        ];
        var plot = LatentScatter.Create(codes);
        Assert.Equal(("z₁", "z₂ (collapsed)"), (plot.XAxis.Label, plot.YAxis.Label));
        var limits = PlotLayout.Compute(plot).Scale.Limits;
        Assert.True(limits.YMax - limits.YMin >= 2, "as high as the prior's scale");

        float[] space = [.. Enumerable.Range(0, 50).SelectMany(i => (float[])[i * 1e-6f, 0, 0])];
        var texts = RecordingCanvas
            .Of(LatentScatter.CreateSpace<int>(space, [], []))
            .Texts.Select(t => t.Text)
            .ToArray();
        Assert.Contains("z₁ (collapsed)", texts);
        Assert.Contains("0.5", texts);
    }

    [Fact]
    public void Clusters_have_no_colour_of_a_label() =>
        Assert.Empty(
            Enumerable
                .Range(0, Palette.ClassCount)
                .Select(c => Palette.ClassColor(c))
                .Intersect(
                    Enumerable.Range(0, Palette.ClassCount).Select(c => Palette.ClassColor(c, ColorScheme.Clusters))
                )
        );

    [Fact]
    public void Labels_without_a_name_are_refused() =>
        Assert.Throws<ArgumentException>(() => LatentScatter.Create<int>([0, 0], [3], ["a"]));
}
