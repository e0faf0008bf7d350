using Elbo.Data;
using Elbo.Figures;

namespace Elbo.Tests.Figures;

public class ImageGridTests
{
    private static readonly ImageShape Pixel = new(1, 1, 1);

    [Fact]
    public void Images_run_row_by_row_from_the_top_left()
    {
        var grid = ImageGrid.Compose((ReadOnlySpan<byte>)[1, 2, 3, 4, 5, 6], Pixel, rows: 2, columns: 3);
        Assert.Equal((3, 2), (grid.Width, grid.Height));
        Assert.Equal([1, 2, 3, 4, 5, 6], grid.Pixels.ToArray());
    }

    [Fact]
    public void Rows_of_an_image_run_from_the_top()
    {
        var image = Bitmap.FromImage((ReadOnlySpan<byte>)[10, 20, 30, 40, 50, 60], new ImageShape(1, 2, 3));
        Assert.Equal(30, image[2, 0]);
        Assert.Equal(40, image[0, 1]);
    }

    [Fact]
    public void Channels_are_planes_in_and_interleaved_out()
    {
        var image = Bitmap.FromImage((ReadOnlySpan<byte>)[1, 2, 3, 4, 5, 6], new ImageShape(3, 1, 2));
        Assert.Equal([1, 3, 5, 2, 4, 6], image.Pixels.ToArray());
    }

    [Theory]
    [InlineData(0f, 0)]
    [InlineData(1f, 255)]
    [InlineData(0.5f, 128)]
    [InlineData(0.49f, 125)]
    [InlineData(-3f, 0)]
    [InlineData(7f, 255)]
    [InlineData(float.NaN, 0)]
    public void An_intensity_becomes_the_nearest_byte(float intensity, int expected) =>
        Assert.Equal(expected, Bitmap.ToByte(intensity));

    [Fact]
    public void Faint_images_stay_faint()
    {
        var grid = ImageGrid.Compose([0.1f, 0.2f, 0.2f, 0.1f], new ImageShape(1, 1, 2), rows: 2, columns: 1);
        Assert.Equal([26, 51, 51, 26], grid.Pixels.ToArray());
    }

    [Fact]
    public void Padding_lies_between_images_and_empty_cells_are_background()
    {
        var options = new ImageGridOptions { Padding = 1, Background = 9 };
        var grid = ImageGrid.Compose((ReadOnlySpan<byte>)[1, 2, 3], Pixel, rows: 2, columns: 2, options);
        Assert.Equal([1, 9, 2, 9, 9, 9, 3, 9, 9], grid.Pixels.ToArray());
    }

    [Fact]
    public void Scaling_repeats_pixels()
    {
        var grid = ImageGrid.Compose((ReadOnlySpan<byte>)[1, 2], Pixel, 1, 2, new ImageGridOptions { Scale = 2 });
        Assert.Equal([1, 1, 2, 2, 1, 1, 2, 2], grid.Pixels.ToArray());
    }

    [Fact]
    public void Pairs_stand_side_by_side()
    {
        var grid = ImageGrid.ComposePairs([0, 0, 0, 0], [1, 1, 1, 1], Pixel, rows: 2, pairsPerRow: 2);
        Assert.Equal([0, 255, 0, 255, 0, 255, 0, 255], grid.Pixels.ToArray());
    }

    [Fact]
    public void Lists_that_do_not_fit_are_refused()
    {
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose([1f, 2, 3], new ImageShape(1, 1, 2), 2, 2));
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose([1f, 2, 3], Pixel, 1, 2));
        Assert.Throws<ArgumentException>(() => ImageGrid.Compose([1f, 2], new ImageShape(2, 1, 1), 1, 2));
        Assert.Throws<ArgumentException>(() => ImageGrid.ComposePairs([1f, 2], [1f], Pixel, 1, 2));
    }
}
