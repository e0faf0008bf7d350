using System.IO.Compression;
using System.Text;
using Elbo.Formats;

namespace Elbo.Tests.Formats;

/// <summary>Makes MAT-files of either byte order, from the description of the format and not from the reader.</summary>
internal sealed class MatBuilder(bool littleEndian = true)
{
    private const int MatrixType = 14,
        CompressedType = 15;

    private readonly List<byte> _elements = [];

    public byte[] File =>
        [
            .. Encoding.ASCII.GetBytes("MATLAB 5.0 MAT-file".PadRight(124)),
            .. (littleEndian ? (byte[])[0, 1, (byte)'I', (byte)'M'] : [1, 0, (byte)'M', (byte)'I']),
            .. _elements,
        ];

    /// <summary>An array; its values column by column, as bytes in the order of this file.</summary>
    public MatBuilder Array(
        string name,
        int[] dimensions,
        MatType type,
        byte[] values,
        int kind = 6,
        bool compress = false
    )
    {
        byte[] matrix = Tagged(
            MatrixType,
            [
                .. Tagged(6, [.. Word((uint)kind), .. Word(0)]),
                .. Tagged(5, [.. dimensions.SelectMany(d => Word((uint)d))]),
                .. Tagged(1, Encoding.ASCII.GetBytes(name)),
                .. Tagged((int)type, values),
            ]
        );
        return Raw(compress ? Tagged(CompressedType, Deflate(matrix), pad: false) : matrix);
    }

    public MatBuilder Raw(byte[] element)
    {
        _elements.AddRange(element);
        return this;
    }

    /// <summary>An element: small where it fits, as MATLAB writes it.</summary>
    public byte[] Tagged(int type, byte[] data, bool pad = true)
    {
        if (data.Length is > 0 and <= 4 && pad)
            return [.. Word((uint)(data.Length << 16 | type)), .. data, .. new byte[4 - data.Length]];
        return
        [
            .. Word((uint)type),
            .. Word((uint)data.Length),
            .. data,
            .. new byte[pad ? (8 - data.Length % 8) % 8 : 0],
        ];
    }

    public byte[] Word(uint value) => Ordered(BitConverter.GetBytes(value));

    /// <summary>A number's bytes in the order of this file.</summary>
    public byte[] Ordered(byte[] number)
    {
        if (BitConverter.IsLittleEndian != littleEndian)
            number.AsSpan().Reverse();
        return number;
    }

    public static byte[] Deflate(byte[] data)
    {
        using var result = new MemoryStream();
        using (var zlib = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(data);
        return result.ToArray();
    }
}
