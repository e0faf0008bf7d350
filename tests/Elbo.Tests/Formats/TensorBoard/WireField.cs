using System.Buffers.Binary;
using System.Text;

namespace Elbo.Tests.Formats.TensorBoard;

/// <summary>One field of a protocol buffer, read from the wire format alone.</summary>
/// <remarks>protobuf.dev, "Encoding". Knows no message; what a number means is for the caller to say.</remarks>
internal readonly record struct WireField(int Number, ulong Bits, ReadOnlyMemory<byte> Bytes)
{
    public double Double => BitConverter.UInt64BitsToDouble(Bits);

    public float Single => BitConverter.UInt32BitsToSingle((uint)Bits);

    public string Text => new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Bytes.Span);

    /// <summary>The message that this field holds.</summary>
    public IReadOnlyList<WireField> Message => ReadAll(Bytes);

    /// <summary>Numbers of a packed field.</summary>
    public double[] Doubles
    {
        get
        {
            Assert.Equal(0, Bytes.Length % 8);
            double[] values = new double[Bytes.Length / 8];
            for (int i = 0; i < values.Length; i++)
                values[i] = BinaryPrimitives.ReadDoubleLittleEndian(Bytes.Span[(8 * i)..]);
            return values;
        }
    }

    public static IReadOnlyList<WireField> ReadAll(ReadOnlyMemory<byte> message)
    {
        var fields = new List<WireField>();
        for (int at = 0; at < message.Length; )
        {
            ulong key = Varint(message.Span, ref at);
            int number = (int)(key >> 3);
            Assert.InRange(number, 1, 1000);
            switch (key & 7)
            {
                case 0:
                    fields.Add(new WireField(number, Varint(message.Span, ref at), default));
                    break;
                case 1:
                    fields.Add(
                        new WireField(number, BinaryPrimitives.ReadUInt64LittleEndian(message.Span[at..]), default)
                    );
                    at += 8;
                    break;
                case 2:
                    int length = checked((int)Varint(message.Span, ref at));
                    fields.Add(new WireField(number, 0, message.Slice(at, length)));
                    at += length;
                    break;
                case 5:
                    fields.Add(
                        new WireField(number, BinaryPrimitives.ReadUInt32LittleEndian(message.Span[at..]), default)
                    );
                    at += 4;
                    break;
                default:
                    throw new InvalidDataException($"byte {at}: wire type {key & 7}");
            }
        }
        return fields;
    }

    private static ulong Varint(ReadOnlySpan<byte> data, ref int at)
    {
        ulong value = 0;
        for (int shift = 0; ; shift += 7)
        {
            byte part = data[at++];
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
            Assert.True(shift < 63);
        }
    }
}
