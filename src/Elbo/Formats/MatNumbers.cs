using System.Buffers.Binary;

namespace Elbo.Formats;

/// <summary>
/// Numbers of a MAT-file, whatever type they are stored as: writers take the smallest that holds them all.
/// </summary>
internal static class MatNumbers
{
    private const int LongestNumber = 8;

    /// <summary>Bytes of a number, or 0 where the type is none of numbers.</summary>
    public static int SizeOf(MatType type) =>
        type switch
        {
            MatType.Int8 or MatType.UInt8 => 1,
            MatType.Int16 or MatType.UInt16 => 2,
            MatType.Int32 or MatType.UInt32 or MatType.Single => 4,
            MatType.Double or MatType.Int64 or MatType.UInt64 => 8,
            _ => 0,
        };

    /// <summary>The numbers of an element; integers beyond 2⁵³ are rounded.</summary>
    public static double[] Read(MatElement element)
    {
        int size = SizeOf(element.Type);
        double[] values = new double[element.Data.Length / size];
        var data = element.Data.Span;
        Span<byte> number = stackalloc byte[LongestNumber];
        number = number[..size];
        for (int i = 0; i < values.Length; i++)
        {
            data.Slice(i * size, size).CopyTo(number);
            if (!element.Data.IsLittleEndian)
                number.Reverse();
            values[i] = Read(element.Type, number);
        }
        return values;
    }

    private static double Read(MatType type, ReadOnlySpan<byte> number) =>
        type switch
        {
            MatType.Int8 => (sbyte)number[0],
            MatType.UInt8 => number[0],
            MatType.Int16 => BinaryPrimitives.ReadInt16LittleEndian(number),
            MatType.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(number),
            MatType.Int32 => BinaryPrimitives.ReadInt32LittleEndian(number),
            MatType.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(number),
            MatType.Single => BinaryPrimitives.ReadSingleLittleEndian(number),
            MatType.Double => BinaryPrimitives.ReadDoubleLittleEndian(number),
            MatType.Int64 => BinaryPrimitives.ReadInt64LittleEndian(number),
            _ => BinaryPrimitives.ReadUInt64LittleEndian(number),
        };
}
