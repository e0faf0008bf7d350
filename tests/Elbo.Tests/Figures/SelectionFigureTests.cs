using Elbo.Figures;
using Elbo.Figures.Plotting;

namespace Elbo.Tests.Figures;

/// <summary>The figures of a selection and of comparisons.</summary>
public class SelectionFigureTests
{
    /// <summary>Two squares apart from each other, and a point alone.</summary>
    private static readonly float[] Points = [0, 0, 1, 0, 0, 1, 1, 1, 5, 5, 6, 5, 5, 6, 6, 6, 3, 3];

    private static readonly int[] Groups = [0, 0, 0, 0, 1, 1, 1, 1, -1];

    [Fact]
    public void Each_group_has_a_hull_in_its_colour_and_noise_has_none()
    {
        var canvas = RecordingCanvas.Of(
            new SelectionFigure(Points, ["a", "b"]).Groups(Groups, ["0", "1"], "by cluster")
        );
        Assert.Equal(
            [Palette.ClassColor(0), Palette.ClassColor(1)],
            canvas.Polygons.Select(p => p.Stroke!.Value.Color)
        );
        Assert.All(canvas.Polygons, p => Assert.Equal(4, p.Corners.Length));
        Assert.Superset(
            new HashSet<string> { "a", "b", "by cluster", "0", "1", "noise" },
            canvas.Texts.Select(t => t.Text).ToHashSet()
        );
    }

    [Fact]
    public void A_stray_point_is_in_no_hull_and_a_group_among_others_has_none()
    {
        // Group 0: a square of 20 points and one far away. Groups 1 and 2: the same places by turns.
        var points = new List<float>();
        var groups = new List<int>();
        for (int i = 0; i < 20; i++)
            Add(i % 5, i / 5, 0);
        Add(100, 100, 0);
        for (int i = 0; i < 40; i++)
            Add(20 + (i % 8), i / 8, 1 + (i % 2));
        var canvas = RecordingCanvas.Of(
            new SelectionFigure(points.ToArray(), ["a", "b"]) { Colors = ColorScheme.Clusters }.Groups(
                groups,
                ["0", "1", "2"],
                "by cluster"
            )
        );
        var hull = Assert.Single(canvas.Polygons);
        Assert.Equal(Palette.ClassColor(0, ColorScheme.Clusters), hull.Stroke!.Value.Color);
        var frame = canvas.Boxes.Single(b => !b.Filled).Box;
        Assert.True(hull.Corners.Max(p => p.X) - hull.Corners.Min(p => p.X) < 0.2 * frame.Width);

        void Add(float x, float y, int group)
        {
            points.AddRange([x, y]);
            groups.Add(group);
        }
    }

    [Fact]
    public void Bands_of_accuracies_end_at_0_and_100_percent()
    {
        var canvas = RecordingCanvas.Of(
            AccuracyCurves.Create([new AccuracyCurve("one", [10, 100], [0.05, 0.95], [0.2, 0.2])], "title")
        );
        // Limits are those of the data, 0 and 100 %, with a margin of 4 % of their distance.
        var frame = canvas.Boxes.Single(b => !b.Filled).Box;
        double unit = frame.Height / 1.08;
        double[] heights = [.. canvas.Polygons.Single().Corners.Select(p => p.Y)];
        Assert.Equal(frame.Y + (0.04 * unit), heights.Min(), 6);
        Assert.Equal(frame.Bottom - (0.04 * unit), heights.Max(), 6);
    }

    [Fact]
    public void Chosen_images_stand_out_from_all_of_them()
    {
        var canvas = RecordingCanvas.Of(
            new SelectionFigure(Points, ["a", "b"]).Choice([4, 0], Groups, ["0", "1"], "two") with
            {
                Legend = LegendPlacement.None,
            }
        );
        var ground = canvas.MarkerRuns[0].Marker;
        var all = canvas.MarkerRuns.Where(run => run.Marker == ground).SelectMany(run => run.Centers).ToArray();
        Assert.Equal(9, all.Length);
        var chosen = canvas.MarkerRuns.Where(run => run.Marker != ground).ToArray();
        Assert.Equal([all[0]], chosen.Single(run => run.Marker.Color == Palette.ClassColor(0)).Centers);
        Assert.Equal([all[4]], chosen.Single(run => run.Marker.Color == Palette.ClassColor(1)).Centers);
        Assert.All(chosen, run => Assert.True(run.Marker.Size > ground.Size));
    }

    [Fact]
    public void Many_clusters_are_drawn_without_their_names()
    {
        int[] groups = [.. Enumerable.Range(0, 9).Select(i => i * 4)];
        var figure = new SelectionFigure(Points, ["a", "b"]).Groups(
            groups,
            [.. Enumerable.Range(0, 33).Select(i => $"c{i}")],
            "by cluster"
        );
        Assert.DoesNotContain(RecordingCanvas.Of(figure).Texts, t => t.Text.StartsWith('c'));
    }

    [Fact]
    public void Accuracies_stand_over_factors_of_budgets_with_a_band_and_a_line_each()
    {
        var curves = new[]
        {
            new AccuracyCurve("one", [10, 100, 1000], [0.5, 0.6, 0.7], [0.1, 0.1, 0.1]),
            new AccuracyCurve("two", [10, 100, 1000], [0.2, 0.3, 0.4], [0, 0, 0]),
        };
        var canvas = RecordingCanvas.Of(AccuracyCurves.Create(curves, "title"));
        Assert.Superset(
            new HashSet<string> { "10", "100", "1000", "labelled images", "test accuracy (%)", "title", "one", "two" },
            canvas.Texts.Select(t => t.Text).ToHashSet()
        );
        var line = canvas.Lines.First(l => l.Stroke.Color == Palette.LineColor(0) && l.Points.Length == 3).Points;
        Assert.Equal(line[1].X - line[0].X, line[2].X - line[1].X, 6);
        Assert.True(line[1].Y < line[0].Y, "more is higher");
        var band = canvas.Polygons[0].Corners;
        Assert.Equal(6, band.Length);
        Assert.Equal(line[0].Y, (band[0].Y + band[5].Y) / 2, 6);
        Assert.Throws<ArgumentException>(() =>
            AccuracyCurves.Create([new AccuracyCurve("x", [1, 2], [0.1], [0.1, 0.1])], "")
        );
    }
}
