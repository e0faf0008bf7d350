using Elbo.Data;
using Elbo.Engine;

namespace Elbo.Training;

/// <summary>Random changes of training images. Several can be combined.</summary>
[Flags]
public enum Augmentations
{
    /// <summary>No augmentation.</summary>
    None = 0,

    /// <summary>Mirrors an image left to right with probability ½.</summary>
    Flip = 1,

    /// <summary>
    /// Moves an image by up to a tenth of its width and height, in whole pixels. Its edge pixels fill the gap.
    /// </summary>
    Shift = 2,

    /// <summary>
    /// Cuts out a window of 80 to 100 % of the area, with the image's proportions, and enlarges it to the image's size
    /// by bilinear interpolation.
    /// </summary>
    Crop = 4,
}

/// <summary>
/// Random changes of a mini-batch. Each image has its own random numbers, so the result depends on the generator and
/// the image's place in the batch alone.
/// </summary>
public static class ImageAugmentation
{
    /// <summary>Maximum shift, as a fraction of the side.</summary>
    internal const float MostShift = 0.1f;

    /// <summary>Minimum area of a crop, as a fraction of the image.</summary>
    internal const float LeastArea = 0.8f;

    /// <summary>Applies <paramref name="kinds"/> in the order flip, shift, crop. The input is unchanged.</summary>
    /// <param name="images">Images in rows, (N, C·H·W), one channel after the other.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="kinds">The changes.</param>
    /// <param name="rng">Random numbers of the mini-batch. It is only forked, so its own sequence is unchanged.</param>
    /// <exception cref="ArgumentException">The images have another number of pixels, or a kind is not known.</exception>
    public static Tensor Apply(Tensor images, ImageShape shape, Augmentations kinds, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(rng);
        shape.Require();
        RequireKnown(kinds);
        if (images.Shape.Rank != 2 || images.Shape[1] != shape.PixelCount)
            throw new ArgumentException(
                $"images is {images.Shape}; (N, {shape.PixelCount}) is needed, images of {shape}.",
                nameof(images)
            );
        if (kinds == Augmentations.None)
            return images;
        var result = images.Device.Zeros(images.Shape);
        result.Edit(to => Apply(images.Read(), shape, kinds, rng, to));
        return result;
    }

    /// <summary>As <see cref="Apply(Tensor, ImageShape, Augmentations, Rng)"/>, from memory to memory.</summary>
    internal static void Apply(
        ReadOnlySpan<float> images,
        ImageShape shape,
        Augmentations kinds,
        Rng rng,
        Span<float> result
    )
    {
        var stream = rng.Fork("augment");
        var (rows, columns) = (new Axis(shape.Height), new Axis(shape.Width));
        for (int i = 0; i < images.Length / shape.PixelCount; i++)
        {
            Draw(kinds, rows, columns, stream.Fork((ulong)i));
            int plane = shape.Height * shape.Width;
            for (int c = 0; c < shape.Channels; c++)
            {
                int at = (i * shape.Channels + c) * plane;
                Sample(images.Slice(at, plane), rows, columns, result.Slice(at, plane));
            }
        }
    }

    /// <summary>The kinds that are combined in <paramref name="kinds"/>; none is a list of its own.</summary>
    internal static IReadOnlyList<Augmentations> Split(Augmentations kinds) =>
        kinds == Augmentations.None
            ? [Augmentations.None]
            : [.. Enum.GetValues<Augmentations>().Where(kind => kind != Augmentations.None && kinds.HasFlag(kind))];

    /// <summary>Requires a combination of known kinds.</summary>
    /// <exception cref="ArgumentException">A kind is not known.</exception>
    internal static void RequireKnown(Augmentations kinds)
    {
        var known = Join([.. Enum.GetValues<Augmentations>().Where(kind => kind != Augmentations.None)]);
        if ((kinds & ~known) != 0)
            throw new ArgumentException(
                $"augment is {kinds:D}; it must be a combination of "
                    + $"{string.Join(", ", OptionName.Names<Augmentations>())}."
            );
    }

