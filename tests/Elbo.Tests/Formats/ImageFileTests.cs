using Elbo.Formats;
using Elbo.Imaging;

namespace Elbo.Tests.Formats;

public sealed class ImageFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_png_is_known_by_its_content_whatever_it_is_called()
    {
        var image = ImageFile.Read(Write("picture.jpg", PngEncoder.Encode(2, 1, 1, [3, 4])));
        Assert.Equal([3, 4], image.Pixels);
    }

    [JpegFact]
    public void A_jpeg_is_known_by_its_content_whatever_it_is_called() =>
        Assert.Equal(16, ImageFile.Read(Write("picture.png", JpegBytes.Grey)).Width);

    [Theory]
    [InlineData("", "found an empty file")]
    [InlineData("<", "found '<'")]
    [InlineData("<!DOCTYPE html><html>", "found '<!DOCTYPE html>'")]
    [InlineData("GIF89a\x01\0", "found 'GIF89a'")]
    [InlineData("BM\0\0\0", "found 424d0000")]
    public void Anything_else_is_refused_with_its_first_bytes(string content, string found)
    {
        string path = Write("a.png", System.Text.Encoding.ASCII.GetBytes(content));
        Assert.Equal(
            $"{path}: at byte 0: {found}; expected a PNG or a JPEG.",
            Assert.Throws<InvalidDataException>(() => ImageFile.Read(path)).Message
        );
    }

    private string Write(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.File(name), content);
        return _folder.File(name);
    }
}
