using Elbo.Imaging;

namespace Elbo.Tests.Imaging;

public sealed class ImageDecoderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_png_is_known_by_its_content_whatever_it_is_called()
    {
        var image = ImageDecoder.Read(Write("picture.jpg", PngEncoder.Encode(2, 1, 1, [3, 4])));
        Assert.Equal([3, 4], image.Pixels);
    }

    [Fact]
    public void A_jpeg_is_known_by_its_content_whatever_it_is_called() =>
        Assert.Equal(16, ImageDecoder.Read(Write("picture.png", JpegBytes.Grey)).Width);

    [Theory]
    [InlineData("", "found nothing to read (an empty file, a broken link, a pipe or a device)")]
    [InlineData("<", "found '<'")]
    [InlineData("<!DOCTYPE html><html>", "found '<!DOCTYPE html>'")]
    [InlineData("%PDF-1.7", "found '%PDF-1.7'")]
    [InlineData("RIFF\x04\0\0\0WAVE", "found 'RIFF'")]
    public void Anything_else_is_refused_with_its_first_bytes(string content, string found)
    {
        string path = Write("a.png", System.Text.Encoding.ASCII.GetBytes(content));
        Assert.Equal(
            $"{path}: {found}; expected an image in the format PNG, JPEG, WebP, BMP, GIF or TIFF.",
            Assert.Throws<InvalidDataException>(() => ImageDecoder.Read(path)).Message
        );
    }

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }
}
