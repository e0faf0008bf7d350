using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Elbo.Formats.Numpy;

/// <summary>Reads arrays in NumPy's .npy format, versions 1 to 3, of any numeric type and in either byte order.</summary>
/// <remarks>
/// The format is specified in NumPy's documentation, numpy.lib.format. Arrays of Python objects are refused, because
/// they are pickles, which can run code. No memory is taken for elements that the stream does not have.
/// </remarks>
internal static partial class NpyReader
{
    private const string Format = "in NumPy's .npy format";
    private const int Prefix = 8;
    private const int LongestHeader = 1 << 16;
    private const int FirstAllocation = 1 << 20;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads an array.</summary>
    /// <param name="stream">The content, from its first byte.</param>
    /// <param name="length">Length of the content in bytes, as the file or its archive says.</param>
    /// <param name="name">Name of the array in messages.</param>
    /// <exception cref="InvalidDataException">The content is not an array of numbers, or is incomplete.</exception>
    public static NumericArray Read(Stream stream, long length, string name) =>
        FormatBoundary.Read(name, Format, () => ReadArray(stream, length, name));

    private static NumericArray ReadArray(Stream stream, long length, string name)
    {
        var header = ReadHeader(stream, name);
        long count = header.Shape.Aggregate(1L, (product, side) => checked(product * side)),
            size = NumericArray.SizeOf(header.Type),
            left = length - header.Length;
        if (count > Array.MaxLength / size)
            throw new InvalidDataException(
                $"{name}: {header.Describe()} takes {(double)count * size / 1e9:F1} GB; at most "
                    + $"{Array.MaxLength / 1e9:F1} can be read."
            );
        if (count * size != left)
            throw new InvalidDataException(
                $"{name}: {header.Describe()} takes {count * size:N0} bytes; the file has {left:N0} after its header. "
                    + "It is damaged or incomplete."
            );
        byte[] data = ReadBody(stream, (int)left, name);
        if (header.Swapped)
            SwapBytes(data, (int)size);
        return new NumericArray(
            name,
            header.Type,
            header.Shape,
            header.Fortran ? RowMajor(data, header.Shape, (int)size) : data
        );
    }

    /// <summary>
    /// Reads an array of texts with one axis. NumPy stores each text as UTF-32 or as bytes, padded to the longest.
    /// </summary>
    /// <param name="stream">The content, from its first byte.</param>
    /// <param name="name">Name of the array in messages.</param>
    /// <exception cref="InvalidDataException">The content is not such an array, or is incomplete.</exception>
    public static string[] ReadTexts(Stream stream, string name) =>
        FormatBoundary.Read(name, Format, () => ReadTextArray(stream, name));

