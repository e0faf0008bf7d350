using System.IO.Compression;

namespace Elbo.Formats.Numpy;

/// <summary>
/// Named arrays: a ZIP archive of .npy files, as <c>numpy.savez</c> writes it, or .npy files in a folder.
/// </summary>
internal sealed class NpzFile : IDisposable
{
    private const string Ending = ".npy";

    /// <summary>The earliest date that a ZIP archive can store; with it, equal arrays give equal bytes.</summary>
    private static readonly DateTimeOffset NoDate = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly string _path;
    private readonly ZipArchive? _archive;
    private readonly string[] _files = [];

    private readonly CancellationToken _cancellation;

    /// <summary>Opens an archive, a folder of .npy files, or a single .npy file.</summary>
    /// <param name="path">Path of the file or folder.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not an archive of arrays.</exception>
    public NpzFile(string path, CancellationToken cancellation = default)
    {
        (_path, _cancellation) = (path, cancellation);
        if (Directory.Exists(path))
            _files = Directory.GetFiles(path, "*" + Ending);
        else if (path.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
            _files = [path];
        else
        {
            var file = RegularFile.Open(path, cancellation);
            try
            {
                _archive = new ZipArchive(file);
                _ = _archive.Entries; // reads the directory of the archive
            }
            catch (Exception e) when (FormatBoundary.IsDamage(e))
            {
                file.Dispose();
                throw new InvalidDataException($"{path}: is not a ZIP archive, which .npz files are.", e);
            }
        }
        Names =
        [
            .. (_archive?.Entries.Select(entry => entry.FullName) ?? _files.Select(file => Path.GetFileName(file)))
                .Where(name => name.EndsWith(Ending, StringComparison.OrdinalIgnoreCase))
                .Select(name => name[..^Ending.Length])
                .Order(StringComparer.Ordinal),
        ];
        if (Names.Count == 0)
            throw new InvalidDataException($"{path}: has no arrays (.npy files) in it.");
        if (Names.FirstOrDefault(name => name.Any(char.IsControl)) is { } odd)
            throw new InvalidDataException(
                $"{path}: the name of the array '{FormatBoundary.Excerpt(odd)}' has a control character."
            );
    }

    /// <summary>Names of the arrays, in ordinal order.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Reads one array.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="InvalidDataException">The content is damaged or not an array of numbers.</exception>
    public NumericArray Read(string name) => Read(name, NpyReader.Read);

    /// <summary>Reads one array of texts.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <exception cref="InvalidDataException">The content is damaged or not an array of texts.</exception>
    public string[] ReadTexts(string name) => Read(name, (stream, _, label) => NpyReader.ReadTexts(stream, label));

    private T Read<T>(string name, Func<Stream, long, string, T> read)
    {
        if (_archive is null)
        {
            string file = _files.First(file => Path.GetFileNameWithoutExtension(file) == name);
            using var plain = RegularFile.Open(file, _cancellation);
            return read(plain, plain.Length, file);
        }
        var entry = _archive.Entries.First(entry =>
            entry.FullName.EndsWith(Ending, StringComparison.OrdinalIgnoreCase)
            && entry.FullName[..^Ending.Length] == name
        );
        try
        {
            string label = $"{_path}: {name}";
            UnpackLimit.Check(entry.Length, entry.CompressedLength, label);
            using var content = new LimitedStream(entry.Open(), entry.CompressedLength, label);
            return read(content, entry.Length, label);
        }
        catch (Exception e) when (FormatBoundary.IsDamage(e) && !e.Message.StartsWith(_path, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{_path}: {name}: {e.Message.ReplaceLineEndings(" ")}", e);
        }
    }

    /// <summary>Writes arrays, made by <see cref="NpyWriter"/>, to a compressed archive, atomically.</summary>
    public static void Save(string path, params IReadOnlyList<(string Name, byte[] Array)> arrays) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
                foreach (var (name, array) in arrays)
                {
                    var entry = archive.CreateEntry(name + Ending);
                    entry.LastWriteTime = NoDate;
                    using var content = entry.Open();
                    content.Write(array);
                }
            }
        );

    /// <inheritdoc/>
    public void Dispose() => _archive?.Dispose();
}
