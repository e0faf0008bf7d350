using System.Numerics.Tensors;
using Elbo.Neighbours;

namespace Elbo.Evaluation;

/// <summary>Compares images with their reconstructions, one value per image.</summary>
/// <remarks>
/// Intensities have the range [0, 1]; values outside it, such as the means of a Gaussian decoder, count as they are. A
/// pixel that is NaN makes the image's value NaN.
/// </remarks>
public static class ImageQuality
{
    /// <summary>Mean squared error of each image: the mean of (x − y)² over its pixels and channels.</summary>
    /// <param name="images">Intensities (N, <paramref name="pixels"/>), row-major.</param>
    /// <param name="others">Reconstructions, in the same order.</param>
    /// <param name="pixels">Values per image, all channels counted.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of values differ or are not a multiple of the pixels.
    /// </exception>
    public static double[] MeanSquaredError(ReadOnlySpan<float> images, ReadOnlySpan<float> others, int pixels)
    {
        double[] errors = new double[Count(images.Length, others.Length, pixels, $"{pixels} values")];
        for (int i = 0; i < errors.Length; i++)
        {
            double sum = 0;
            for (int p = i * pixels; p < (i + 1) * pixels; p++)
            {
                double difference = (double)images[p] - others[p];
                sum += difference * difference;
            }
            errors[i] = sum / pixels;
        }
        return errors;
    }

    /// <summary>
    /// Fraction of variance unexplained of each image: Σ(x − y)² / Σ(x − x̄)², with the mean x̄ of the image's own
    /// values. 0 for an exact reconstruction, 1 for one that is no better than an image of the even intensity x̄.
    /// </summary>
    /// <remarks>
    /// Unlike the squared error, it does not grow with the ink of a drawing or the contrast of a photograph. The
    /// variance of an image counts as that of one of 256 grey levels or more, so that the value of an even image is
    /// finite.
    /// </remarks>
    /// <inheritdoc cref="MeanSquaredError"/>
    public static double[] UnexplainedVariance(ReadOnlySpan<float> images, ReadOnlySpan<float> others, int pixels)
    {
        const double GreyLevel = 1 / 255.0;
        double[] result = MeanSquaredError(images, others, pixels);
        for (int i = 0; i < result.Length; i++)
        {
            var image = images.Slice(i * pixels, pixels);
            double sum = 0,
                squares = 0;
            foreach (float value in image)
                sum += value;
            double mean = sum / pixels;
            foreach (float value in image)
                squares += (value - mean) * (value - mean);
            result[i] /= Math.Max(squares / pixels, GreyLevel * GreyLevel);
        }
        return result;
    }

    /// <summary>
    /// Peak signal-to-noise ratio 10·log₁₀(1 / MSE) in dB for the peak intensity 1; infinite for an error of 0.
    /// </summary>
    /// <remarks>
    /// The figure for a set of images is usually the mean over the images. If one of them is exact, that is infinite.
    /// </remarks>
    /// <param name="meanSquaredError">Mean squared error of one image, 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException">The error is negative.</exception>
    public static double PeakSignalToNoiseRatio(double meanSquaredError)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(meanSquaredError);
        return 10 * Math.Log10(1 / meanSquaredError);
    }

    /// <summary>
    /// Structural similarity (SSIM) of each image with its reconstruction, in [−1, 1]; 1 for equal images.
    /// </summary>
    /// <remarks>
    /// Wang, Bovik, Sheikh and Simoncelli 2004, section III.B:
    /// (2μ₁μ₂ + C₁)(2σ₁₂ + C₂) / ((μ₁² + μ₂² + C₁)(σ₁² + σ₂² + C₂)) with C₁ = 0.01² and C₂ = 0.03², in a Gaussian
    /// window of 11×11 pixels with a standard deviation of 1.5 pixels. Variances and covariance are those of the
    /// population. The value of an image is the mean over all positions where the window lies inside the image, and
    /// over the channels. It equals scikit-image's <c>structural_similarity</c> with <c>gaussian_weights=True,
    /// sigma=1.5, use_sample_covariance=False, data_range=1</c>. If a side of the image has fewer than 11 pixels, the
    /// side of the window is the largest odd number that is not greater than the shorter side, with the same standard
    /// deviation.
    /// </remarks>
    /// <param name="images">Intensities (N, C, H, W), row-major.</param>
    /// <param name="others">Reconstructions, in the same order.</param>
    /// <param name="channels">Number of channels C.</param>
    /// <param name="height">Number of rows H.</param>
    /// <param name="width">Number of columns W.</param>
    /// <param name="threads">Number of threads; 0 means one per processor. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// The numbers of values differ or are not a multiple of the image size.
    /// </exception>
    public static double[] StructuralSimilarity(
        ReadOnlyMemory<float> images,
        ReadOnlyMemory<float> others,
        int channels,
        int height,
        int width,
        int threads = 0
    )
    {
        if (channels < 1 || height < 1 || width < 1 || (Int128)channels * height * width > Array.MaxLength)
            throw new ArgumentException(
                $"got images of {channels}x{height}x{width} pixels; each must be 1 or more, and an image has "
                    + $"{Array.MaxLength} values at most.",
                nameof(channels)
            );
        int plane = height * width,
            pixels = channels * plane;
        double[] result = new double[
            Count(images.Length, others.Length, pixels, $"{channels}x{height}x{width} pixels")
        ];
        new Partition(threads).Run(
            result.Length,
            (first, last) =>
            {
                var similarity = new SimilarityWindow(height, width);
                for (int i = first; i < last; i++)
                {
                    double sum = 0;
                    for (int channel = 0; channel < channels; channel++)
                    {
                        int start = (i * pixels) + (channel * plane);
                        sum += similarity.Mean(images.Span.Slice(start, plane), others.Span.Slice(start, plane));
                    }
                    result[i] = sum / channels;
                }
            },
            pieceSize: 32
        );
        return result;
    }

    private static int Count(int length, int otherLength, int pixels, string size)
    {
        if (pixels < 1 || length != otherLength || length % pixels != 0)
            throw new ArgumentException(
                $"got images of {length} and {otherLength} values; images of {size} need the same multiple of that."
            );
        return length / pixels;
    }
}

