using Elbo.Engine.Autograd;
using Elbo.Engine.Tests.Autograd.Cases;

namespace Elbo.Engine.Tests.Autograd;

/// <summary>
/// Convolutions large enough for blocks, panels and threads, with every element of their gradients. The conformance
/// tests take finite differences of a few elements there; a convolution is linear, so that its gradients are sums that
/// can be written out.
/// </summary>
public class ConvolutionGradientTests
{
    /// <summary>For sums of up to 1024 terms, taken in blocks of 256 at most: measured is about 1e-6.</summary>
    private const double Tolerance = 5e-6;

    /// <summary>
    /// Extents (N, H, W) of the image, channels of image and map, extents of the kernel, stride and padding.
    /// </summary>
    public static TheoryData<int, int, int, int, int, int, int, int, int> Sizes =>
        new()
        {
            { 2, 20, 20, 32, 10, 3, 3, 1, 1 },
            { 1, 9, 9, 64, 70, 3, 3, 1, 0 },
            { 2, 28, 28, 3, 33, 3, 3, 1, 1 },
            { 1, 20, 19, 64, 10, 4, 4, 1, 0 },
            { 1, 25, 25, 12, 64, 3, 3, 1, 1 },
            { 2, 17, 19, 17, 64, 5, 5, 2, 2 },
            { 3, 30, 27, 13, 34, 4, 2, 3, 1 },
            { 1, 40, 33, 11, 65, 2, 3, 2, 0 },
            { 1, 3, 4, 150, 70, 3, 3, 1, 1 },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_convolution_and_its_gradients_equal_their_sums_in_double(
        int n,
        int h,
        int w,
        int c,
        int o,
        int kh,
        int kw,
        int stride,
        int padding
    )
    {
        var options = new ConvolutionOptions
        {
            Stride = stride,
            Padding = padding,
            Layout = ImageLayout.ChannelsLast,
        };
        Shape image = [n, h, w, c],
            kernel = [kh, kw, c, o];
        var reference = ConvolutionReference.Of(image, kernel, options);
        float[] x = Draw(image, 1),
            k = Draw(kernel, 2);
        var map = reference.Gather(Double(x), Double(k));
        float[] dy = Draw(map.Shape, 3);
        AssertEquals(
            (x, image),
            (k, kernel),
            dy,
            (map, reference.Spread(Double(dy), Double(k)), reference.Correlate(Double(x), Double(dy))),
            (a, b) => Ops.Conv2d(a, b, null, options)
        );
    }

    [Theory]
    [MemberData(nameof(Sizes))]
    public void A_transposed_convolution_and_its_gradients_equal_their_sums_in_double(
        int n,
        int h,
        int w,
        int c,
        int o,
        int kh,
        int kw,
        int stride,
        int padding
    )
    {
        var options = new ConvolutionOptions
        {
            Stride = stride,
            Padding = padding,
            OutputPadding = (h + 2 * padding - kh) % stride,
            Layout = ImageLayout.ChannelsLast,
        };
        Shape map = [n, (h + 2 * padding - kh) / stride + 1, (w + 2 * padding - kw) / stride + 1, o],
            kernel = [kh, kw, c, o];
        var reference = ConvolutionReference.OfTransposed(map, kernel, options);
        float[] x = Draw(map, 1),
            k = Draw(kernel, 2);
        var image = reference.Spread(Double(x), Double(k));
        float[] dy = Draw(image.Shape, 3);
        AssertEquals(
            (x, map),
            (k, kernel),
            dy,
            (image, reference.Gather(Double(dy), Double(k)), reference.Correlate(Double(dy), Double(x))),
            (a, b) => Ops.ConvTranspose2d(a, b, null, options)
        );
    }

    private static void AssertEquals(
        (float[] Values, Shape Shape) x,
        (float[] Values, Shape Shape) kernel,
        float[] dy,
        (DoubleTensor Y, DoubleTensor Dx, DoubleTensor Dk) expected,
        Func<Tensor, Tensor, Tensor> compute
    )
    {
        foreach (string set in TestDevices.InstructionSets)
        foreach (int threads in new[] { 1, 3 })
        {
            var device = TestDevices.Shared(set, threads);
            using var step = device.BeginStep();
            Tensor input = device.Tensor(x.Values, x.Shape),
                weight = device.Tensor(kernel.Values, kernel.Shape);
            input.RequiresGradient = weight.RequiresGradient = true;
            var y = compute(input, weight);
            string where = $"on {set} with {threads} threads";
            NumericAssert.Close(expected.Y.Values, y.AsSpan(), Tolerance, $"result {where}");
            device.Tape.Backward(y, device.Tensor(dy, y.Shape));
            NumericAssert.Close(expected.Dx.Values, input.Gradient!.AsSpan(), Tolerance, $"gradient of x {where}");
            NumericAssert.Close(
                expected.Dk.Values,
                weight.Gradient!.AsSpan(),
                Tolerance,
                $"gradient of the kernel {where}"
            );
        }
    }

    private static double[] Double(float[] values) => [.. values.Select(v => (double)v)];

    private static float[] Draw(Shape shape, ulong stream) => new Operand(shape, -1, 1).Draw(new Rng(9).Fork(stream));
}
