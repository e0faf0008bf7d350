using Elbo.Data;
using Elbo.Figures;

namespace Elbo.Tests.Figures;

public class ClusterFiguresTests
{
    private static readonly ImageShape Shape = new(1, 2, 3);

    [Fact]
    public void Each_cluster_has_a_row_of_its_own_images_below_the_one_before()
    {
        // Two clusters of three images, those of the first black and of the second white.
        float[] images = [.. Enumerable.Repeat(0f, 18), .. Enumerable.Repeat(1f, 18)];
        var figure = new ClusterFigure(images, Shape, 3, ["a", "b"], "title");
        var canvas = RecordingCanvas.Of(figure);
        Assert.Equal(["title", "a", "b"], canvas.Texts.Select(t => t.Text));
        var (first, second) = (canvas.Images[0], canvas.Images[1]);
        Assert.Equal([0, 255], [first.Image[0, 0, 0], second.Image[0, 0, 0]]);
        Assert.True(second.Destination.Y >= first.Destination.Bottom);
        Assert.Equal(first.Destination.X, second.Destination.X);
        Assert.Equal([first.Destination.CenterY, second.Destination.CenterY], canvas.Texts.Skip(1).Select(t => t.At.Y));
        AssertInside(figure, canvas);
        Assert.StartsWith(
            "got 35 values; 2 rows of 3 images of 2×3 need 36.",
            Assert
                .Throws<ArgumentException>(() => new ClusterFigure(images.AsSpan(1), Shape, 3, ["a", "b"], "title"))
                .Message
        );
    }

    [Fact]
    public void Bars_are_as_high_as_the_probabilities_and_stand_beside_their_image()
    {
        float[] probabilities = [1, 0, 0, 0.25f, 0.75f, 0];
        var figure = new AssignmentFigure(
            new float[12],
            Enumerable.Repeat(1f, 12).ToArray(),
            probabilities,
            Shape,
            3,
            "title"
        );
        var canvas = RecordingCanvas.Of(figure);
        Assert.Equal(4, canvas.Images.Count);
        Assert.Equal([0, 255, 0, 255], canvas.Images.Select(i => (int)i.Image[0, 0, 0]));
        var bars = canvas.Boxes.Where(b => b.Filled).Select(b => b.Box).ToArray();
        double side = canvas.Images[0].Destination.Height;
        Assert.Equal([side, 0.25 * side, 0.75 * side], bars.Select(b => b.Height), (a, b) => Math.Abs(a - b) < 1e-4);
        Assert.Equal(
            [
                canvas.Images[0].Destination.Bottom,
                canvas.Images[2].Destination.Bottom,
                canvas.Images[2].Destination.Bottom,
            ],
            bars.Select(b => b.Bottom),
            (a, b) => Math.Abs(a - b) < 1e-9
        );
        Assert.True(bars[1].Right < bars[2].X);
        Assert.Equal(["0", "1", "2"], canvas.Texts.Select(t => t.Text).Where(t => t.Length == 1));
        Assert.Equal(
            ["cluster 0", "cluster 1"],
            canvas.Texts.Select(t => t.Text).Where(t => t.StartsWith("cluster ") && t.Length == 9)
        );
        AssertInside(figure, canvas);
        var labelled = RecordingCanvas.Of(
            new AssignmentFigure(new float[12], new float[12], probabilities, Shape, 3, "title", ["digit 5", "digit 7"])
        );
        foreach (var (row, words) in new[] { (0, "digit 5"), (1, "digit 7") })
        {
            var at = labelled.Texts.Single(t => t.Text == words).At;
            var image = labelled.Images[(2 * row) + 1].Destination;
            Assert.True(at.X > image.Right && at.Y > image.Y && at.Y < image.Bottom);
        }
        string[] names = ["one", "two", "three"];
        var named = RecordingCanvas.Of(
            new AssignmentFigure(new float[12], new float[12], probabilities, Shape, 3, "title", null, names)
        );
        Assert.Equal(["one", "two"], named.Texts.Select(t => t.Text).Where(names.Contains));
        Assert.Throws<ArgumentException>(() =>
            new AssignmentFigure(new float[12], new float[12], probabilities, Shape, 3, "title", null, names[..2])
        );
        Assert.Throws<ArgumentException>(() =>
            new AssignmentFigure(new float[12], new float[12], probabilities, Shape, 3, "title", ["digit 5"])
        );
        Assert.Throws<ArgumentException>(() =>
            new AssignmentFigure(new float[12], new float[12], probabilities.AsSpan(1), Shape, 3, "title")
        );
    }

    private static void AssertInside(IFigure figure, RecordingCanvas canvas)
    {
        foreach (var box in canvas.Images.Select(i => i.Destination).Concat(canvas.Boxes.Select(b => b.Box)))
            Assert.True(
                box.X >= 0 && box.Y >= 0 && box.Right <= figure.Width && box.Bottom <= figure.Height,
                $"{box} leaves {figure.Width}×{figure.Height}"
            );
    }
}
