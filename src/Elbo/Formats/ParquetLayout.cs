using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Parquet.Meta;

namespace Elbo.Formats;

/// <summary>Checks what a Parquet file says of itself, before Parquet.Net takes memory for it.</summary>
/// <remarks>
/// Parquet.Net 6.1 reads a number beyond the end of its metadata for ever, follows nested structures until the stack
/// ends, and allocates what a page says that it needs. So its own parser reads the metadata and the headers of pages
/// here, from a <see cref="ParquetStream"/>, which ends with an exception. The parser is internal; a version with other
/// names fails all tests of Parquet files.
/// </remarks>
internal static class ParquetLayout
{
    private const string Parser = "Parquet.Meta.Proto.ThriftCompactProtocolReader, Parquet";
    private const int TailLength = 8;

    /// <summary>Reads the metadata at the end of a file. Parquet.Net can then do it without harm.</summary>
    /// <exception cref="InvalidDataException">The file is too short.</exception>
    public static void CheckMetadata(string path, Stream file)
    {
        Span<byte> tail = stackalloc byte[TailLength];
        if (file.Length < TailLength)
            throw new InvalidDataException($"{path}: {file.Length} bytes are too few for a file in Parquet format.");
        file.Position = file.Length - TailLength;
        file.ReadExactly(tail);
        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length < 0 || length > file.Length - TailLength)
            throw new InvalidDataException(
                $"{path}: the metadata are said to have {length:N0} bytes; the file has {file.Length:N0}."
            );
        byte[] metadata = new byte[length];
        file.Position = file.Length - TailLength - length;
        file.ReadExactly(metadata);
        Parse(path, () => ReadMetadata(null, CreateParser(new ParquetStream(new MemoryStream(metadata)))));
    }

    /// <summary>Checks the sizes and counts in the page headers of a column.</summary>
    /// <param name="path">Path of the file, for messages.</param>
    /// <param name="file">The file.</param>
    /// <param name="column">The metadata of the column in a row group.</param>
    /// <exception cref="InvalidDataException">
    /// A page is larger than the file, or expands to more than the limit.
    /// </exception>
    public static void CheckPages(string path, Stream file, ColumnMetaData column)
    {
        long position = Math.Min(
            column.DataPageOffset,
            column.DictionaryPageOffset is > 0 and { } dictionary ? dictionary : long.MaxValue
        );
        long compressed = 0,
            expanded = 0;
        // A value takes a bit at least somewhere; more values are a false header.
        if (column.NumValues < 0 || column.NumValues > file.Length * 8)
            throw Fault($"has {column.NumValues:N0} values, more than its bytes");
        for (long values = 0; values < column.NumValues; )
        {
            if (position < 0 || position >= file.Length)
                throw Fault($"has a page at byte {position:N0}");
            file.Position = position;
            var page = Parse(path, () => ReadPage(null, CreateParser(file)));
            position = file.Position + page.CompressedPageSize;
            if (page.CompressedPageSize < 0 || page.UncompressedPageSize < 0 || position > file.Length)
                throw Fault(
                    $"has a page of {page.CompressedPageSize:N0} bytes, {page.UncompressedPageSize:N0} expanded"
                );
            compressed += page.CompressedPageSize;
            expanded += page.UncompressedPageSize;
            UnpackLimit.Check(expanded, compressed, $"{path}: {Name()}");
            if (page.DictionaryPageHeader is { } entries)
            {
                if (entries.NumValues < 0 || entries.NumValues > page.UncompressedPageSize * 8L)
                    throw Fault(
                        $"has {entries.NumValues:N0} entries in a dictionary of {page.UncompressedPageSize:N0} bytes"
                    );
                continue;
            }
            int count = page.DataPageHeader?.NumValues ?? page.DataPageHeaderV2?.NumValues ?? 0;
            if (count < 0)
                throw Fault($"has {count:N0} values in a page");
            values += count;
        }

        InvalidDataException Fault(string what) => new($"{path}: {Name()} {what}; the file has {file.Length:N0}.");

        string Name() => $"column {string.Join('.', column.PathInSchema)}";
    }

    /// <summary>
    /// Runs the parser, which allocates a text before it reads it: more than an array can have, and up to 2 GB of pages
    /// that nothing is written to.
    /// </summary>
    private static T Parse<T>(string path, Func<T> parse)
    {
        try
        {
            return parse();
        }
        catch (OutOfMemoryException e)
        {
            throw new InvalidDataException($"{path}: a text in the metadata is said to be longer than the file.", e);
        }
    }

    [UnsafeAccessor(UnsafeAccessorKind.Constructor)]
    [return: UnsafeAccessorType(Parser)]
    private static extern object CreateParser(Stream content);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Read")]
    private static extern FileMetaData ReadMetadata(FileMetaData? type, [UnsafeAccessorType(Parser)] object parser);

    [UnsafeAccessor(UnsafeAccessorKind.StaticMethod, Name = "Read")]
    private static extern PageHeader ReadPage(PageHeader? type, [UnsafeAccessorType(Parser)] object parser);
}

/// <summary>
/// A file that ends with an exception, and so do structures that are nested too deeply: the parser of Parquet.Net stops
/// for neither.
/// </summary>
internal sealed class ParquetStream(Stream file) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length => file.Length;

    public override long Position
    {
        get => file.Position;
        set => file.Position = value;
    }

    public override int ReadByte()
    {
        RuntimeHelpers.EnsureSufficientExecutionStack();
        return file.ReadByte() is >= 0 and var value ? value : throw new EndOfStreamException("the data end too soon");
    }

    public override int Read(Span<byte> buffer)
    {
        int count = file.Read(buffer);
        return count > 0 || buffer.IsEmpty ? count : throw new EndOfStreamException("the data end too soon");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(Read(buffer.Span));

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        Task.FromResult(Read(buffer.AsSpan(offset, count)));

    public override long Seek(long offset, SeekOrigin origin) => file.Seek(offset, origin);

    public override void Flush() { }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            file.Dispose();
        base.Dispose(disposing);
    }
}
