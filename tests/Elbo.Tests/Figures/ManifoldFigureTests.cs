using System.Globalization;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;
using Elbo.Imaging;

namespace Elbo.Tests.Figures;

public class ManifoldFigureTests
{
    private static readonly ImageShape Pixel = new(1, 1, 1);

    [Fact]
    public void Codes_run_along_z1_first_and_upwards_along_z2() =>
        Assert.Equal([-2, -2, 0, -2, 2, -2, -2, 2, 0, 2, 2, 2], ManifoldGrid.Codes(columns: 3, rows: 2, range: 2));

    [Fact]
    public void Quantile_codes_have_equal_shares_of_the_prior_between_them()
    {
        float[] codes = ManifoldGrid.QuantileCodes(columns: 4, rows: 2);
        // Quantiles of N(0, 1) at 1/8 and 1/4, from tables.
        Assert.Equal((-1.1503, -0.6745), (Math.Round(codes[0], 4), Math.Round(codes[1], 4)));
        Assert.Equal(
            [-1.1503, -0.3186, 0.3186, 1.1503],
            Enumerable.Range(0, 4).Select(i => Math.Round(codes[2 * i], 4))
        );
        Assert.Equal(
            [0.125, 0.375, 0.625, 0.875],
            Enumerable.Range(0, 4).Select(i => Math.Round(ManifoldGrid.PriorShare(codes[2 * i]), 6))
        );
    }

    [Fact]
    public void Codes_over_a_manifold_stand_where_they_would_be_decoded()
    {
        // The code of the second column and the first row, over three by three images.
        float[] grid = ManifoldGrid.QuantileCodes(3, 3);
        var codes = new ScatterSeries([new Point(grid[2], grid[3])], [0], ["a"]);
        foreach (
            var plot in (Plot[])
                [
                    ManifoldFigure.CreateQuantiles(new float[9], Pixel, 3, 3, codes: codes),
                    ManifoldFigure.Create(new float[9], Pixel, 3, 3, Math.Abs(grid[3]), codes: codes),
                ]
        )
        {
            var canvas = RecordingCanvas.Of(plot);
            var area = Assert.Single(canvas.Images).Destination;
            var at = canvas.MarkerRuns.SelectMany(run => run.Centers).First();
            Assert.Equal(
                (area.X + (area.Width / 2), area.Y + (area.Height * 5 / 6)),
                (at.X, at.Y),
                (a, b) => Math.Abs(a.Item1 - b.Item1) + Math.Abs(a.Item2 - b.Item2) < 0.01
            );
            Assert.Contains(canvas.Texts, t => t.Text == "a");
            Assert.All(canvas.Images[0].Image.Pixels.ToArray(), pixel => Assert.InRange(pixel, 150, 180));
        }
    }

    [Fact]
    public void A_single_code_lies_at_the_origin() => Assert.Equal([0, 0], ManifoldGrid.Codes(1, 1, 2));

    [Fact]
    public void Brightness_that_grows_with_z1_grows_to_the_right_and_with_z2_upwards()
    {
        float[] codes = ManifoldGrid.Codes(columns: 5, rows: 5, range: 2);
        var alongX = new float[25];
        var alongY = new float[25];
        for (int i = 0; i < 25; i++)
            (alongX[i], alongY[i]) = ((codes[2 * i] + 2) / 4, (codes[(2 * i) + 1] + 2) / 4);

        var x = ManifoldFigure.Compose(alongX, Pixel, 5, 5);
        Assert.Equal((0, 255), (x[0, 2], x[4, 2]));
        var y = ManifoldFigure.Compose(alongY, Pixel, 5, 5);
        Assert.Equal((255, 0), (y[2, 0], y[2, 4]));
    }

    [Fact]
    public void The_drawn_figure_has_the_same_orientation()
    {
        // Only the image at the largest z₁ and z₂ is white: it belongs to the top right of the plot.
        var images = new float[4];
        images[3] = 1;
        var (width, height, channels, pixels) = ImageDecoder.Decode(
            FigureWriter.EncodePng(ManifoldFigure.Create(images, Pixel, 2, 2, 2, title: "")),
            "figure.png"
        );
        byte At(double x, double y) => pixels[(((int)(y * height) * width) + (int)(x * width)) * channels];
        Assert.Equal(255, At(0.75, 0.25));
        Assert.Equal(0, At(0.35, 0.25));
        Assert.Equal(0, At(0.35, 0.65));
        Assert.Equal(0, At(0.75, 0.65));
    }

