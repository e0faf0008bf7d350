using Elbo.Figures;
using Elbo.Figures.Drawing;

namespace Elbo.Tests.Figures;

public class CanvasTests
{
    private sealed record Sketch(double Width, double Height, Action<Canvas> Strokes) : IFigure
    {
        public void Draw(Canvas canvas) => Strokes(canvas);
    }

    private static Bitmap Draw(double width, double height, Action<Canvas> strokes) =>
        FigureWriter.Render(new Sketch(width, height, strokes), pixelsPerPoint: 1);

    private static double Ink(Bitmap image, Func<int, int, bool>? where = null)
    {
        double ink = 0;
        for (int y = 0; y < image.Height; y++)
        for (int x = 0; x < image.Width; x++)
        {
            if (where?.Invoke(x, y) ?? true)
                ink += (255 - image[x, y]) / 255.0;
        }
        return ink;
    }

    // Bytes round each pixel's coverage by at most 1/510, and only edge pixels are rounded: a half percent bounds that
    // here.
    [Fact]
    public void A_shape_darkens_by_its_area()
    {
        var canvas = Draw(60, 60, c => c.Polygon([new(3.3, 5.1), new(50.7, 20.4), new(12.2, 49.9)], Rgba.Black));
        double area = Math.Abs(((50.7 - 3.3) * (49.9 - 5.1)) - ((12.2 - 3.3) * (20.4 - 5.1))) / 2;
        Assert.InRange(Ink(canvas), area * 0.995, area * 1.005);

        var disc = Draw(60, 60, c => c.Circle(new Point(30.3, 29.6), 20, Rgba.Black));
        Assert.InRange(Ink(disc), Math.PI * 400 * 0.99, Math.PI * 400 * 1.005);
    }

    [Fact]
    public void What_lies_outside_the_canvas_is_cut_off_exactly()
    {
        var canvas = Draw(20, 20, c => c.Polygon([new(-30, 10), new(10, -30), new(50, 10), new(10, 50)], Rgba.Black));
        Assert.Equal(400, Ink(canvas), 6);
        var half = Draw(20, 20, c => c.Polygon([new(-5, -5), new(25, -5), new(-5, 25)], Rgba.Black));
        Assert.InRange(Ink(half), 199.5, 200.5);
    }

    // Skia covers slanted edges a little too much: a twentieth of a pixel of either edge bounds that here.
    [Fact]
    public void A_line_darkens_by_its_length_and_width()
    {
        var canvas = Draw(100, 100, c => c.Polyline([new(10, 10), new(70, 90)], new Stroke(Rgba.Black, 3)));
        Assert.InRange(Ink(canvas), 298, 312);
    }

    [Fact]
    public void Crossing_parts_of_a_translucent_line_are_no_darker()
    {
        var canvas = Draw(
            40,
            40,
            c =>
                c.Polyline([new(5, 5), new(35, 35), new(35, 5), new(5, 35)], new Stroke(Rgba.Black.WithOpacity(0.5), 6))
        );
        byte darkest = 255;
        foreach (byte b in canvas.Pixels)
            darkest = Math.Min(darkest, b);
        Assert.Equal(127, darkest, 1.0);
    }

    [Fact]
    public void Thin_axes_are_sharp()
    {
        var canvas = Draw(20, 20, c => c.Polyline([new(0, 10.3), new(20, 10.3)], new Stroke(Rgba.Black, 1)));
        Assert.Equal(20, Ink(canvas, (_, y) => y == 10), 6);
        Assert.Equal(20, Ink(canvas), 6);
    }

    [Fact]
    public void Dashes_leave_gaps()
    {
        var canvas = Draw(
            64,
            10,
            c => c.Polyline([new(0, 5), new(64, 5)], new Stroke(Rgba.Black, 1, LineStyle.Dashed))
        );
        Assert.InRange(Ink(canvas), 64 * 4.2 / 6.4 - 3, 64 * 4.2 / 6.4 + 3);
    }

    [Fact]
    public void Text_stands_upright_and_reads_to_the_right()
    {
        // An L has its foot below and its stem at the left.
        var canvas = Draw(40, 40, c => c.Text(new Point(5, 35), "L", new TextStyle(40, Rgba.Black)));
        Assert.True(Ink(canvas, (_, y) => y > 25) > Ink(canvas, (_, y) => y < 15));
        Assert.True(Ink(canvas, (x, _) => x < 15) > Ink(canvas, (x, _) => x > 20));
        Assert.Equal(0, Ink(canvas, (_, y) => y > 35), 6);
    }

    [Fact]
    public void Turned_text_reads_upwards()
    {
        var canvas = Draw(
            40,
            120,
            c => c.Text(new Point(30, 110), "iiiiiiM", new TextStyle(20, Rgba.Black, Rotation: 90))
        );
        Assert.True(Ink(canvas, (_, y) => y < 75) > 0);
        Assert.Equal(0, Ink(canvas, (x, _) => x > 31), 6);
    }

    [Fact]
    public void Holes_of_letters_stay_open()
    {
        var canvas = Draw(
            40,
            40,
            c =>
                c.Text(
                    new Point(20, 20),
                    "O",
                    new TextStyle(36, Rgba.Black, HorizontalAlignment.Center, VerticalAlignment.Middle)
                )
        );
        Assert.Equal(255, canvas[20, 20]);
        Assert.True(Ink(canvas) > 100);
    }

    [Fact]
    public void Composite_letters_are_drawn_with_all_their_parts()
    {
        var plain = Draw(40, 40, c => c.Text(new Point(5, 35), "A", new TextStyle(30, Rgba.Black)));
        var accented = Draw(40, 40, c => c.Text(new Point(5, 35), "Ä", new TextStyle(30, Rgba.Black)));
        Assert.True(Ink(accented) > Ink(plain) + 5);
    }

    [Fact]
    public void Images_keep_their_bytes_and_sharp_edges()
    {
        var image = new Bitmap(2, 1, 1);
        image[1, 0] = 77;
        var canvas = Draw(4, 2, c => c.Image(image, new Box(0, 0, 4, 2)));
        Assert.Equal((0, 0, 77, 77), (canvas[0, 0], canvas[1, 1], canvas[2, 0], canvas[3, 1]));
    }

    [Fact]
    public void Clips_nest_and_move_with_their_origin()
    {
        var canvas = Draw(
            10,
            10,
            c =>
            {
                c.PushOrigin(1, 2);
                c.PushClip(new Box(0, 0, 6, 10));
                c.PushClip(new Box(4, 0, 6, 10));
                c.Rectangle(new Box(0, 0, 10, 10), Rgba.Black);
                c.Pop();
                c.Pop();
                c.Pop();
                Assert.Throws<InvalidOperationException>(c.Pop);
            }
        );
        Assert.Equal(16, Ink(canvas), 6);
        Assert.Equal(0, canvas[5, 2]);
    }

    [Theory]
    [InlineData(MarkerShape.Circle)]
    [InlineData(MarkerShape.Square)]
    [InlineData(MarkerShape.TriangleUp)]
    [InlineData(MarkerShape.Diamond)]
    [InlineData(MarkerShape.TriangleDown)]
    [InlineData(MarkerShape.Plus)]
    public void Marks_of_one_size_cover_about_the_same_area(MarkerShape shape)
    {
        var canvas = Draw(60, 60, c => c.Markers([new(30, 30)], new Marker(shape, 20, Rgba.Black)));
        Assert.InRange(Ink(canvas), 0.97 * Math.PI * 100, 1.03 * Math.PI * 100);
    }
}
