using System.Buffers.Binary;
using System.Numerics;

namespace Elbo.Formats.TensorBoard;

/// <summary>The cyclic redundancy check with Castagnoli's polynomial, and its masked form in record files.</summary>
/// <remarks>
/// RFC 3720, appendix B.4. The mask keeps a check of data that itself holds checks from being weak (LevelDB's
/// crc32c.h).
/// </remarks>
internal static class Crc32C
{
    private const uint MaskDelta = 0xa282ead8;

    public static uint Of(ReadOnlySpan<byte> data)
    {
        uint crc = uint.MaxValue;
        for (; data.Length >= sizeof(ulong); data = data[sizeof(ulong)..])
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(data));
        foreach (byte b in data)
            crc = BitOperations.Crc32C(crc, b);
        return ~crc;
    }

    public static uint Masked(ReadOnlySpan<byte> data) => BitOperations.RotateRight(Of(data), 15) + MaskDelta;
}