    [Fact]
    public void Images_are_centred_on_their_codes()
    {
        var figure = ManifoldFigure.Create(new float[9], Pixel, columns: 3, rows: 3, range: 2);
        Assert.Equal((-3, 3), (figure.XAxis.Minimum, figure.XAxis.Maximum));
        Assert.Equal((-3, 3), (figure.YAxis.Minimum, figure.YAxis.Maximum));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(50)]
    public void Pixels_are_all_as_large_and_axes_have_ticks_for_any_grid(int size)
    {
        var shape = new ImageShape(1, 28, 28);
        var canvas = RecordingCanvas.Of(ManifoldFigure.Create(new float[size * size * 784], shape, size, size, 2));
        var area = Assert.Single(canvas.Images).Destination;
        double pixel = area.Width / (28 * size);
        Assert.Equal(Math.Round(2 * pixel), 2 * pixel, 6);
        Assert.Equal(area.Width, area.Height, 6);
        Assert.Contains(canvas.Texts, t => t.At.Y > area.Bottom && t.Text.StartsWith("−1"));
        Assert.Contains(canvas.Texts, t => t.At.X < area.X && t.Text.StartsWith("−1"));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(1, 100)]
    [InlineData(2, 100)]
    [InlineData(30, 7)]
    [InlineData(100, 100)]
    public void Images_keep_their_shape_and_tick_labels_do_not_touch_in_grids_of_any_size(int columns, int rows)
    {
        foreach (var shape in (ImageShape[])[Pixel, new(1, 28, 20), new(3, 5, 9)])
        foreach (bool quantiles in (bool[])[false, true])
        {
            float[] images = new float[columns * rows * shape.PixelCount];
            var canvas = RecordingCanvas.Of(
                quantiles
                    ? ManifoldFigure.CreateQuantiles(images, shape, columns, rows)
                    : ManifoldFigure.Create(images, shape, columns, rows, 2)
            );
            var area = Assert.Single(canvas.Images).Destination;
            double pixel = area.Width / (columns * shape.Width);
            // The sizes of figures are sums of measured texts, in single precision.
            Assert.Equal(pixel, area.Height / (rows * shape.Height), 4);
            Assert.Equal(Math.Round(2 * pixel), 2 * pixel, 4);
            double[] left = [.. canvas.Texts.Where(IsTick).Where(t => t.At.X < area.X).Select(t => t.At.Y)],
                below = [.. canvas.Texts.Where(IsTick).Where(t => t.At.Y > area.Bottom).Select(t => t.At.X)];
            Assert.All(left.Order().Zip(left.Order().Skip(1)), pair => Assert.True(pair.Second - pair.First > 10));
            Assert.All(below.Order().Zip(below.Order().Skip(1)), pair => Assert.True(pair.Second - pair.First > 20));
            Assert.NotEmpty(left);
            Assert.NotEmpty(below);
        }

        static bool IsTick((Point At, string Text, TextStyle Style) text) =>
            double.TryParse(text.Text.Replace('−', '-'), CultureInfo.InvariantCulture, out _);
    }

    [Fact]
    public void Ticks_at_quantiles_are_the_codes_of_the_images_above_them()
    {
        var figure = ManifoldFigure.CreateQuantiles(new float[8], Pixel, columns: 4, rows: 2);
        Assert.Equal(
            [new Tick(0.125, "−1.15"), new Tick(0.375, "−0.32"), new Tick(0.625, "0.32"), new Tick(0.875, "1.15")],
            figure.XAxis.Ticks
        );
        Assert.Equal([new Tick(0.25, "−0.67"), new Tick(0.75, "0.67")], figure.YAxis.Ticks);
    }

    [Fact]
    public void A_plane_and_a_line_name_their_dimensions()
    {
        var plane = ManifoldFigure.CreatePlane(new float[6], Pixel, 3, 2, 2, "", (3, 17));
        Assert.Equal(("z₃", "z₁₇"), (plane.XAxis.Label, plane.YAxis.Label));
        var line = ManifoldFigure.CreateLine(new float[5], Pixel, 2, "", 10);
        Assert.Equal(("z₁₀", "", -2.5), (line.XAxis.Label, line.YAxis.Label, line.XAxis.Minimum));
        Assert.Empty(line.YAxis.Ticks!);
    }

    [Fact]
    public void Too_few_images_are_refused() =>
        Assert.Throws<ArgumentException>(() => ManifoldFigure.Create(new float[8], Pixel, 3, 3, 2));
}
