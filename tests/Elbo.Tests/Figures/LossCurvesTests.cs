using System.Globalization;
using Elbo.Figures;

namespace Elbo.Tests.Figures;

public class LossCurvesTests
{
    private static RecordingCanvas Draw(params IReadOnlyList<LossCurve> curves) =>
        RecordingCanvas.Of(LossCurves.Create(curves, "run · data · loss"));

    private static LossCurve Falling(int epochs, double first) =>
        new("train", "loss", [first, .. Enumerable.Range(1, epochs - 1).Select(i => 100.0 - i)]);

    [Fact]
    public void Each_term_has_a_panel_of_the_same_size_and_each_split_a_line_in_it()
    {
        var canvas = RecordingCanvas.Of(SampleFigures.Losses());
        string[] texts = [.. canvas.Texts.Select(t => t.Text)];
        Assert.Superset(new HashSet<string> { "Loss", "ELBO", "KL", "epoch", "nats per image" }, texts.ToHashSet());
        Assert.Equal(1, texts.Count(t => t == "split"));
        Assert.Equal(["train", "test"], texts.Where(t => t is "train" or "test"));
        var frames = canvas.Boxes.Where(b => !b.Filled).Select(b => b.Box).ToArray();
        Assert.Equal(2, frames.Length);
        Assert.Equal(frames[0].Width, frames[1].Width, 6);
        Assert.Equal(frames[0].Height, frames[1].Height, 6);
        Assert.True(frames[0].Right < frames[1].X);
    }

    [Fact]
    public void Splits_differ_in_colour_and_dashes_the_same_in_every_figure()
    {
        var one = Draw(new LossCurve("test", "ELBO", [3, 2])).Lines.Last().Stroke;
        var two = Draw(new("train", "ELBO", [2, 1]), new("test", "ELBO", [3, 2])).Lines;
        Assert.Equal(one, two[^1].Stroke);
        Assert.NotEqual(one.Color, two[^2].Stroke.Color);
        Assert.NotEqual(one.Style, two[^2].Stroke.Style);
    }

    [Fact]
    public void The_first_epochs_do_not_squeeze_the_rest_and_are_said_to_be_beyond()
    {
        // From 99 to 81 after a first epoch at 900: uncut, all of them would lie in a fortieth of the height.
        var canvas = Draw(Falling(20, first: 900));
        Assert.Contains(canvas.Texts, t => t.Text == "↑ epoch 1: up to 900");
        var frame = canvas.Boxes.Single(b => !b.Filled).Box;
        var line = canvas.Lines.Single(l => l.Points.Length == 20).Points;
        Assert.True(line[0].Y < frame.Y, "the first epoch lies above the panel");
        Assert.InRange(line[^1].Y - line[1].Y, 0.9 * frame.Height, frame.Height);
    }

    [Fact]
    public void A_first_epoch_that_leaves_room_for_the_rest_is_shown()
    {
        var canvas = Draw(Falling(20, first: 115));
        Assert.DoesNotContain(canvas.Texts, t => t.Text.StartsWith('↑'));
        var frame = canvas.Boxes.Single(b => !b.Filled).Box;
        Assert.All(
            canvas.Lines.Single(l => l.Points.Length == 20).Points,
            p => Assert.InRange(p.Y, frame.Y, frame.Bottom)
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(60)]
    public void No_tick_stands_at_epoch_0(int epochs)
    {
        var canvas = Draw(Falling(epochs, first: 100));
        var frame = canvas.Boxes.Single(b => !b.Filled).Box;
        string[] ticks = [.. canvas.Texts.Where(t => t.At.Y > frame.Bottom && t.Text != "epoch").Select(t => t.Text)];
        Assert.NotEmpty(ticks);
        Assert.All(ticks, tick => Assert.InRange(int.Parse(tick, CultureInfo.InvariantCulture), 1, epochs));
    }

    [Fact]
    public void Epochs_that_do_not_match_the_values_are_refused() =>
        Assert.Throws<ArgumentException>(() => LossCurves.Create([new("train", "ELBO", [1, 2], [1])]));
}
