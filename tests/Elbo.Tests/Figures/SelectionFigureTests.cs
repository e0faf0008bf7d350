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
    public void Chosen_images_stand_out_from_all_of_them()
    {
        var canvas = RecordingCanvas.Of(
            new SelectionFigure(Points, ["a", "b"]).Choice([4, 0], Groups, ["0", "1"], "two") with
            {
                Legend = LegendPlacement.None,
            }
        );
        Assert.Equal(9, canvas.MarkerRuns[0].Centers.Length);
        var chosen = canvas.MarkerRuns.Skip(1).ToDictionary(run => run.Marker.Color, run => run.Centers);
        Assert.Equal([canvas.MarkerRuns[0].Centers[0]], chosen[Palette.ClassColor(0)]);
        Assert.Equal([canvas.MarkerRuns[0].Centers[4]], chosen[Palette.ClassColor(1)]);
        Assert.All(canvas.MarkerRuns.Skip(1), run => Assert.True(run.Marker.Size > canvas.MarkerRuns[0].Marker.Size));
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
