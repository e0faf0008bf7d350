using Elbo.Engine;
using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Workflows.Reports;

namespace Elbo.Tests.Workflows.Reports;

public sealed class EmbeddedPictureTests : IDisposable
{
    private const string Prefix = "data:image/png;base64,";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_small_picture_is_embedded_as_it_is()
    {
        byte[] file = Noise(40, 30);
        var picture = EmbeddedPicture.TryLoad(_folder.File("noise.png"), file.Length)!;
        Assert.Equal((40, 30), (picture.Width, picture.Height));
        Assert.Equal(file, Convert.FromBase64String(picture.Source[Prefix.Length..]));
    }

    [Fact]
    public void A_large_one_is_made_smaller_until_it_fits_and_keeps_its_proportions()
    {
        byte[] file = Noise(400, 300);
        var picture = EmbeddedPicture.TryLoad(_folder.File("noise.png"), file.Length / 10)!;
        byte[] embedded = Convert.FromBase64String(picture.Source[Prefix.Length..]);
        var decoded = ImageDecoder.Decode(embedded, "embedded");
        Assert.InRange(embedded.Length, 1, file.Length / 10);
        Assert.Equal((picture.Width, picture.Height, 3), (decoded.Width, decoded.Height, decoded.Channels));
        Assert.InRange(picture.Width, 80, 130);
        Assert.Equal(4.0 / 3, (double)picture.Width / picture.Height, 0.03);
    }

    [Fact]
    public void What_is_not_there_or_damaged_is_no_picture()
    {
        File.WriteAllBytes(_folder.File("cut.png"), Noise(9, 9)[..40]);
        Assert.Null(EmbeddedPicture.TryLoad(_folder.File("none.png"), 1000));
        Assert.Null(EmbeddedPicture.TryLoad(_folder.File("cut.png"), 1000));
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
