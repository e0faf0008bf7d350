using Elbo.Formats;

namespace Elbo.Data;

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
