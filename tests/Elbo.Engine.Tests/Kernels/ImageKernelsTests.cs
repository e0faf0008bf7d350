namespace Elbo.Engine.Tests.Kernels;

public class ImageKernelsTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(784)]
    public void Chosen_rows_of_bytes_become_numbers_between_0_and_1(int width)
    {
        byte[] pixels = [.. Enumerable.Range(0, 50 * width).Select(i => (byte)(i * 37 % 256))];
        int[] rows = [.. Enumerable.Range(0, 60).Select(i => i * 7 % 50)];
        foreach (string set in TestDevices.InstructionSets)
        foreach (int threads in new[] { 1, 2 })
        {
            var device = TestDevices.Shared(set, threads);
            using var step = device.BeginStep();
            var y = device.Images(pixels, rows, width);
            Assert.Equal(new Shape(rows.Length, width), y.Shape);
            // One product rounded, of a reciprocal rounded: within 2⁻²⁴ of the exact quotient each.
            NumericAssert.Close(
                [.. rows.SelectMany(r => pixels[(r * width)..((r + 1) * width)]).Select(p => p / 255.0)],
                y.AsSpan(),
                1.3e-7,
                set
            );
        }
    }

    [Fact]
    public void An_image_that_is_not_there_is_named()
    {
        var device = TestDevices.Shared();
        Assert.Contains(
            "image 3 was asked for; there are 3.",
            Assert.Throws<ArgumentException>(() => device.Images(new byte[14], [0, 3], 4)).Message,
            StringComparison.Ordinal
        );
        Assert.Throws<ArgumentException>(() => device.Images(new byte[14], [-1], 4));
        Assert.Throws<ArgumentOutOfRangeException>(() => device.Images(new byte[14], [0], 0));
    }
}
