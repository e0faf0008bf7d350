using System.Runtime.InteropServices;

namespace Elbo.Formats.Numpy;

/// <summary>Element types of arrays.</summary>
internal enum NumericType
{
    Boolean,
    Int8,
    UInt8,
    Int16,
    UInt16,
    Int32,
    UInt32,
    Int64,
    UInt64,
    Float16,
    Float32,
    Float64,
}

/// <summary>An array of numbers, read from a file.</summary>
/// <param name="Name">The array in messages, such as <c>mnist.npz: x_train</c>.</param>
/// <param name="Type">Type of the elements.</param>
/// <param name="Shape">Lengths of the axes; the last axis varies fastest.</param>
/// <param name="Data">The elements in the byte order of this machine.</param>
internal sealed record NumericArray(string Name, NumericType Type, int[] Shape, byte[] Data)
{
    /// <summary>Number of elements.</summary>
    public int Count => Data.Length / SizeOf(Type);

    /// <summary>Whether the elements are floating-point numbers.</summary>
    public bool IsFloat => Type is NumericType.Float16 or NumericType.Float32 or NumericType.Float64;

    /// <summary>The shape as NumPy prints it, for example <c>(60000, 28, 28)</c>.</summary>
    public string ShapeText => TextOf(Shape);

    /// <summary>An array of single-precision numbers.</summary>
    public static NumericArray Of(string name, int[] shape, ReadOnlySpan<float> values) =>
        new(name, NumericType.Float32, shape, MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>Bytes of one element.</summary>
    public static int SizeOf(NumericType type) =>
        type switch
        {
            NumericType.Boolean or NumericType.Int8 or NumericType.UInt8 => 1,
            NumericType.Int16 or NumericType.UInt16 or NumericType.Float16 => 2,
            NumericType.Int32 or NumericType.UInt32 or NumericType.Float32 => 4,
            _ => 8,
        };

    /// <summary>A shape as NumPy prints it.</summary>
    public static string TextOf(IReadOnlyList<int> shape) =>
        shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";

    /// <summary>Converts the elements from index <paramref name="start"/> to double precision.</summary>
    public void CopyTo(int start, Span<double> target)
    {
        switch (Type)
        {
            case NumericType.Boolean or NumericType.UInt8:
                Convert<byte>(start, target, v => v);
                break;
            case NumericType.Int8:
                Convert<sbyte>(start, target, v => v);
                break;
            case NumericType.Int16:
                Convert<short>(start, target, v => v);
                break;
            case NumericType.UInt16:
                Convert<ushort>(start, target, v => v);
                break;
            case NumericType.Int32:
                Convert<int>(start, target, v => v);
                break;
            case NumericType.UInt32:
                Convert<uint>(start, target, v => v);
                break;
            case NumericType.Int64:
                Convert<long>(start, target, v => v);
                break;
            case NumericType.UInt64:
                Convert<ulong>(start, target, v => v);
                break;
            case NumericType.Float16:
                Convert<Half>(start, target, v => (double)v);
                break;
            case NumericType.Float32:
                Convert<float>(start, target, v => v);
                break;
            default:
                Convert<double>(start, target, v => v);
                break;
        }
    }

    private void Convert<T>(int start, Span<double> target, Func<T, double> convert)
        where T : unmanaged
    {
        var source = MemoryMarshal.Cast<byte, T>(Data).Slice(start, target.Length);
        for (int i = 0; i < target.Length; i++)
            target[i] = convert(source[i]);
    }
}
