using System.Text;

namespace Elbo.Formats;

/// <summary>
/// Writes files atomically and durably: a file is either unchanged or complete, whenever the process dies or the power
/// fails, and a file that was written stays.
/// </summary>
internal static class AtomicFile
{
    private const string TemporaryEnding = ".tmp";

    /// <summary>
    /// Writes to a temporary file in the same folder (created if missing), flushes it to disk, renames it, and flushes
    /// the folder.
    /// </summary>
    /// <param name="path">Path of the file. An existing file is replaced.</param>
    /// <param name="write">Writes the contents. If it throws, the file stays unchanged.</param>
    public static void Write(string path, Action<Stream> write)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(write);
        string full = Path.GetFullPath(path);
        string folder =
            Path.GetDirectoryName(full) is { } parent && Path.GetFileName(full).Length > 0
                ? parent
                : throw new ArgumentException($"'{path}' is a folder; a file name is needed.", nameof(path));
        FolderSync.Create(folder);
        string temporary = Path.Combine(folder, $".{Path.GetFileName(full)}.{Guid.NewGuid():N}{TemporaryEnding}");
        try
        {
            // The lock, against DeleteStrays, holds until the file has its name.
            using var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Delete);
            write(stream);
            stream.Flush(flushToDisk: true);
            File.Move(temporary, full, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
        FolderSync.Flush(folder);
    }

    /// <summary>Writes bytes as <see cref="Write(string, Action{Stream})"/> does.</summary>
    public static void Write(string path, ReadOnlyMemory<byte> contents) =>
        Write(path, stream => stream.Write(contents.Span));

    /// <summary>
    /// Writes text as UTF-8 without a byte order mark, as <see cref="Write(string, Action{Stream})"/> does.
    /// </summary>
    public static void WriteText(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>
    /// Deletes temporary files in <paramref name="folder"/> of processes that were killed while writing.
    /// </summary>
    public static void DeleteStrays(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, ".*" + TemporaryEnding))
        {
            if (!IsTemporary(Path.GetFileName(file)))
                continue;
            try
            {
                // The lock of a running writer makes this fail.
                using var stray = new FileStream(
                    file,
                    FileMode.Open,
                    FileAccess.ReadWrite,
                    FileShare.None,
                    bufferSize: 1,
                    FileOptions.DeleteOnClose
                );
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // In use, or owned by another user: it does no harm.
            }
        }
    }

    /// <summary>Whether a name has the form <c>.file.ext.0123…cdef.tmp</c>.</summary>
    private static bool IsTemporary(string name)
    {
        const int GuidDigits = 32;
        int dot = name.Length - TemporaryEnding.Length - GuidDigits - 1;
        return dot > 1
            && name[0] == '.'
            && name[dot] == '.'
            && name.EndsWith(TemporaryEnding, StringComparison.Ordinal)
            && Guid.TryParseExact(name.AsSpan(dot + 1, GuidDigits), "N", out _);
    }
}
