using System.Globalization;
using Elbo.Formats.Numpy;
using Elbo.Imaging;

namespace Elbo.Data.Arrays;

/// <summary>Order of the axes of colour images.</summary>
public enum ArrayLayout
{
    /// <summary>Images, height, width, channels: as in TensorFlow, PIL and Matplotlib.</summary>
    Nhwc,

    /// <summary>Images, channels, height, width: as in PyTorch.</summary>
    Nchw,
}

/// <summary>An array of numbers as images.</summary>
/// <param name="Values">The numbers.</param>
/// <param name="Shape">Shape of one image.</param>
/// <param name="Layout">Order of the axes.</param>
internal sealed record PixelArray(NumericArray Values, ImageShape Shape, ArrayLayout Layout)
{
    private const int Colours = 3;

    /// <summary>Sides of this length and a third axis for the colours are rather a picture than images.</summary>
    private const int Picture = 8;

    private bool _isTransposed;

    /// <summary>Number of images.</summary>
    public int Count => Values.Shape[0];

    /// <summary>Determines the shape of the images in an array.</summary>
    /// <param name="values">
    /// (N, H, W), (N, H, W, C), (N, C, H, W), or (N, D) with D = H·W or 3·H·W; C is 1 or 3.
    /// </param>
    /// <param name="layout">Order of the axes of colour images; null determines it from the shape.</param>
    /// <param name="size">Size of images without axes of their own; null takes squares.</param>
    /// <exception cref="InvalidDataException">
    /// The array has another shape, or one with several meanings. The message says which option decides.
    /// </exception>
    public static PixelArray Of(NumericArray values, ArrayLayout? layout, ImageSize? size)
    {
        if (values.Count == 0)
            throw new InvalidDataException($"{values.Name} has shape {values.ShapeText}, so there are no images.");
        return values.Shape switch
        {
            [_, var length] => OfRows(values, length, layout, size),
            [>= Picture, >= Picture, 1 or Colours] => throw new InvalidDataException(
                $"{values.Name} has shape {values.ShapeText}, which looks like one image; a first axis must count the "
                    + "images, as in x[None]."
            ),
            [_, var height, var width] => new(values, new ImageShape(1, height, width), ArrayLayout.Nchw),
            [_, var first, var middle, var last] => (layout ?? Deduce(values, first, last)) switch
            {
                ArrayLayout.Nhwc => new(values, Coloured(values, last, first, middle), ArrayLayout.Nhwc),
                _ => new(values, Coloured(values, first, middle, last), ArrayLayout.Nchw),
            },
            _ => throw new InvalidDataException(
                $"{values.Name} has shape {values.ShapeText}; images have (N, height, width), (N, height, width, "
                    + "channels), (N, channels, height, width) or (N, pixels)."
            ),
        };
    }

    /// <summary>
    /// The same images, turned upright if their columns come before their rows, as in EMNIST's files.
    /// </summary>
    public PixelArray Upright() =>
        this with
        {
            Shape = new ImageShape(Shape.Channels, Shape.Width, Shape.Height),
            _isTransposed = true,
        };

    /// <summary>Converts all values to intensities 0–255, (N, C, H, W).</summary>
    /// <param name="scale">The factor, from <see cref="PixelScale.Of"/>.</param>
    /// <param name="cancellation">Cancels the conversion.</param>
    public byte[] ToBytes(PixelScale scale, CancellationToken cancellation = default)
    {
        int size = Shape.PixelCount,
            area = Shape.Height * Shape.Width;
        byte[] result = new byte[Values.Count];
        double[] image = new double[size];
        for (int start = 0; start < result.Length; start += size)
        {
            cancellation.ThrowIfCancellationRequested();
            Values.CopyTo(start, image);
            var target = result.AsSpan(start, size);
            for (int i = 0; i < size; i++)
                target[Place(i, area)] = scale.ToByte(image[i]);
        }
        return result;
    }

    /// <summary>The place in (C, H, W) of element <paramref name="i"/> of an image.</summary>
    private int Place(int i, int area)
    {
        var (channel, pixel) =
            Layout == ArrayLayout.Nhwc ? (i % Shape.Channels, i / Shape.Channels) : (i / area, i % area);
        if (_isTransposed)
            pixel = (pixel % Shape.Height * Shape.Width) + (pixel / Shape.Height);
        return (channel * area) + pixel;
    }

