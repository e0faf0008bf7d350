using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Xml.Linq;
using Elbo.Figures;
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

    [PopplerTheory]
    [MemberData(nameof(SampleFigures.Names), MemberType = typeof(SampleFigures))]
    public void Every_text_can_be_read_in_the_pdf(string name)
    {
        var figure = SampleFigures.Make(name);
        string[] texts = [.. RecordingCanvas.Of(figure).Texts.Select(t => t.Text)];
        Assert.NotEmpty(texts);
        string read = PdfText(FigureWriter.EncodePdf(figure));
        Assert.All(texts, text => Assert.Contains(Bare(text), Bare(read), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(SampleFigures.Names), MemberType = typeof(SampleFigures))]
    public void Every_text_leaves_ink_in_the_picture(string name)
    {
        var figure = SampleFigures.Make(name);
        var with = FigureWriter.Render(figure);
        foreach (var (at, text, style) in RecordingCanvas.Of(figure).Texts.Where(t => t.Style.Rotation == 0))
        {
            var start = style.PenStart(at, text);
            double ink = 0;
            for (int y = (int)(2 * (start.Y - style.Size)); y < 2 * start.Y; y++)
            for (int x = (int)(2 * start.X); x < 2 * (start.X + style.Measure(text)); x++)
                ink += (255 - with[x, y]) / 255.0;
            // A letter of this font covers at least a tenth of the square of its size, of which a minus has least.
            Assert.True(ink > 0.1 * style.Size * style.Size * text.Length, $"'{text}' has {ink} pixels of ink");
        }
    }

    [Theory]
    [MemberData(nameof(SampleFigures.Names), MemberType = typeof(SampleFigures))]
    public void An_svg_needs_no_font_and_can_be_scaled(string name)
    {
        var figure = SampleFigures.Make(name);
        var svg = XDocument.Parse(Encoding.UTF8.GetString(FigureWriter.EncodeSvg(figure)));
        Assert.Empty(svg.Descendants(Svg + "text"));
        Assert.Equal(
            RecordingCanvas.Of(figure).Texts.Select(t => t.Text),
            svg.Root!.Element(Svg + "desc")!.Value.Split('\n')
        );
        Assert.True(svg.Descendants(Svg + "path").Count() >= RecordingCanvas.Of(figure).Texts.Count);
        Assert.Equal(
            string.Create(CultureInfo.InvariantCulture, $"0 0 {(float)figure.Width} {(float)figure.Height}"),
            svg.Root.Attribute("viewBox")!.Value
        );
    }

    private static string Bare(string text) => string.Concat(text.Where(c => !char.IsWhiteSpace(c)));

    private static string PdfText(byte[] file)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllBytes(folder.File("figure.pdf"), file);
        using var reader = Process.Start(
            new ProcessStartInfo("pdftotext", ["-raw", folder.File("figure.pdf"), "-"])
            {
                RedirectStandardOutput = true,
                StandardOutputEncoding = Encoding.UTF8,
            }
        )!;
        string text = reader.StandardOutput.ReadToEnd();
        reader.WaitForExit();
        Assert.Equal(0, reader.ExitCode);
        return text;
    }

    [Fact]
    public void A_png_has_two_pixels_a_point()
    {
        var figure = SampleFigures.Losses();
        var (width, height, channels, _) = ImageDecoder.Decode(FigureWriter.EncodePng(figure), "figure.png");
        Assert.Equal((Math.Ceiling(2 * figure.Width), Math.Ceiling(2 * figure.Height), 3), (width, height, channels));
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
