using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Elbo.Formats.TensorBoard.Messages;
using Google.Protobuf;

namespace Elbo.Formats.TensorBoard;

/// <summary>
/// A TensorBoard event file. It grows by whole records, each of which is on disk before the next step.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Beginning = "events.out.tfevents.",
        Version = "brain.Event:2";

    private readonly FileStream _file;

    private EventFile(FileStream file) => _file = file;

    /// <summary>Opens the newest event file in <paramref name="folder"/> for appending, or creates one.</summary>
    /// <remarks>
    /// Removes an incomplete last record, and all records of steps after <paramref name="lastStep"/>, because a run
    /// that resumes from an earlier checkpoint repeats those steps.
    /// </remarks>
    public static EventFile Open(string folder, long lastStep)
    {
        FolderSync.Create(folder);
        string? newest = Directory.EnumerateFiles(folder, Beginning + "*").Max(StringComparer.Ordinal);
        // The number of seconds has ten digits until the year 2286, so names sort by time.
        string path =
            newest
            ?? Path.Combine(
                folder,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Beginning}{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.elbo"
                )
            );
        if (newest is not null)
            RegularFile.Require(newest);
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            file.SetLength(SoundLength(file, lastStep));
            file.Seek(0, SeekOrigin.End);
            var events = new EventFile(file);
            if (file.Length == 0)
                events.Append(new Event { WallTime = Now, FileVersion = Version });
            if (newest is null)
                FolderSync.Flush(folder);
            return events;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Seconds since 1970.</summary>
    public static double Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() / 1000.0;

    /// <summary>Appends the values of a step as one record.</summary>
    public void Append(long step, IEnumerable<Summary.Types.Value> values)
    {
        var summary = new Summary();
        summary.Value.AddRange(values);
        Append(
            new Event
            {
                WallTime = Now,
                Step = step,
                Summary = summary,
            }
        );
    }

    /// <summary>Appends a graph for the tab GRAPHS.</summary>
    public void AppendGraph(IEnumerable<GraphNode> nodes) =>
        Append(new Event { WallTime = Now, GraphDef = GraphNode.ToGraph(nodes).ToByteString() });

    public void Dispose() => _file.Dispose();

    private void Append(Event happened)
    {
        byte[] record = new byte[RecordFile.LengthOf(happened.CalculateSize())];
        happened.WriteTo(RecordFile.Data(record));
        RecordFile.Frame(record);
        _file.Write(record);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>The end of the last valid record with a step that is kept.</summary>
    private static long SoundLength(FileStream file, long lastStep)
    {
        long length = 0;
        while (RecordFile.Read(file) is { } data && IsWanted(data, lastStep))
            length = file.Position;
        return length;
    }

    private static bool IsWanted(byte[] data, long lastStep)
    {
        try
        {
            return Event.Parser.ParseFrom(data).Step <= lastStep;
        }
        catch (InvalidProtocolBufferException)
        {
            return false;
        }
    }
}

/// <summary>Record files in TensorFlow's format: length, its checksum, data, their checksum, little-endian.</summary>
/// <remarks>
/// tensorflow/core/lib/io/record_writer.h. A record left incomplete by a killed process is detected by its length or
/// checksums.
/// </remarks>
internal static class RecordFile
{
    private const int HeaderLength = sizeof(ulong) + sizeof(uint),
        FooterLength = sizeof(uint);

    /// <summary>Total length of a record with this many bytes of data.</summary>
    public static int LengthOf(int data) => HeaderLength + data + FooterLength;

    /// <summary>Adds length and checksums to a record whose data is already in place.</summary>
    /// <param name="target">The record, of the length given by <see cref="LengthOf"/>.</param>
    public static void Frame(Span<byte> target)
    {
        var data = Data(target);
        BinaryPrimitives.WriteUInt64LittleEndian(target, (ulong)data.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(target[sizeof(ulong)..], Crc32C.Masked(target[..sizeof(ulong)]));
        BinaryPrimitives.WriteUInt32LittleEndian(target[^FooterLength..], Crc32C.Masked(data));
    }

    /// <summary>The data within a record.</summary>
    public static Span<byte> Data(Span<byte> record) => record[HeaderLength..^FooterLength];

    /// <summary>
    /// Reads the data of the next record; null at the end of the file, or if the rest is not a valid record.
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

/// <summary>The CRC-32C checksum (Castagnoli polynomial), and its masked form in record files.</summary>
/// <remarks>
/// RFC 3720, appendix B.4. The mask avoids weak checksums of data that contain checksums themselves (LevelDB's
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
