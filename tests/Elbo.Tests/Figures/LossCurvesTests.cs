using Elbo.Figures;
using Elbo.Figures.Drawing;

namespace Elbo.Tests.Figures;

public class LossCurvesTests
{
    [Fact]
    public void Terms_differ_in_colour_and_splits_in_dashes()
    {
        var entries = ((Elbo.Figures.Plotting.Plot)SampleFigures.Losses()).LegendEntries;
        Assert.Equal(["ELBO, train", "ELBO, test", "KL, train", "KL, test"], entries.Select(e => e.Label));
        Assert.Equal(
            [LineStyle.Solid, LineStyle.Dashed, LineStyle.Solid, LineStyle.Dashed],
            entries.Select(e => e.Line!.Value)
        );
        Assert.Equal(entries[0].Color, entries[1].Color);
        Assert.NotEqual(entries[0].Color, entries[2].Color);
    }

    [Fact]
    public void With_one_term_splits_differ_in_colour_as_well()
    {
        var entries = LossCurves
            .Create([new("train", "ELBO", [2, 1]), new("validation", "ELBO", [3, 2])])
            .LegendEntries;
        Assert.Equal(["train", "validation"], entries.Select(e => e.Label));
        Assert.NotEqual(entries[0].Color, entries[1].Color);
        Assert.NotEqual(entries[0].Line, entries[1].Line);
    }

    [Fact]
    public void The_axes_are_epochs_and_nats()
    {
        var texts = RecordingCanvas.Of(SampleFigures.Losses()).Texts.Select(t => t.Text);
        Assert.Contains("epoch", texts);
        Assert.Contains("nats per image", texts);
    }

    [Fact]
    public void Epochs_that_do_not_match_the_values_are_refused() =>
        Assert.Throws<ArgumentException>(() => LossCurves.Create([new("train", "ELBO", [1, 2], [1])]));
}