/// <summary>The moving window of <see cref="ImageQuality.StructuralSimilarity"/> for one image size.</summary>
/// <remarks>
/// The window is separable: columns are weighted first, then rows. Vector lanes hold neighbouring pixels.
/// </remarks>
internal sealed class SimilarityWindow
{
    private const int UsualSide = 11;
    private const double Deviation = 1.5,
        C1 = 0.01 * 0.01,
        C2 = 0.03 * 0.03;

    private readonly int _width;
    private readonly double[] _weights;

    // One row for each of x, y, x², y² and xy.
    private readonly double[][] _maps,
        _columnMeans,
        _means;

    public SimilarityWindow(int height, int width)
    {
        _width = width;
        int shorter = Math.Min(height, width);
        int side = Math.Min(UsualSide, shorter - 1 + (shorter % 2));
        _weights = new double[side];
        for (int i = 0; i < side; i++)
        {
            double distance = (i - (side / 2)) / Deviation;
            _weights[i] = Math.Exp(-0.5 * distance * distance);
        }
        TensorPrimitives.Divide(_weights, TensorPrimitives.Sum<double>(_weights), _weights);
        _maps = Rows(height * width);
        _columnMeans = Rows(width);
        _means = Rows(width - side + 1);
    }

    /// <summary>Mean similarity of two images (H, W) over all positions of the window.</summary>
    public double Mean(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        TensorPrimitives.ConvertTruncating<float, double>(x, _maps[0]);
        TensorPrimitives.ConvertTruncating<float, double>(y, _maps[1]);
        TensorPrimitives.Multiply(_maps[0], _maps[0], _maps[2]);
        TensorPrimitives.Multiply(_maps[1], _maps[1], _maps[3]);
        TensorPrimitives.Multiply(_maps[0], _maps[1], _maps[4]);
        int rows = (x.Length / _width) - _weights.Length + 1,
            columns = _width - _weights.Length + 1;
        double sum = 0;
        for (int row = 0; row < rows; row++)
        {
            for (int map = 0; map < _maps.Length; map++)
            {
                AddWeighted(_maps[map].AsSpan(row * _width), _width, _columnMeans[map]);
                AddWeighted(_columnMeans[map], 1, _means[map]);
            }
            for (int column = 0; column < columns; column++)
                sum += At(column);
        }
        return sum / (rows * columns);
    }

    private double At(int column)
    {
        double meanX = _means[0][column],
            meanY = _means[1][column];
        double varianceX = _means[2][column] - (meanX * meanX),
            varianceY = _means[3][column] - (meanY * meanY),
            covariance = _means[4][column] - (meanX * meanY);
        return ((2 * meanX * meanY) + C1)
            * ((2 * covariance) + C2)
            / (((meanX * meanX) + (meanY * meanY) + C1) * (varianceX + varianceY + C2));
    }

    /// <summary>Σᵢ wᵢ·values[i·stride + k] for each k of the result.</summary>
    private void AddWeighted(ReadOnlySpan<double> values, int stride, Span<double> result)
    {
        TensorPrimitives.Multiply(values[..result.Length], _weights[0], result);
        for (int i = 1; i < _weights.Length; i++)
            TensorPrimitives.MultiplyAdd(values.Slice(i * stride, result.Length), _weights[i], result, result);
    }

    private static double[][] Rows(int length) => [.. Enumerable.Range(0, 5).Select(_ => new double[length])];
}
