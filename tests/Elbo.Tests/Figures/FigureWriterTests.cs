using System.Diagnostics;
using System.Xml.Linq;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Imaging;

namespace Elbo.Tests.Figures;

public class FigureWriterTests
{
    private static readonly XNamespace Svg = "http://www.w3.org/2000/svg";

    [Theory]
    [MemberData(nameof(SampleFigures.Names), MemberType = typeof(SampleFigures))]
    public void The_same_figure_gives_the_same_bytes(string name)
    {
        Assert.Equal(
            FigureWriter.EncodePng(SampleFigures.Make(name)),
            FigureWriter.EncodePng(SampleFigures.Make(name))
        );
        Assert.Equal(
            FigureWriter.EncodePdf(SampleFigures.Make(name)),
            FigureWriter.EncodePdf(SampleFigures.Make(name))
        );
        Assert.Equal(
            FigureWriter.EncodeSvg(SampleFigures.Make(name)),
            FigureWriter.EncodeSvg(SampleFigures.Make(name))
        );
    }

    [Theory]
    [MemberData(nameof(SampleFigures.Names), MemberType = typeof(SampleFigures))]
    public void Every_text_is_in_the_svg_and_the_pdf(string name)
    {
        var figure = SampleFigures.Make(name);
        string[] texts = [.. RecordingCanvas.Of(figure).Texts.Select(t => t.Text)];
        Assert.NotEmpty(texts);
        var svg = XDocument.Parse(System.Text.Encoding.UTF8.GetString(FigureWriter.EncodeSvg(figure)));
        Assert.Equal(texts, svg.Descendants(Svg + "text").Select(t => t.Value));
        Assert.Equal(texts, PdfReader.Texts(FigureWriter.EncodePdf(figure)));
    }

    [PopplerFact]
    public void Another_reader_finds_the_labels_in_the_pdf()
    {
        using var folder = new TemporaryFolder();
        FigureWriter.Save(SampleFigures.Losses(), folder.File("loss.pdf"));
        using var reader = Process.Start(
            new ProcessStartInfo("pdftotext", [folder.File("loss.pdf"), "-"]) { RedirectStandardOutput = true }
        )!;
        string text = reader.StandardOutput.ReadToEnd();
        reader.WaitForExit();
        Assert.Equal(0, reader.ExitCode);
        Assert.Contains("nats per image", text, StringComparison.Ordinal);
        Assert.Contains("KL, test", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_png_has_two_pixels_a_point()
    {
        var figure = SampleFigures.Losses();
        var (width, height, channels, _) = ImageDecoder.Decode(FigureWriter.EncodePng(figure), "figure.png");
        Assert.Equal((2 * figure.Width, 2 * figure.Height, 3), (width, height, channels));
    }

    [Theory]
    [InlineData("a.png", 0x89)]
    [InlineData("a.PDF", '%')]
    [InlineData("a.svg", '<')]
    public void The_ending_says_the_format(string name, int firstByte)
    {
        using var folder = new TemporaryFolder();
        FigureWriter.Save(SampleFigures.Panels(), folder.File(name));
        Assert.Equal(firstByte, File.ReadAllBytes(folder.File(name))[0]);
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("a.jpg")]
    [InlineData("a")]
    public void Another_ending_is_refused_with_those_that_work(string name)
    {
        var error = Assert.Throws<ArgumentException>(() => FigureWriter.Save(SampleFigures.Panels(), name));
        Assert.Contains(".png, .pdf, .svg", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Ten_thousand_points_stay_small()
    {
        var figure = SampleFigures.Scatter(10_000);
        Assert.InRange(FigureWriter.EncodePdf(figure).Length, 1_000, 400_000);
        Assert.InRange(FigureWriter.EncodeSvg(figure).Length, 1_000, 1_000_000);
    }

    [Fact]
    public void Panels_show_their_captions_above_their_images()
    {
        var canvas = RecordingCanvas.Of(SampleFigures.Panels());
        Assert.Equal(["Denoising", "original", "noisy", "restored"], canvas.Texts.Select(t => t.Text));
        Assert.Equal(3, canvas.Images.Count);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(canvas.Texts[i + 1].At.Y < canvas.Images[i].Destination.Y);
            Assert.Equal(canvas.Texts[i + 1].At.X, canvas.Images[i].Destination.CenterX, 6);
        }
    }
}
