using System.Runtime.InteropServices;

namespace Elbo.Data;

/// <summary>Finds what is unusual about the images of a dataset, before a model is trained on it.</summary>
internal static class ImageChecks
{
    /// <summary>Number of cells along each side of the thumbnails by which copies are found.</summary>
    private const int Side = 8;

    /// <summary>Largest root mean square difference of near copies, in intensities 0–255: two percent.</summary>
    private const double NearlyEqual = 5;

    /// <summary>Maximum number of images with the same thumbnail that an image is compared with.</summary>
    private const int MostCompared = 32;

    /// <summary>Largest intensity of a dataset that is almost black, such as images stored as 0 and 1.</summary>
    private const byte Dark = 63;

    /// <summary>Remarks for the user, one line each: constant images, a low largest intensity, and copies.</summary>
    public static IEnumerable<string> Remarks(DatasetSplits data)
    {
        ImageDataset[] splits = data.Validation is { } validation
            ? [data.Train, validation, data.Test]
            : [data.Train, data.Test];
        int all = splits.Sum(split => split.Count);
        var constant = splits.SelectMany(Constants).ToArray();
        if (constant.Length > 0)
            yield return $"{Share(constant.Length, all)} have a single intensity in every pixel, "
                + $"{constant.Count(value => value == 0):N0} of them black.";
        byte largest = splits.Max(split => Largest(split.Pixels.Span));
        if (largest <= Dark)
            yield return $"the largest intensity of all images is {largest} of 255; stretch their range if they are "
                + "not meant to be that dark.";
        var copies = FindCopies(splits, all);
        int within = copies.Count(copy => copy.Split == copy.OfSplit);
        if (within > 0)
            yield return $"{Share(within, all)} are copies of another image of the same split, or differ from it by "
                + "less than 2 % on average.";
        int across = copies.Count - within;
        if (across > 0)
            yield return $"{across:N0} held-out {(across == 1 ? "image is a copy" : "images are copies")} of training "
                + "images or nearly so; the loss on held-out images is too optimistic.";
    }

    private static string Share(int some, int all)
    {
        double percent = 100.0 * some / all;
        // Two digits; G2 writes 100 as 1E+02.
        string digits = percent < 10 ? $"{percent:G2}" : $"{percent:F0}";
        return $"{some:N0} of {all:N0} images ({digits} %)";
    }

    private static byte Largest(ReadOnlySpan<byte> pixels)
    {
        byte largest = 0;
        foreach (byte value in pixels)
            largest = Math.Max(largest, value);
        return largest;
    }

    /// <summary>The intensities of images that have only one.</summary>
    private static IEnumerable<byte> Constants(ImageDataset images)
    {
        for (int i = 0; i < images.Count; i++)
        {
            var pixels = images.Image(i);
            if (pixels.IndexOfAnyExcept(pixels[0]) < 0)
                yield return pixels[0];
        }
    }

    /// <summary>
    /// Finds images that equal an earlier one or nearly so. Candidates have the same thumbnail, so near copies with
    /// thumbnails on both sides of a step are missed, and the result is a lower bound.
    /// </summary>
    private static List<(int Split, int OfSplit)> FindCopies(ImageDataset[] splits, int all)
    {
        byte[] cells = Thumbnail.Cells(splits[0].Shape);
        var seen = new Dictionary<Thumbnail, List<(int Split, int Index)>>(all);
        var copies = new List<(int, int)>();
        for (int s = 0; s < splits.Length; s++)
        for (int i = 0; i < splits[s].Count; i++)
        {
            var image = splits[s].Image(i);
            ref var others = ref CollectionsMarshal.GetValueRefOrAddDefault(seen, Thumbnail.Of(image, cells), out _);
            others ??= [];
            int found = -1;
            foreach (var (split, index) in others)
                if (IsNear(image, splits[split].Image(index)))
                {
                    found = split;
                    break;
                }
            if (found >= 0)
                copies.Add((s, found));
            else if (others.Count < MostCompared)
                others.Add((s, i));
        }
        return copies;
    }

    private static bool IsNear(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b)
    {
        long sum = 0;
        for (int i = 0; i < a.Length; i++)
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        return sum <= NearlyEqual * NearlyEqual * a.Length;
    }

    /// <summary>The mean intensities of 8×8 cells over all channels, in 16 steps: 64 × 4 bits.</summary>
    private readonly record struct Thumbnail(UInt128 Upper, UInt128 Lower)
    {
        /// <summary>The cell of each pixel of one channel.</summary>
        public static byte[] Cells(ImageShape shape)
        {
            byte[] cells = new byte[shape.Height * shape.Width];
            for (int i = 0; i < cells.Length; i++)
            {
                var (y, x) = (i / shape.Width, i % shape.Width);
                cells[i] = (byte)((y * Side / shape.Height * Side) + (x * Side / shape.Width));
            }
            return cells;
        }

        public static Thumbnail Of(ReadOnlySpan<byte> image, ReadOnlySpan<byte> cells)
        {
            Span<int> sums = stackalloc int[Side * Side],
                counts = stackalloc int[Side * Side];
            for (; !image.IsEmpty; image = image[cells.Length..])
            for (int i = 0; i < cells.Length; i++)
            {
                sums[cells[i]] += image[i];
                counts[cells[i]]++;
            }
            UInt128 upper = 0,
                lower = 0;
            for (int cell = 0; cell < sums.Length; cell++)
            {
                // Adding 8 puts black and white, the most frequent values, into the middle of a step.
                int step = counts[cell] == 0 ? 0 : ((sums[cell] / counts[cell]) + 8) >> 4;
                if (cell < sums.Length / 2)
                    upper = (upper << 4) | (uint)Math.Min(step, 15);
                else
                    lower = (lower << 4) | (uint)Math.Min(step, 15);
            }
            return new Thumbnail(upper, lower);
        }
    }
}
