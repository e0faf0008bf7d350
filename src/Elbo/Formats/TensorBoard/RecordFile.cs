using System.Buffers.Binary;

namespace Elbo.Formats.TensorBoard;

/// <summary>Files of records as TensorFlow writes them: length, its check, data, their check, little-endian.</summary>
/// <remarks>
/// tensorflow/core/lib/io/record_writer.h. What a process that was killed has left of a record shows by its length or
/// checks.
/// </remarks>
internal static class RecordFile
{
    private const int HeaderLength = sizeof(ulong) + sizeof(uint),
        FooterLength = sizeof(uint);

    /// <summary>Bytes of a record with such data.</summary>
    public static int LengthOf(int data) => HeaderLength + data + FooterLength;

    /// <summary>Writes a record into <paramref name="target"/>, whose data is in its place already.</summary>
    /// <param name="target">As long as <see cref="LengthOf"/> says.</param>
    public static void Frame(Span<byte> target)
    {
        var data = Data(target);
        BinaryPrimitives.WriteUInt64LittleEndian(target, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[sizeof(ulong)..], Crc32C.Masked(target[..sizeof(ulong)]));
        BinaryPrimitives.WriteUInt32LittleEndian(target[^FooterLength..], Crc32C.Masked(data));
    }

    /// <summary>Where the data of a record lies in it.</summary>
    public static Span<byte> Data(Span<byte> record) => record[HeaderLength..^FooterLength];

    /// <summary>
    /// The data of the next record, or null at the end of the file and where the rest is not a sound record.
    /// </summary>
    public static byte[]? Read(Stream file)
    {
        Span<byte> header = stackalloc byte[HeaderLength];
        if (file.ReadAtLeast(header, HeaderLength, throwOnEndOfStream: false) < HeaderLength)
            return null;
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(header);
        bool sound =
            BinaryPrimitives.ReadUInt32LittleEndian(header[sizeof(ulong)..]) == Crc32C.Masked(header[..sizeof(ulong)]);
        if (!sound || length > (ulong)Math.Min(file.Length - file.Position, Array.MaxLength))
            return null;
        byte[] data = new byte[length];
        Span<byte> footer = stackalloc byte[FooterLength];
        if (
            file.ReadAtLeast(data, data.Length, throwOnEndOfStream: false) < data.Length
            || file.ReadAtLeast(footer, FooterLength, throwOnEndOfStream: false) < FooterLength
        )
            return null;
        return BinaryPrimitives.ReadUInt32LittleEndian(footer) == Crc32C.Masked(data) ? data : null;
    }
}
