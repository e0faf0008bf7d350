using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using Elbo.Formats.TensorBoard.Messages;
using Google.Protobuf;

namespace Elbo.Formats.TensorBoard;

/// <summary>
/// An event file of a folder, which TensorBoard shows as a run. It grows by whole records that are on the disk before
/// anything else happens.
/// </summary>
internal sealed class EventFile : IDisposable
{
    private const string Beginning = "events.out.tfevents.",
        Version = "brain.Event:2";

    private readonly FileStream _file;

    private EventFile(FileStream file) => _file = file;

    /// <summary>Goes on with the newest event file in <paramref name="folder"/>, or begins one.</summary>
    /// <remarks>
    /// A record that was not completed is cut off, and so is what is of a step after <paramref name="lastStep"/>: a run
    /// that goes on from an earlier
    /// checkpoint comes to those steps once more.
    /// </remarks>
    public static EventFile Open(string folder, long lastStep)
    {
        Directory.CreateDirectory(folder);
        string? newest = Directory.EnumerateFiles(folder, Beginning + "*").Max(StringComparer.Ordinal);
        // The number of seconds has ten digits until the year 2286, so that names sort by time.
        string path =
            newest
            ?? Path.Combine(
                folder,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{Beginning}{DateTimeOffset.UtcNow.ToUnixTimeSeconds()}.elbo"
                )
            );
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read);
        try
        {
            file.SetLength(SoundLength(file, lastStep));
            file.Seek(0, SeekOrigin.End);
            var events = new EventFile(file);
            if (file.Length == 0)
                events.Append(new Event { WallTime = Now, FileVersion = Version });
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

    /// <summary>Adds what was seen at a step, as one record.</summary>
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

    public void Dispose() => _file.Dispose();

    private void Append(Event happened)
    {
        byte[] record = new byte[RecordFile.LengthOf(happened.CalculateSize())];
        happened.WriteTo(RecordFile.Data(record));
        RecordFile.Frame(record);
        _file.Write(record);
        _file.Flush(flushToDisk: true);
    }

    /// <summary>Where the last sound record of the wanted steps ends.</summary>
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
