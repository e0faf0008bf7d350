using System.Globalization;
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