    private static PixelArray OfRows(NumericArray values, int length, ArrayLayout? layout, ImageSize? size)
    {
        int area = size is { } given ? given.Width * given.Height : 0,
            grey = Side(length),
            colour = Side(length / Colours);
        ImageShape shape;
        if (size is { } wanted && (length == area || length == Colours * area))
            shape = new ImageShape(length / area, wanted.Height, wanted.Width);
        else if (grey * grey == length)
            shape = new ImageShape(1, grey, grey);
        else if (Colours * colour * colour == length)
            shape = new ImageShape(Colours, colour, colour);
        else
            throw new InvalidDataException(
                $"{values.Name} has shape {values.ShapeText}, and {length} pixels are no square; give the size with "
                    + "--image-size WIDTHxHEIGHT."
            );
        if (shape.Channels > 1 && layout is null)
            throw new InvalidDataException(
                $"{values.Name} has shape {values.ShapeText}: {shape} pixels in an unknown order; give --layout nhwc "
                    + "if the colours of a pixel are neighbours, or --layout nchw if each colour is a plane."
            );
        return new(values, shape, layout ?? ArrayLayout.Nchw);
    }

    private static int Side(int area) => (int)Math.Round(Math.Sqrt(area));

    private static ArrayLayout Deduce(NumericArray values, int first, int last) =>
        (first is 1 or Colours, last is 1 or Colours) switch
        {
            (true, false) => ArrayLayout.Nchw,
            (false, true) => ArrayLayout.Nhwc,
            (true, true) => throw new InvalidDataException(
                $"{values.Name} has shape {values.ShapeText}, in which the channels can be the second or the last axis; "
                    + "give --layout nchw or nhwc."
            ),
            _ => throw new InvalidDataException(
                $"{values.Name} has shape {values.ShapeText}; the second or the last axis must be 1 (grey) or 3 (RGB)."
            ),
        };

    private static ImageShape Coloured(NumericArray values, int channels, int height, int width) =>
        channels is 1 or Colours
            ? new ImageShape(channels, height, width)
            : throw new InvalidDataException(
                $"{values.Name} has shape {values.ShapeText}, so {channels} channels; images have 1 (grey) or 3 (RGB)."
            );
}

/// <summary>Converts the numbers of an array to intensities 0–255.</summary>
/// <param name="Factor">Factor before rounding.</param>
/// <param name="Remark">What was decided, in one line; null for bytes.</param>
internal readonly record struct PixelScale(double Factor, string? Remark)
{
    /// <summary>Excess over 1 that rounding causes.</summary>
    private const double Rounding = 1e-3;

    /// <summary>The scale of bytes, which are kept as they are.</summary>
    public static PixelScale Bytes { get; } = new(1, null);

    /// <summary>
    /// Decides the scale, the same for all arrays of a dataset: integers are 0–255, or black and white if none exceeds
    /// 1; floating-point numbers are in [0, 1], or in [0, 255] if one exceeds 1.
    /// </summary>
    /// <exception cref="InvalidDataException">A value is not finite, negative, or too large.</exception>
    public static PixelScale Of(IReadOnlyList<NumericArray> arrays)
    {
        double highest = arrays.Max(Highest);
        bool floats = arrays.Any(array => array.IsFloat);
        string name = arrays[0].Name;
        if (highest > byte.MaxValue)
            throw Unfit(name, highest);
        if (floats && highest is > 1 + Rounding and < 2)
            throw Unfit(name, highest);
        if (highest > 1 + Rounding)
            return new(1, floats ? $"{name} has values up to {Text(highest)}; 255 is white." : null);
        return floats ? new(byte.MaxValue, $"{name} has values up to {Text(highest)}; 1 is white.")
            : highest == 1 ? new(byte.MaxValue, $"{name} has the values 0 and 1 only; 1 is white.")
            : Bytes;
    }

    /// <summary>One intensity.</summary>
    public byte ToByte(double value) => (byte)Math.Min(Math.Round(value * Factor), byte.MaxValue);

    private static double Highest(NumericArray array)
    {
        const int Chunk = 1 << 14;
        double[] values = new double[Chunk];
        double highest = 0;
        for (int start = 0; start < array.Count; start += Chunk)
        {
            var part = values.AsSpan(0, Math.Min(Chunk, array.Count - start));
            array.CopyTo(start, part);
            foreach (double value in part)
            {
                // Not a number fails every comparison.
                if (!(value >= 0 && value <= double.MaxValue))
                    throw Unfit(array.Name, value);
                highest = Math.Max(highest, value);
            }
        }
        return highest;
    }

    private static InvalidDataException Unfit(string name, double value) =>
        new($"{name} has the value {Text(value)}; intensities are from 0 to 1, or from 0 to 255.");

    private static string Text(double value) => value.ToString("G6", CultureInfo.InvariantCulture);
}
