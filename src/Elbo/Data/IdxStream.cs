using System.Buffers.Binary;

namespace Elbo.Data;

/// <summary>The decompressed bytes of one IDX file, counted so that every complaint can name its offset.</summary>
internal sealed class IdxStream : IDisposable
{
    private const int FirstAllocation = 1 << 20;

    private readonly string _path;
    private readonly Stream _content;

    public IdxStream(string path)
    {
        _path = path;
        _content = GzipFile.OpenDecompressed(path);
    }

    /// <summary>Bytes read so far.</summary>
    public long Offset { get; private set; }

    /// <summary>The next big-endian word of the header.</summary>
    public uint ReadWord(string meaning)
    {
        Span<byte> word = stackalloc byte[4];
        int got = Fill(word);
        return got == 4
            ? BinaryPrimitives.ReadUInt32BigEndian(word)
            : throw Fault(
                Offset,
                $"found the end of the file; expected {meaning}. The file is incomplete: delete it and fetch it again."
            );
    }

    /// <summary>The next <paramref name="length"/> bytes, which must be the file's last.</summary>
    public byte[] ReadBody(int length, string meaning)
    {
        // Memory grows with what really arrives: a header that lies about the size of a short file costs nothing.
        byte[] body = new byte[Math.Min(length, FirstAllocation)];
        int filled = 0;
        while (true)
        {
            filled += Fill(body.AsSpan(filled));
            if (filled < body.Length)
                throw Fault(
                    Offset,
                    $"found the end of the file; expected {length - filled} more bytes of {meaning}. The file is "
                        + "incomplete: delete it and fetch it again."
                );
            if (filled == length)
                break;
            Array.Resize(ref body, (int)Math.Min(length, 2L * body.Length));
        }
        Span<byte> next = stackalloc byte[1];
        if (Fill(next) == 1)
            throw Fault(
                Offset - 1,
                $"found more bytes; expected the end of the file after {meaning}. The file is damaged: delete it "
                    + "and fetch it again."
            );
        return body;
    }

    /// <summary>The exception for what is wrong at byte <paramref name="offset"/>.</summary>
    public InvalidDataException Fault(long offset, string problem, Exception? cause = null) =>
        new($"{_path}: at byte {offset}: {problem}", cause);

    public void Dispose() => _content.Dispose();

    private int Fill(Span<byte> buffer)
    {
        int filled = 0;
        try
        {
            while (filled < buffer.Length)
            {
                int got = _content.Read(buffer[filled..]);
                if (got == 0)
                    break;
                filled += got;
                Offset += got;
            }
        }
        catch (InvalidDataException e)
        {
            throw Fault(
                Offset,
                "found damaged gzip data; expected a whole gzip stream. The file is damaged: delete it and fetch "
                    + "it again.",
                e
            );
        }
        return filled;
    }
}
