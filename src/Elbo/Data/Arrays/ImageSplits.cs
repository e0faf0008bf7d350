using System.Globalization;
using Elbo.Formats.Numpy;
using Elbo.Imaging;

namespace Elbo.Data.Arrays;

/// <summary>The part of a dataset that an array or a file has, by its name.</summary>
internal enum SplitKind
{
    Train,
    Validation,
    Test,
}

/// <summary>Images of one split.</summary>
/// <param name="Kind">The split.</param>
/// <param name="Name">Name in messages.</param>
/// <param name="Shape">Shape of one image.</param>
/// <param name="Pixels">Intensities 0–255, (N, C, H, W).</param>
/// <param name="Labels">One label per image, or null.</param>
internal sealed record ImageSplit(SplitKind Kind, string Name, ImageShape Shape, byte[] Pixels, long[]? Labels)
{
    /// <summary>Number of images.</summary>
    public int Count => Pixels.Length / Shape.PixelCount;

    /// <summary>The same images with another size or colour format.</summary>
    /// <param name="size">The size; null keeps it.</param>
    /// <param name="colour">The colour format; null keeps it.</param>
    /// <param name="threads">Number of threads; −1 for all.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">The images do not fit into memory.</exception>
    public ImageSplit Fit(ImageSize? size, ImageColour? colour, int threads, CancellationToken cancellation)
    {
        var target = new ImageShape(
            colour switch
            {
                ImageColour.Grey => 1,
                ImageColour.Rgb => 3,
                _ => Shape.Channels,
            },
            size?.Height ?? Shape.Height,
            size?.Width ?? Shape.Width
        );
        if (target == Shape)
            return this;
        if ((long)Count * target.PixelCount > Array.MaxLength)
            throw new InvalidDataException(
                $"{Name}: {Count:N0} images of {target} take {(double)Count * target.PixelCount / 1e9:F1} GB; at most "
                    + $"{Array.MaxLength / 1e9:F1} can be held. Give a smaller --image-size, or --colour grey."
            );
        byte[] result = new byte[Count * target.PixelCount];
        Parallel.For(
            0,
            Count,
            new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation },
            i =>
                ImageResampler
                    .Fit(Decoded(i), new ImageSize(target.Width, target.Height), target.Channels)
                    .CopyTo(result, i * target.PixelCount)
        );
        return this with { Shape = target, Pixels = result };
    }

    /// <summary>One image with interleaved channels.</summary>
    private DecodedImage Decoded(int image)
    {
        var planes = Pixels.AsSpan(image * Shape.PixelCount, Shape.PixelCount);
        byte[] pixels = new byte[planes.Length];
        int area = Shape.Height * Shape.Width;
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = planes[(i % Shape.Channels * area) + (i / Shape.Channels)];
        return new DecodedImage(Shape.Width, Shape.Height, Shape.Channels, pixels);
    }
}

/// <summary>All images of an array or table file.</summary>
/// <param name="Path">The file or folder.</param>
/// <param name="Splits">The images, in the order train, validation, test; one split of each kind at most.</param>
internal sealed record ImageSplits(string Path, IReadOnlyList<ImageSplit> Splits)
{
    private const int MostClasses = 256;

    /// <summary>Names of the classes 0, 1, …; null if labels are numbers without names.</summary>
    public IReadOnlyList<string>? ClassNames { get; init; }

    /// <summary>What was found or decided, one line each.</summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>Images that were skipped because they are unreadable.</summary>
    public IReadOnlyList<UnreadableFile> Unreadable { get; init; } = [];

    /// <summary>Background of transparent images; null if no image is transparent.</summary>
    public BackgroundColour? Background { get; init; }

