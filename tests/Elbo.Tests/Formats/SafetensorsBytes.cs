using System.Buffers.Binary;
using System.Text;

namespace Elbo.Tests.Formats;

/// <summary>Safetensors files put together by hand, independent of the writer.</summary>
internal static class SafetensorsBytes
{
    public static byte[] Of(string header, params byte[] data) => Of(Encoding.UTF8.GetBytes(header), data);

    public static byte[] Of(byte[] header, byte[] data) => Of((ulong)header.Length, header, data);

    public static byte[] Of(ulong headerLength, string header, params byte[] data) =>
        Of(headerLength, Encoding.UTF8.GetBytes(header), data);

    private static byte[] Of(ulong headerLength, byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, headerLength);
        return [.. length, .. header, .. data];
    }
}