    private static string[] ReadTextArray(Stream stream, string name)
    {
        var (text, _) = ReadHeaderText(stream, name);
        string type = Description().Match(text).Groups[1].Value;
        var encoding = type is [_, 'S', ..] ? Encoding.UTF8 : new UTF32Encoding(type is ['>', ..], false);
        if (
            type is not [_, 'U' or 'S', .. var digits]
            || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int width)
            || ShapeOf(text, name) is not [int count]
            // As floating-point numbers, because the product can overflow.
            || (double)Math.Max(count, 1) * width * sizeof(int) > Array.MaxLength
        )
            throw new InvalidDataException($"{name}: is not an array of texts with one axis.");
        int size = type[1] == 'S' ? width : width * sizeof(int);
        byte[] data = ReadBody(stream, count * size, name);
        return [.. Enumerable.Range(0, count).Select(i => encoding.GetString(data, i * size, size).TrimEnd('\0'))];
    }

    private static Header ReadHeader(Stream stream, string name)
    {
        var (text, length) = ReadHeaderText(stream, name);
        var (type, swapped) = TypeOf(Description().Match(text), name);
        if (Order().Match(text) is not { Success: true } order)
            throw new InvalidDataException($"{name}: the header has no fortran_order.");
        return new Header(type, swapped, order.Groups[1].Value == "True", ShapeOf(text, name), length);
    }

    private static (string Text, long Length) ReadHeaderText(Stream stream, string name)
    {
        byte[] start = ReadBody(stream, Prefix, name);
        if (!start.AsSpan().StartsWith(Magic))
            throw new InvalidDataException($"{name}: is not in NumPy's .npy format.");
        int digits = start[6] == 1 ? 2 : 4;
        byte[] field = ReadBody(stream, digits, name);
        long length =
            digits == 2
                ? BinaryPrimitives.ReadUInt16LittleEndian(field)
                : BinaryPrimitives.ReadUInt32LittleEndian(field);
        if (start[6] is 0 or > 3 || length > LongestHeader)
            throw new InvalidDataException($"{name}: version {start[6]} of .npy; 1 to 3 can be read.");
        return (Encoding.UTF8.GetString(ReadBody(stream, (int)length, name)), Prefix + digits + length);
    }

    private static int[] ShapeOf(string header, string name)
    {
        if (Sides().Match(header) is not { Success: true } sides)
            throw new InvalidDataException($"{name}: the header has no shape.");
        int[] shape =
        [
            .. sides
                .Groups[1]
                .Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(side =>
                    int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out int value)
                        ? value
                        : throw new InvalidDataException($"{name}: an axis has length {side}, which is too long.")
                ),
        ];
        // Lengths of four axes can overflow 64 bits.
        if (shape.Aggregate(1.0, (product, side) => product * side) > long.MaxValue / 16)
            throw new InvalidDataException(
                $"{name}: the header says {NumericArray.TextOf(shape)}, which is too large."
            );
        return shape;
    }

    private static (NumericType Type, bool Swapped) TypeOf(Match description, string name)
    {
        if (!description.Success)
            throw new InvalidDataException($"{name}: has several fields per element; an array of numbers is needed.");
        string text = description.Groups[1].Value;
        NumericType? type =
            text.Length < 2
                ? null
                : text[1..] switch
                {
                    "b1" => NumericType.Boolean,
                    "i1" => NumericType.Int8,
                    "u1" => NumericType.UInt8,
                    "i2" => NumericType.Int16,
                    "u2" => NumericType.UInt16,
                    "i4" => NumericType.Int32,
                    "u4" => NumericType.UInt32,
                    "i8" => NumericType.Int64,
                    "u8" => NumericType.UInt64,
                    "f2" => NumericType.Float16,
                    "f4" => NumericType.Float32,
                    "f8" => NumericType.Float64,
                    _ => null,
                };
        return (
            type
                ?? throw new InvalidDataException(
                    $"{name}: has elements of type {text}"
                        + (
                            text.Contains('O', StringComparison.Ordinal)
                                ? ", pickled Python objects, which are not read because they can run code"
                                : ""
                        )
                        + "; integers or floating-point numbers are needed."
                ),
            text[0] == (BitConverter.IsLittleEndian ? '>' : '<')
        );
    }

    /// <summary>Reads bytes. Memory grows with the bytes that arrive.</summary>
    private static byte[] ReadBody(Stream stream, int length, string name)
    {
        byte[] body = new byte[Math.Min(length, FirstAllocation)];
        int filled = 0;
        while (true)
        {
            int got = stream.ReadAtLeast(body.AsSpan(filled), body.Length - filled, throwOnEndOfStream: false);
            filled += got;
            if (filled < body.Length)
                throw new InvalidDataException(
                    $"{name}: ends {length - filled:N0} bytes too early; it is incomplete or not in NumPy's .npy format."
                );
            if (filled == length)
                return body;
            Array.Resize(ref body, (int)Math.Min(length, 2L * body.Length));
        }
    }

    private static void SwapBytes(byte[] data, int size)
    {
        for (int at = 0; at < data.Length; at += size)
            data.AsSpan(at, size).Reverse();
    }

    /// <summary>Reorders elements whose first axis varies fastest.</summary>
    private static byte[] RowMajor(byte[] data, int[] shape, int size)
    {
        byte[] result = new byte[data.Length];
        int[] index = new int[shape.Length],
            strides = new int[shape.Length];
        for (int axis = 0, stride = size; axis < shape.Length; stride *= shape[axis++])
            strides[axis] = stride;
        int source = 0;
        for (int target = 0; target < result.Length; target += size)
        {
            data.AsSpan(source, size).CopyTo(result.AsSpan(target));
            for (int axis = shape.Length - 1; axis >= 0; axis--)
            {
                source += strides[axis];
                if (++index[axis] < shape[axis])
                    break;
                source -= strides[axis] * shape[axis];
                index[axis] = 0;
            }
        }
        return result;
    }

    [GeneratedRegex("""'descr':\s*'([^']*)'""")]
    private static partial Regex Description();

    [GeneratedRegex("""'fortran_order':\s*(True|False)""")]
    private static partial Regex Order();

    [GeneratedRegex("""'shape':\s*\(([\d\s,]*)\)""")]
    private static partial Regex Sides();

    private sealed record Header(NumericType Type, bool Swapped, bool Fortran, int[] Shape, long Length)
    {
        public string Describe() =>
            $"an array of shape {NumericArray.TextOf(Shape)} and type {Type.ToString().ToLowerInvariant()}";
    }
}
