namespace Elbo.Imaging;

/// <summary>Converts decoded images to the size and colour format of a dataset.</summary>
/// <remarks>
/// The aspect ratio is kept: an image is scaled until it covers the new size, and the surplus is cropped evenly on two
/// sides. Shrinking averages over the area of each new pixel; enlarging interpolates bilinearly. The arithmetic uses
/// the stored values, without gamma.
/// </remarks>
internal static class ImageResampler
{
    /// <summary>Resizes an image and returns it as bytes (C, H, W).</summary>
    /// <param name="image">The decoded image.</param>
    /// <param name="size">The new size.</param>
    /// <param name="channels">1 for grey, 3 for RGB.</param>
    public static byte[] Fit(DecodedImage image, ImageSize size, int channels)
    {
        byte[] planes = Separate(image, channels);
        if ((image.Width, image.Height) == (size.Width, size.Height))
            return planes;
        double scale = Math.Max((double)size.Width / image.Width, (double)size.Height / image.Height);
        var columns = ResampledAxis.Create(image.Width, size.Width, scale);
        var rows = ResampledAxis.Create(image.Height, size.Height, scale);
        byte[] result = new byte[channels * size.Height * size.Width];
        float[] narrow = new float[image.Height * size.Width];
        for (int c = 0; c < channels; c++)
        {
            Narrow(planes.AsSpan(c * image.Width * image.Height), image.Width, columns, narrow);
            Flatten(narrow, size.Width, rows, result.AsSpan(c * size.Width * size.Height, size.Width * size.Height));
        }
        return result;
    }

    /// <summary>Luma by ITU-R BT.601, as in JPEG, rounded to the nearest integer.</summary>
    public static byte Luma(byte red, byte green, byte blue) =>
        (byte)(((299 * red) + (587 * green) + (114 * blue) + 500) / 1000);

    private static byte[] Separate(DecodedImage image, int channels)
    {
        var pixels = image.Pixels.AsSpan();
        if (image.Channels == 1 && channels == 1)
            return image.Pixels;
        int count = image.Width * image.Height;
        byte[] planes = new byte[channels * count];
        for (int i = 0; i < count; i++)
        {
            if (channels == 1)
                planes[i] = Luma(pixels[3 * i], pixels[(3 * i) + 1], pixels[(3 * i) + 2]);
            else
                for (int c = 0; c < 3; c++)
                    planes[(c * count) + i] = image.Channels == 1 ? pixels[i] : pixels[(3 * i) + c];
        }
        return planes;
    }

    /// <summary>Resamples every row of <paramref name="plane"/> to the new width.</summary>
    private static void Narrow(ReadOnlySpan<byte> plane, int width, ResampledAxis axis, Span<float> result)
    {
        int target = axis.First.Length;
        for (int i = 0; i < result.Length; i++)
        {
            int first = (i / target * width) + axis.First[i % target];
            float sum = 0;
            foreach (float weight in axis.Weights[i % target])
                sum += weight * plane[first++];
            result[i] = sum;
        }
    }

    /// <summary>Resamples every column of <paramref name="plane"/> to the new height.</summary>
    private static void Flatten(ReadOnlySpan<float> plane, int width, ResampledAxis axis, Span<byte> result)
    {
        for (int i = 0; i < result.Length; i++)
        {
            int at = (axis.First[i / width] * width) + (i % width);
            float sum = 0;
            foreach (float weight in axis.Weights[i / width])
            {
                sum += weight * plane[at];
                at += width;
            }
            result[i] = (byte)(sum + 0.5f);
        }
    }
}

/// <summary>
/// For each new pixel along one side of an image, the old pixels that contribute and their weights, which sum to 1.
/// </summary>
/// <param name="First">The first contributing old pixel of each new pixel.</param>
/// <param name="Weights">The weights of that and the following old pixels.</param>
internal sealed record ResampledAxis(int[] First, float[][] Weights)
{
    /// <summary>
    /// Resamples the central part of a side of <paramref name="length"/> pixels to <paramref name="target"/> pixels.
    /// </summary>
    /// <param name="length">Number of old pixels.</param>
    /// <param name="target">Number of new pixels.</param>
    /// <param name="scale">New pixels per old pixel. The surplus old pixels at both ends are cropped.</param>
    public static ResampledAxis Create(int length, int target, double scale)
    {
        double start = Math.Max(0, (length - (target / scale)) / 2);
        if (scale == 1)
            start = Math.Floor(start); // avoids mixing pixels if the scale is 1
        var axis = new ResampledAxis(new int[target], new float[target][]);
        for (int i = 0; i < target; i++)
            (axis.First[i], axis.Weights[i]) =
                scale < 1
                    ? Area(length, start + (i / scale), start + ((i + 1) / scale))
                    : Line(length, start + ((i + 0.5) / scale) - 0.5);
        return axis;
    }

    /// <summary>
    /// The mean over the interval from <paramref name="from"/> to <paramref name="to"/>. Pixels at its ends count by
    /// their fraction inside.
    /// </summary>
    private static (int First, float[] Weights) Area(int length, double from, double to)
    {
        int first = Math.Min((int)from, length - 1),
            last = Math.Clamp((int)Math.Ceiling(to) - 1, first, length - 1);
        double[] shares =
        [
            .. Enumerable
                .Range(first, last - first + 1)
                .Select(p => Math.Max(0, Math.Min(p + 1, to) - Math.Max(p, from))),
        ];
        double sum = shares.Sum();
        return (first, [.. shares.Select(share => (float)(share / sum))]);
    }

    /// <summary>
    /// Linear interpolation between the two pixels around <paramref name="position"/>; beyond the outermost pixel
    /// centres, the outermost pixel.
    /// </summary>
    private static (int First, float[] Weights) Line(int length, double position)
    {
        position = Math.Clamp(position, 0, length - 1);
        int first = (int)position;
        float share = (float)(position - first);
        return share == 0 ? (first, [1]) : (first, [1 - share, share]);
    }
}