    /// <summary>Combines kinds.</summary>
    /// <exception cref="ArgumentException">None is given together with others.</exception>
    internal static Augmentations Join(IReadOnlyList<Augmentations> kinds) =>
        kinds.Count > 1 && kinds.Contains(Augmentations.None)
            ? throw new ArgumentException("augment: none is given with other kinds; give it alone, or leave it out.")
            : kinds.Aggregate(Augmentations.None, (all, kind) => all | kind);

    /// <summary>
    /// Draws all numbers whatever the kinds are, so that a flip stays the same flip when a shift is added.
    /// </summary>
    private static void Draw(Augmentations kinds, Axis rows, Axis columns, Rng rng)
    {
        bool flip = rng.NextSingle() < 0.5f && kinds.HasFlag(Augmentations.Flip);
        var (down, right) = (rows.Shift(rng.NextSingle()), columns.Shift(rng.NextSingle()));
        if (!kinds.HasFlag(Augmentations.Shift))
            (down, right) = (0, 0);
        float side = MathF.Sqrt(LeastArea + (1 - LeastArea) * rng.NextSingle());
        var (top, left) = (rng.NextSingle(), rng.NextSingle());
        if (!kinds.HasFlag(Augmentations.Crop))
            side = 1;
        rows.Set(mirrored: false, down, side, top);
        columns.Set(flip, right, side, left);
    }

    private static void Sample(ReadOnlySpan<float> from, Axis rows, Axis columns, Span<float> to)
    {
        int width = columns.Count;
        for (int y = 0; y < rows.Count; y++)
        {
            var upper = from.Slice(rows.First[y] * width, width);
            var lower = from.Slice(rows.Second[y] * width, width);
            float down = rows.Weight[y];
            for (int x = 0; x < width; x++)
            {
                var (first, second, right) = (columns.First[x], columns.Second[x], columns.Weight[x]);
                float above = upper[first] + right * (upper[second] - upper[first]);
                float below = lower[first] + right * (lower[second] - lower[first]);
                to[y * width + x] = above + down * (below - above);
            }
        }
    }

    /// <summary>
    /// One axis of the result: pixel i is (1 − <see cref="Weight"/>) of the source pixel <see cref="First"/> and
    /// <see cref="Weight"/> of <see cref="Second"/>.
    /// </summary>
    private sealed class Axis(int count)
    {
        public int Count => count;

        public int[] First { get; } = new int[count];

        public int[] Second { get; } = new int[count];

        public float[] Weight { get; } = new float[count];

        /// <summary>A shift by whole pixels from a uniform number in [0, 1).</summary>
        public int Shift(float uniform)
        {
            int most = (int)(MostShift * count);
            return (int)(uniform * (2 * most + 1)) - most;
        }

        /// <summary>Sets the source of every pixel.</summary>
        /// <param name="mirrored">Whether the source runs backwards.</param>
        /// <param name="shift">Pixels by which the content moves towards higher indices.</param>
        /// <param name="side">Length of the window, as a fraction of the axis.</param>
        /// <param name="place">Place of the window, from 0 (start) to 1 (end).</param>
        public void Set(bool mirrored, int shift, float side, float place)
        {
            float start = (1 - side) * count * place;
            for (int i = 0; i < count; i++)
            {
                // Pixel i covers [i, i + 1); its centre is at i + ½.
                float at = Math.Clamp(start + (i + 0.5f) * side - 0.5f, 0, count - 1);
                int below = (int)at;
                (First[i], Second[i], Weight[i]) = (
                    Source(below, mirrored, shift),
                    Source(Math.Min(below + 1, count - 1), mirrored, shift),
                    at - below
                );
            }
        }

        private int Source(int index, bool mirrored, int shift)
        {
            int source = Math.Clamp(index - shift, 0, count - 1);
            return mirrored ? count - 1 - source : source;
        }
    }
}