    /// <summary>The splits as datasets with a common shape and common classes.</summary>
    /// <param name="options">Size and colour format of the images.</param>
    /// <param name="threads">Number of threads; −1 for all.</param>
    /// <param name="cancellation">Cancels the operation.</param>
    /// <exception cref="InvalidDataException">
    /// The splits have different shapes, or there are more than 256 classes.
    /// </exception>
    public IReadOnlyList<(SplitKind Kind, ImageDataset Images)> ToDatasets(
        DatasetOptions options,
        int threads,
        CancellationToken cancellation
    )
    {
        ImageSplit[] fitted =
        [
            .. Splits.Select(split => split.Fit(options.ImageSize, options.Colour, threads, cancellation)),
        ];
        if (fitted.FirstOrDefault(split => split.Shape != fitted[0].Shape) is { } other)
            throw new InvalidDataException(
                $"{fitted[0].Name} has images of {fitted[0].Shape}, and {other.Name} of {other.Shape}; give one size "
                    + "for all with --image-size, and one colour format with --colour."
            );
        long[] values = [.. fitted.SelectMany(split => split.Labels ?? []).Distinct().Order()];
        if (values.Length > MostClasses)
            throw new InvalidDataException(
                $"{Path} has {values.Length:N0} different labels; there can be {MostClasses} classes at most."
            );
        if (ClassNames is { } names && values.Length > 0 && (values[0] < 0 || values[^1] >= names.Count))
            throw new InvalidDataException(
                $"{Path} has the label {(values[0] < 0 ? values[0] : values[^1])}; expected 0 to {names.Count - 1}, "
                    + "for each of which there is a class name."
            );
        var classes = ClassNames ?? [.. values.Select(value => value.ToString(CultureInfo.InvariantCulture))];
        string name = System.IO.Path.GetFileNameWithoutExtension(System.IO.Path.TrimEndingDirectorySeparator(Path));
        return
        [
            .. fitted.Select(split =>
                (
                    split.Kind,
                    new ImageDataset(
                        name,
                        split.Shape,
                        split.Pixels,
                        Indices(split),
                        split.Labels is null ? [] : classes
                    )
                )
            ),
        ];

        ReadOnlyMemory<byte>? Indices(ImageSplit split)
        {
            if (split.Labels is not { } labels)
                return null;
            byte[] indices =
            [
                .. labels.Select(label => (byte)(ClassNames is null ? Array.BinarySearch(values, label) : label)),
            ];
            return indices;
        }
    }
}

/// <summary>The labels in an array.</summary>
internal static class ClassLabels
{
    /// <summary>Reads labels of shape (N), (N, 1), or (N, K) with a single 1 in each row.</summary>
    /// <param name="labels">The array.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="images">Name of the images in messages.</param>
    /// <exception cref="InvalidDataException">The array has another shape, or values that are not labels.</exception>
    public static long[] Of(NumericArray labels, int count, string images)
    {
        if (labels.Shape is not ([_] or [_, _]))
            throw new InvalidDataException(
                $"{labels.Name} has shape {labels.ShapeText}; labels have (N,), (N, 1), or (N, classes) with a single "
                    + "1 in each row."
            );
        if (labels.Shape[0] != count)
            throw new InvalidDataException(
                $"{labels.Name} has {labels.Shape[0]} labels, and {images} {count} images; each image needs one."
            );
        int width = labels.Shape is [_, var columns] ? columns : 1;
        long[] result = new long[count];
        double[] row = new double[width];
        for (int i = 0; i < count; i++)
        {
            labels.CopyTo(i * width, row);
            result[i] =
                width > 1 ? HotColumn(row, labels, i)
                : double.IsInteger(row[0]) && Math.Abs(row[0]) < int.MaxValue ? (long)row[0]
                : throw new InvalidDataException(
                    $"{labels.Name} has {row[0].ToString(CultureInfo.InvariantCulture)} for image {i}; labels are whole "
                        + "numbers."
                );
        }
        return result;
    }

    private static int HotColumn(double[] row, NumericArray labels, int image)
    {
        int hot = Array.IndexOf(row, 1);
        return hot >= 0 && row.Count(value => value == 0) == row.Length - 1
            ? hot
            : throw new InvalidDataException(
                $"{labels.Name} has shape {labels.ShapeText}, and row {image} is not a single 1 among zeros; give one "
                    + "label per image."
            );
    }
}
