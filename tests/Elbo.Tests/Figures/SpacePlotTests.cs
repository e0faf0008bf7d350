using Elbo.Figures;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Tests.Figures;

public class SpacePlotTests
{
    private static readonly string[] Names = ["a", "b"];

    [Fact]
    public void Seen_from_the_front_x_is_to_the_right_and_z_upwards()
    {
        // From −90° the eye is 6 half-sides away on the side of negative y.
        var camera = new Camera(-90, 0, new Point(200, 100), 60);
        Near(new(260, 100), camera.Project(new(1, 0, 0)));
        Near(new(200, 40), camera.Project(new(0, 0, 1)));
        Near(new(200 + (60 * 6 / 7.0), 100), camera.Project(new(1, 1, 0)));
        Assert.Equal(-1, camera.Nearness(new(0, 1, 0)), 9);
        // From above, y is upwards.
        Near(new(200, 40), new Camera(-90, 90, new Point(200, 100), 60).Project(new(0, 1, 0)));
    }

    [Theory]
    [InlineData(-60, 25)]
    [InlineData(10, 80)]
    public void The_cube_fills_the_room_in_the_middle(double azimuth, double elevation)
    {
        var camera = Camera.Fitting(azimuth, elevation, new Box(10, 20, 300, 200));
        Point[] corners =
        [
            .. from x in (int[])[-1, 1]
            from y in (int[])[-1, 1]
            from z in (int[])[-1, 1]
            select camera.Project(new(x, y, z)),
        ];
        double left = corners.Min(p => p.X),
            right = corners.Max(p => p.X),
            top = corners.Min(p => p.Y),
            bottom = corners.Max(p => p.Y);
        Assert.Equal(
            (160, 120, 200),
            ((left + right) / 2, (top + bottom) / 2, bottom - top),
            (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) + Math.Abs(a.Item3 - b.Item3) < 1e-6
        );
        Assert.True(right - left <= 300);
    }

    [Fact]
    public void Nearer_points_come_later_and_are_larger()
    {
        float[] codes = [.. Enumerable.Range(0, 200).SelectMany(i => (float[])[MathF.Sin(i), i / 100f, MathF.Cos(i)])];
        var runs = RecordingCanvas
            .Of(LatentScatter.CreateSpace<int>(codes, [], [], azimuth: 90, elevation: 0))
            .MarkerRuns;
        Assert.Equal(runs.Select(run => run.Marker.Size).Order(), runs.Select(run => run.Marker.Size));
        Assert.True(runs[^1].Marker.Size > 1.2 * runs[0].Marker.Size);
        Assert.Equal(200, runs.Sum(run => run.Centers.Length));
    }

    [Theory]
    [InlineData(-60, 25)]
    [InlineData(30, 0)]
    [InlineData(0, 90)]
    [InlineData(135, -40)]
    [InlineData(400, 5)]
    public void Axes_have_names_and_numbers_within_the_figure_from_everywhere(double azimuth, double elevation)
    {
        float[] codes = [.. Enumerable.Range(0, 300).Select(i => 3 * MathF.Sin(i * i))];
        int[] labels = [.. Enumerable.Range(0, 100).Select(i => i % 2)];
        var plot = LatentScatter.CreateSpace<int>(codes, labels, Names, "Space", azimuth, elevation);
        var canvas = RecordingCanvas.Of(plot);
        // Looked at exactly from above, the upright axis is a point and has no scale.
        string[] expected = elevation == 90 ? ["z₁", "z₂"] : ["z₁", "z₂", "z₃"];
        foreach (string text in (string[])[.. expected, .. Names, "Space"])
            Assert.Contains(canvas.Texts, t => t.Text == text);
        Assert.True(canvas.Texts.Count(t => double.TryParse(t.Text.Replace('−', '-'), out _)) >= 5);
        Assert.All(
            canvas.Texts,
            t =>
                Assert.True(
                    t.At.X >= 0 && t.At.X <= plot.Width && t.At.Y >= 0 && t.At.Y <= plot.Height,
                    $"{t.Text} stands at {t.At}"
                )
        );
        Assert.All(
            canvas.MarkerRuns.SelectMany(run => run.Centers),
            p => Assert.True(p.X >= 0 && p.X <= plot.Width && p.Y >= 0 && p.Y <= plot.Height)
        );
    }

    [Fact]
    public void Points_that_are_not_finite_are_left_out_and_nothing_at_all_is_drawn_as_empty_axes()
    {
        var canvas = RecordingCanvas.Of(LatentScatter.CreateSpace<int>([0, 0, 0, float.NaN, 1, 1, 2, 2, 2], [], []));
        Assert.Equal(2, canvas.MarkerRuns.Sum(run => run.Centers.Length));
        Assert.Contains(RecordingCanvas.Of(LatentScatter.CreateSpace<int>([], [], [])).Texts, t => t.Text == "z₂");
    }

    [Fact]
    public void Bad_codes_and_angles_are_refused()
    {
        Assert.StartsWith(
            "got 4 numbers;",
            Assert.Throws<ArgumentException>(() => LatentScatter.CreateSpace<int>(new float[4], [], [])).Message
        );
        Assert.StartsWith(
            "elevation is 100;",
            Assert
                .Throws<ArgumentException>(() => LatentScatter.CreateSpace<int>(new float[3], [], [], elevation: 100))
                .Message
        );
        Assert.StartsWith(
            "azimuth is NaN;",
            Assert
                .Throws<ArgumentException>(() =>
                    LatentScatter.CreateSpace<int>(new float[3], [], [], azimuth: double.NaN)
                )
                .Message
        );
        Assert.Throws<ArgumentException>(() => LatentScatter.CreateSpace<int>(new float[3], [2], Names));
    }

    private static void Near(Point expected, Point actual)
    {
        Assert.Equal(expected.X, actual.X, 9);
        Assert.Equal(expected.Y, actual.Y, 9);
    }
}
