using System.Buffers.Binary;

namespace Elbo.Tests.Formats.TensorBoard;

/// <summary>
/// Reads event files with nothing of the code that writes them: records, checks and messages from their public
/// descriptions.
/// </summary>
internal static class EventReader
{
    private const int GraphDef = 4;

    /// <summary>The data of every record; a file that is not whole is an error.</summary>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Records(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        var records = new List<ReadOnlyMemory<byte>>();
        for (int at = 0; at < file.Length; )
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Assert.Equal(MaskedCrc(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file.AsMemory(at + 12, length);
            Assert.Equal(MaskedCrc(data.Span), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            records.Add(data);
            at += length + 16;
        }
        return records;
    }

    /// <summary>
    /// Every value of the one event file in a folder, in order; the first event has to name the version.
    /// </summary>
    public static IReadOnlyList<ReadValue> Folder(string path)
    {
        string file = Assert.Single(Directory.GetFiles(path, "*.tfevents.*"));
        var events = Records(file).Select(data => WireField.ReadAll(data)).ToArray();
        Assert.Equal("brain.Event:2", events[0].Single(f => f.Number == 3).Text);
        Assert.All(events, e => Assert.InRange(e.Single(f => f.Number == 1).Double, 1.5e9, 1e10));
        return [.. events.Skip(1).Where(e => e.All(f => f.Number != GraphDef)).SelectMany(Values)];
    }

    /// <summary>The nodes of the one graph in the event file of a folder.</summary>
    public static IReadOnlyList<ReadNode> Graph(string path)
    {
        string file = Assert.Single(Directory.GetFiles(path, "*.tfevents.*"));
        var graph = Records(file).SelectMany(data => WireField.ReadAll(data)).Single(f => f.Number == GraphDef);
        return [.. graph.Message.Select(node => Node(node.Message))];
    }

    private static ReadNode Node(IReadOnlyList<WireField> fields)
    {
        // map<string, AttrValue>: entries of key 1 and value 2.
        var attributes = fields
            .Where(f => f.Number == 5)
            .ToDictionary(
                f => f.Message.Single(e => e.Number == 1).Text,
                f => f.Message.Single(e => e.Number == 2).Message
            );
        var shapes = attributes["_output_shapes"].Single(f => f.Number == 1).Message;
        var sides = shapes
            .Single(f => f.Number == 7)
            .Message.Select(dim => (long)dim.Message.Single(f => f.Number == 1).Bits);
        return new ReadNode(
            fields.Single(f => f.Number == 1).Text,
            fields.Single(f => f.Number == 2).Text,
            [.. fields.Where(f => f.Number == 3).Select(f => f.Text)],
            [.. sides],
            attributes.TryGetValue("parameters", out var count) ? (long)count.Single(f => f.Number == 3).Bits : 0
        );
    }

    private static IEnumerable<ReadValue> Values(IReadOnlyList<WireField> happened)
    {
        long step = (long)happened.FirstOrDefault(f => f.Number == 2).Bits;
        foreach (var value in happened.Single(f => f.Number == 5).Message)
        {
            Assert.Equal(1, value.Number);
            yield return Value(step, value.Message);
        }
    }

    private static ReadValue Value(long step, IReadOnlyList<WireField> fields)
    {
        string tag = fields.Single(f => f.Number == 1).Text;
        var what = fields.Single(f => f.Number is 2 or 4 or 5 or 8);
        var read = what.Number switch
        {
            2 => new ReadValue(step, tag, "scalar") { Scalar = what.Single },
            4 => new ReadValue(step, tag, "image") { Image = Image(what.Message) },
            5 => new ReadValue(step, tag, "histogram") { Histogram = Histogram(what.Message) },
            _ => new ReadValue(step, tag, "tensor"),
        };
        if (fields.All(f => f.Number != 9))
            return read;
        var plugin = fields.Single(f => f.Number == 9).Message.Single(f => f.Number == 1).Message;
        return read with
        {
            Plugin = plugin.Single(f => f.Number == 1).Text,
            Content = plugin.Single(f => f.Number == 2).Bytes,
        };
    }

    private static ReadImage Image(IReadOnlyList<WireField> fields)
    {
        int Number(int number) => (int)fields.Single(f => f.Number == number).Bits;
        return new ReadImage(Number(2), Number(1), Number(3), fields.Single(f => f.Number == 4).Bytes.ToArray());
    }

    private static ReadHistogram Histogram(IReadOnlyList<WireField> fields)
    {
        // A number that is 0 is not written.
        double Number(int number) => fields.FirstOrDefault(f => f.Number == number).Double;
        return new ReadHistogram(
            Number(1),
            Number(2),
            Number(3),
            Number(4),
            Number(5),
            fields.Single(f => f.Number == 6).Doubles,
            fields.Single(f => f.Number == 7).Doubles
        );
    }

    /// <summary>CRC-32C bit by bit, as the polynomial 0x1EDC6F41 says it, reflected; then LevelDB's mask.</summary>
    public static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        uint crc = 0xffffffff;
        foreach (byte b in data)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0x82f63b78 : crc >> 1;
        }
        crc = ~crc;
        return ((crc >> 15) | (crc << 17)) + 0xa282ead8;
    }
}
