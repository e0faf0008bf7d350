using Elbo.Data;
using Elbo.Figures;
using Elbo.Imaging;

namespace Elbo.Tests.Figures;

public class ReconstructionFigureTests
{
    private static readonly ImageShape Grey = new(1, 2, 2);

    [Fact]
    public void Captions_tell_which_panels_there_are()
    {
        float[] x = new float[8];
        Assert.Equal(["original", "reconstruction"], Captions(ReconstructionFigure.Create(x, x, Grey, 1, 2)));
        Assert.Equal(
            ["original", "reconstruction", "sampled"],
            Captions(ReconstructionFigure.Create(x, x, Grey, 1, 2, sampled: x))
        );
        Assert.Equal(
            ["original", "noisy", "restored"],
            Captions(ReconstructionFigure.Create(x, x, Grey, 1, 2, noisy: x))
        );
        Assert.Equal(
            ["original", "noisy", "restored", "sampled"],
            Captions(ReconstructionFigure.Create(x, x, Grey, 1, 2, noisy: x, sampled: x))
        );
    }

    [Fact]
    public void Every_panel_needs_as_many_images_as_there_are_originals()
    {
        float[] x = new float[8],
            other = new float[4];
        Assert.Contains(
            "got 8 values of originals with 4 of reconstructions;",
            Assert.Throws<ArgumentException>(() => ReconstructionFigure.Create(x, other, Grey, 1, 2)).Message
        );
        Assert.Contains(
            "got 8 values of originals with 4 of noisy images;",
            Assert.Throws<ArgumentException>(() => ReconstructionFigure.Create(x, x, Grey, 1, 2, noisy: other)).Message
        );
        Assert.Contains(
            "got 8 values of originals with 4 of sampled images;",
            Assert
                .Throws<ArgumentException>(() => ReconstructionFigure.Create(x, x, Grey, 1, 2, sampled: other))
                .Message
        );
    }

    [Fact]
    public void Images_of_three_channels_are_drawn_in_their_colours()
    {
        // One pixel each, channels one after the other: orange, its reconstruction blue, and sampled green.
        var figure = ReconstructionFigure.Create(
            [1, 0.6f, 0],
            [0, 0, 1],
            new ImageShape(3, 1, 1),
            1,
            1,
            sampled: [0, 1, 0]
        );
        using var folder = new TemporaryFolder();
        FigureWriter.Save(figure, folder.File("colours.png"));
        var (_, _, channels, pixels) = ImageDecoder.Read(folder.File("colours.png"));
        Assert.Equal(3, channels);
        var colours = pixels.Chunk(3).Select(p => (p[0], p[1], p[2])).ToHashSet();
        foreach ((byte, byte, byte) colour in ((byte, byte, byte)[])[(255, 153, 0), (0, 0, 255), (0, 255, 0)])
            Assert.Contains(colour, colours);
    }

    private static IEnumerable<string> Captions(ImagePanels figure) => figure.Panels.Select(panel => panel.Caption);
}
