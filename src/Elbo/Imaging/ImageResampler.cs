namespace Elbo.Imaging;

/// <summary>Brings decoded images to the size and colour of a dataset.</summary>
/// <remarks>
/// The proportions stay: an image is scaled until it covers the new size, and what stands over on two sides is cut off
/// evenly. Shrinking averages over the area that each new pixel covers, enlarging interpolates linearly in both
/// directions. Arithmetic is on the stored values, without regard to gamma.
/// </remarks>
internal static class ImageResampler
{
    /// <summary>The image as (C, H, W) bytes.</summary>
    /// <param name="image">What was decoded.</param>
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

    /// <summary>Luma by ITU-R BT.601, which JPEG has too, to the nearest.</summary>
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

    /// <summary>Every row of <paramref name="plane"/> brought to the new width.</summary>
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

    /// <summary>Every column of <paramref name="plane"/> brought to the new height.</summary>
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
/// Which pixels along one side of an image make up each pixel of another, and with what weights (which sum to 1).
/// </summary>
/// <param name="First">For each new pixel, the first old one that it takes from.</param>
/// <param name="Weights">For each new pixel, the weights of the old ones from there on.</param>
internal sealed record ResampledAxis(int[] First, float[][] Weights)
{
    /// <summary>
    /// The middle of a side of <paramref name="length"/> pixels, brought to <paramref name="target"/> pixels.
    /// </summary>
    /// <param name="length">Old pixels.</param>
    /// <param name="target">New pixels.</param>
    /// <param name="scale">New pixels to an old one; what of the old ones is too many at both ends is cut off.</param>
    public static ResampledAxis Create(int length, int target, double scale)
    {
        double start = Math.Max(0, (length - (target / scale)) / 2);
        if (scale == 1)
            start = Math.Floor(start); // pixels that need not change are not mixed
        var axis = new ResampledAxis(new int[target], new float[target][]);
        for (int i = 0; i < target; i++)
            (axis.First[i], axis.Weights[i]) =
                scale < 1
                    ? Area(length, start + (i / scale), start + ((i + 1) / scale))
                    : Line(length, start + ((i + 0.5) / scale) - 0.5);
        return axis;
    }

    /// <summary>
    /// The mean over the stretch from <paramref name="from"/> to <paramref name="to"/>, pixels at its ends by their
    /// share in it.
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
    /// The line between the two pixels around <paramref name="position"/>; beyond the outermost centres, the outermost
    /// pixel.
    /// </summary>
    private static (int First, float[] Weights) Line(int length, double position)
    {
        position = Math.Clamp(position, 0, length - 1);
        int first = (int)position;
        float share = (float)(position - first);
        return share == 0 ? (first, [1]) : (first, [1 - share, share]);
    }
}
