using Elbo.Figures;

namespace Elbo.Tests.Figures;

public class ImageRowsTests
{
    [Fact]
    public void Images_stand_in_columns_with_their_texts_and_frames()
    {
        var canvas = RecordingCanvas.Of(
            new ImageRows(
                [
                    new("first", [new(Picture(), "a"), new(Picture(), "b", Marked: true)], "two lines"),
                    new("second", [null, new(Picture())]),
                ],
                "Title",
                ["left", "right"]
            )
        );
        Assert.Equal(3, canvas.Images.Count);
        var (a, b, c) = (canvas.Images[0].Destination, canvas.Images[1].Destination, canvas.Images[2].Destination);
        Assert.Equal((a.Y, b.X), (b.Y, c.X));
        Assert.True(b.X >= a.Right && c.Y >= b.Bottom);
        // 8×6 pixels, enlarged to the next half above 40 points.
        Assert.Equal((40.0, 30.0), (a.Width, a.Height));
        var (frame, filled) = Assert.Single(canvas.Boxes);
        Assert.False(filled);
        Assert.Equal((b.X - 1, b.Y - 1, b.Width + 2), (frame.X, frame.Y, frame.Width));
        string[] words = ["Title", "left", "right", "first", "two lines", "a", "b", "second"];
        Assert.Equal(words.Order(), canvas.Texts.Select(text => text.Text).Where(text => text.Length > 0).Order());
        Assert.Equal(b.CenterX, canvas.Texts.Single(text => text.Text == "right").At.X);
    }

    [Fact]
    public void Everything_is_within_the_figure_and_long_texts_are_shortened()
    {
        string name = string.Concat(Enumerable.Repeat("a long file name ", 20));
        var figure = new ImageRows([
            new(name, [.. Enumerable.Range(0, 7).Select(_ => new ImageCell(Picture(), name))]),
        ]);
        var canvas = RecordingCanvas.Of(figure);
        Assert.All(canvas.Images, image => Assert.InRange(image.Destination.Right, 0, figure.Width));
        Assert.All(canvas.Images, image => Assert.InRange(image.Destination.Bottom, 0, figure.Height));
        Assert.All(canvas.Texts.Where(text => text.Text.Length > 0), text => Assert.EndsWith("…", text.Text));
        Assert.InRange(figure.Width, 0, 230 + (8 * 90));
    }

    [Fact]
    public void Rows_without_images_and_images_of_other_sizes_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new ImageRows([]));
        Assert.Throws<ArgumentException>(() => new ImageRows([new("", [null])]));
        Assert.Contains(
            "8×7",
            Assert
                .Throws<ArgumentException>(() => new ImageRows([new("", [new(Picture()), new(new Bitmap(8, 7, 1))])]))
                .Message
        );
    }

    private static Bitmap Picture() => new(8, 6, 1);
}
