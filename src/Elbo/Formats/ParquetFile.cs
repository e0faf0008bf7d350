using Parquet;
using Parquet.Schema;

namespace Elbo.Formats;

/// <summary>Reads and writes Apache Parquet files, column by column.</summary>
/// <remarks>
/// Based on Parquet.Net, which only this file uses. Its methods are asynchronous, but on a file they finish at once. A
/// damaged file makes it throw exceptions of many kinds; here they become <see cref="InvalidDataException"/>.
/// </remarks>
internal sealed class ParquetFile : IDisposable
{
    private readonly string _path;
    private readonly ParquetReader _reader;
    private readonly DataField[] _fields;

    private ParquetFile(string path, ParquetReader reader) =>
        (_path, _reader, _fields) = (path, reader, reader.Schema.GetDataFields());

    /// <summary>Opens a file and reads its schema.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="cancellation">Cancels reading, here and later.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not in Parquet format, or is damaged.</exception>
    public static ParquetFile Open(string path, CancellationToken cancellation = default)
    {
        var file = RegularFile.Open(path, cancellation);
        try
        {
            return Guard(
                path,
                () => new ParquetFile(path, Wait(() => ParquetReader.CreateAsync(file, leaveStreamOpen: false)))
            );
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Paths of the columns, with a dot between a structure and its fields: <c>image.bytes</c>.</summary>
    public IEnumerable<string> Columns => _fields.Select(NameOf);

    /// <summary>The key-value metadata of the file.</summary>
    public IReadOnlyDictionary<string, string> Metadata => _reader.CustomMetadata;

    /// <summary>Number of row groups.</summary>
    public int Groups => _reader.RowGroupCount;

    /// <summary>The column of bytes in one row group; null where a cell is empty.</summary>
    /// <exception cref="InvalidDataException">The column has another type, or the file is damaged.</exception>
    public byte[]?[] ReadBytes(int group, string column) =>
        Read(group, column, (reader, field, rows) => Fill<byte[]>(rows, cells => reader.ReadAsync(field, cells)));

    /// <summary>A column of texts.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="ReadBytes"/>.</exception>
    public string?[] ReadTexts(int group, string column) =>
        Read(group, column, (reader, field, rows) => Fill<string>(rows, cells => reader.ReadAsync(field, cells)));

    /// <summary>A column of integers of any type.</summary>
    /// <exception cref="InvalidDataException">As for <see cref="ReadBytes"/>.</exception>
    public long?[] ReadIntegers(int group, string column) =>
        Read(
            group,
            column,
            (reader, field, rows) =>
                field.ClrType == typeof(long) ? Integers<long>(reader, field, rows, v => v)
                : field.ClrType == typeof(int) ? Integers<int>(reader, field, rows, v => v)
                : field.ClrType == typeof(short) ? Integers<short>(reader, field, rows, v => v)
                : field.ClrType == typeof(sbyte) ? Integers<sbyte>(reader, field, rows, v => v)
                : field.ClrType == typeof(byte) ? Integers<byte>(reader, field, rows, v => v)
                : field.ClrType == typeof(ushort) ? Integers<ushort>(reader, field, rows, v => v)
                : field.ClrType == typeof(uint) ? Integers<uint>(reader, field, rows, v => v)
                : throw new InvalidDataException($"{_path}: column {column} does not have integers.")
        );

    /// <summary>Whether a column has texts.</summary>
    public bool IsText(string column) => Field(column).ClrType == typeof(ReadOnlyMemory<char>);

    /// <summary>Whether a column has bytes.</summary>
    public bool IsBytes(string column) => Field(column).ClrType == typeof(ReadOnlyMemory<byte>);

    /// <summary>Writes columns of one length as a single row group, atomically.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="metadata">Key-value metadata.</param>
    /// <param name="columns">Arrays of texts, single-precision numbers or 64-bit integers, with their names.</param>
    public static void Save(
        string path,
        IReadOnlyDictionary<string, string> metadata,
        params IReadOnlyList<(string Name, Array Cells)> columns
    )
    {
        DataField[] fields =
        [
            .. columns.Select(column => new DataField(
                column.Name,
                column.Cells.GetType().GetElementType()!,
                isNullable: column.Cells is string[]
            )),
        ];
        AtomicFile.Write(
            path,
            stream =>
                Wait(async () =>
                {
                    // The writer closes its stream, which belongs to the atomic file.
                    using var content = new MemoryStream();
                    await using (
                        var writer = await ParquetWriter
                            .CreateAsync(new ParquetSchema(fields), content)
                            .ConfigureAwait(false)
                    )
                    {
                        writer.CustomMetadata = metadata;
                        using var group = writer.CreateRowGroup();
                        for (int i = 0; i < fields.Length; i++)
                            await WriteAsync(group, fields[i], columns[i].Cells).ConfigureAwait(false);
                    }
                    stream.Write(content.ToArray());
                    return true;
                })
        );
    }

    /// <inheritdoc/>
    public void Dispose() =>
        Wait(async () =>
        {
            await _reader.DisposeAsync().ConfigureAwait(false);
            return true;
        });

    private static Task WriteAsync(ParquetRowGroupWriter group, DataField field, Array cells) =>
        cells switch
        {
            string[] texts => group.WriteAsync(field, texts),
            float[] numbers => group.WriteAsync<float>(field, numbers.AsMemory()),
            long[] integers => group.WriteAsync<long>(field, integers.AsMemory()),
            _ => throw new ArgumentException($"a column has cells of {cells.GetType().Name}.", nameof(cells)),
        };

    private static long?[] Integers<T>(ParquetRowGroupReader reader, DataField field, int rows, Func<T, long> convert)
        where T : struct
    {
        if (!field.IsNullable)
        {
            var plain = new T[rows];
            Wait(async () =>
            {
                await reader.ReadAsync<T>(field, plain.AsMemory()).ConfigureAwait(false);
                return true;
            });
            return [.. plain.Select(cell => (long?)convert(cell))];
        }
        var cells = new T?[rows];
        Wait(async () =>
        {
            await reader.ReadAsync<T>(field, cells.AsMemory()).ConfigureAwait(false);
            return true;
        });
        return [.. cells.Select(cell => cell is { } value ? convert(value) : (long?)null)];
    }

    private static T?[] Fill<T>(int rows, Func<Memory<T?>, ValueTask> read)
        where T : class
    {
        var cells = new T?[rows];
        Wait(async () =>
        {
            await read(cells).ConfigureAwait(false);
            return true;
        });
        return cells;
    }

    private T[] Read<T>(int group, string column, Func<ParquetRowGroupReader, DataField, int, T[]> read) =>
        Guard(
            _path,
            () =>
            {
                using var reader = _reader.OpenRowGroupReader(group);
                // A row takes at least a byte somewhere; more rows are a false header.
                if (reader.RowCount > new FileInfo(_path).Length)
                    throw new InvalidDataException(
                        $"{_path}: says that it has {reader.RowCount:N0} rows, more than its bytes."
                    );
                return read(reader, Field(column), (int)reader.RowCount);
            }
        );

    private DataField Field(string column) => Array.Find(_fields, field => NameOf(field) == column)!;

    private static string NameOf(DataField field) => string.Join('.', field.Path.ToList());

    /// <summary>Runs on the thread pool, because waiting could otherwise block a synchronisation context.</summary>
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();

    private static T Guard<T>(string path, Func<T> read) =>
        FormatBoundary.Read(path, "in Parquet format", read, throwsIo: true);
}
