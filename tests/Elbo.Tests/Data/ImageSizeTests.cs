using Elbo.Imaging;

namespace Elbo.Tests.Data;

public class ImageSizeTests
{
    [Theory]
    [InlineData("64", 64, 64)]
    [InlineData("64x48", 64, 48)]
    [InlineData("1X4096", 1, 4096)]
    [InlineData("28×20", 28, 20)]
    public void One_side_is_a_square_and_two_are_width_and_height(string text, int width, int height)
    {
        Assert.True(ImageSize.TryParse(text, out var size));
        Assert.Equal(new ImageSize(width, height), size);
        Assert.True(ImageSize.TryParse(size.ToString(), out var again));
        Assert.Equal(size, again);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("0")]
    [InlineData("4097")]
    [InlineData("-3")]
    [InlineData("64x")]
    [InlineData("64x48x3")]
    [InlineData("6 4")]
    [InlineData("big")]
    public void Anything_else_is_no_size(string? text) => Assert.False(ImageSize.TryParse(text, out _));
}
