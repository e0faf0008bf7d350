using Elbo.Data;
using Elbo.Figures;

namespace Elbo.Studio.Tests;

/// <summary>Small pictures of stripes, to train on in an instant.</summary>
internal static class SmallImages
{
    private const int Side = 12;

    /// <summary>Writes PNG files to a folder, which is created if missing.</summary>
    public static void Write(string folder, int count)
    {
        Directory.CreateDirectory(folder);
        for (int i = 0; i < count; i++)
            File.WriteAllBytes(Path.Combine(folder, $"stripes-{i:D3}.png"), Png(i));
    }

    /// <summary>A PNG file with stripes of the given number.</summary>
    public static byte[] Png(int number)
    {
        float[] pixels =
        [
            .. Enumerable
                .Range(0, Side * Side)
                .Select(p => (float)(0.5 + (0.5 * Math.Sin((p % Side * (1 + (number % 5))) + (p / Side) + number)))),
        ];
        return Bitmap.FromImage(pixels, new ImageShape(1, Side, Side)).EncodePng();
    }
}
