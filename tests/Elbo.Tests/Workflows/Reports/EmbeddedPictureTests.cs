using Elbo.Engine;
using Elbo.Imaging;
using Elbo.Workflows.Reports;
using SkiaSharp;

namespace Elbo.Tests.Workflows.Reports;

public sealed class EmbeddedPictureTests : IDisposable
{
    private const string Prefix = "data:image/png;base64,",
        WebpPrefix = "data:image/webp;base64,";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_small_picture_is_embedded_as_it_is()
    {
        byte[] file = Noise(40, 30);
        var picture = EmbeddedPicture.LoadAll([_folder.File("noise.png")], file.Length)[0]!;
        Assert.Equal((40, 30), (picture.Width, picture.Height));
        Assert.Equal(file, Convert.FromBase64String(picture.Source[Prefix.Length..]));
    }

    [Fact]
    public void Large_ones_are_made_smaller_at_one_scale_until_they_fit_together()
    {
        int all = Noise(400, 300).Length * 3;
        string path = _folder.File("noise.png");
        var pictures = EmbeddedPicture.LoadAll([path, path, path], all / 50);
        Assert.InRange(pictures.Sum(picture => picture!.Bytes), all / 150, all / 50);
        Assert.All(
            pictures,
            picture =>
            {
                // The page shows it in the size of the file.
                Assert.Equal((400, 300), (picture!.Width, picture.Height));
                using var small = SKBitmap.Decode(Convert.FromBase64String(picture.Source[WebpPrefix.Length..]));
                Assert.InRange(small.Width, 40, 399);
                Assert.Equal(4.0 / 3, (double)small.Width / small.Height, 0.03);
            }
        );
        Assert.Single(pictures.Distinct());
    }

    [Fact]
    public void What_is_not_there_or_damaged_is_no_picture()
    {
        byte[] file = Noise(9, 9);
        File.WriteAllBytes(_folder.File("cut.png"), file[..40]);
        File.WriteAllText(_folder.File("text.png"), "no picture");
        string[] paths = [.. ((string[])["none.png", "cut.png", "text.png", "noise.png"]).Select(_folder.File)];
        foreach (int most in (int[])[1000, 150])
            Assert.Equal(
                [false, false, false, true],
                EmbeddedPicture.LoadAll(paths, most).Select(picture => picture is not null)
            );
    }

    private byte[] Noise(int width, int height)
    {
        var rng = new Rng(1);
        byte[] pixels = new byte[width * height * 3];
        foreach (ref byte pixel in pixels.AsSpan())
            pixel = (byte)rng.Next(256);
        byte[] file = PngEncoder.Encode(width, height, 3, pixels);
        File.WriteAllBytes(_folder.File("noise.png"), file);
        return file;
    }
}
