using System.Formats.Tar;
using System.IO.Compression;
using Elbo.Formats;

namespace Elbo.Data.Download;

/// <summary>Extracts files from a tar archive, compressed or not.</summary>
internal static class TarArchive
{
    /// <summary>
    /// Extracts the given entries into a folder under their file names. Nothing else in the archive is written.
    /// </summary>
    /// <remarks>
    /// A file gets its name only when it is complete, and existing files are kept. The next call therefore completes an
    /// interrupted one.
    /// </remarks>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">The target folder, created if missing.</param>
    /// <param name="entries">Full names of the entries, which must be regular files.</param>
    /// <param name="progress">Receives every extracted file.</param>
    /// <param name="cancellation">Cancels reading.</param>
    /// <exception cref="InvalidDataException">The archive is damaged or does not contain an entry.</exception>
    public static void Unpack(
        string archive,
        string folder,
        IReadOnlyList<string> entries,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        var missing = new List<string>(entries);
        using var content = GzipFile.OpenDecompressed(archive, cancellation);
        FolderSync.Create(folder);
        AtomicFile.DeleteStrays(folder);
        try
        {
            using var reader = new TarReader(content);
            progress?.Report(new DataProgress(DataActivity.Unpacking, Path.GetFileName(archive), 0, entries.Count));
            while (missing.Count > 0 && reader.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                // A link with that name could point anywhere and is not the file.
                if (
                    entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)
                    || !missing.Remove(name)
                )
                    continue;
                string target = Path.Combine(folder, Path.GetFileName(name));
                if (!File.Exists(target))
                    AtomicFile.Write(target, stream => Copy(entry, stream));
                progress?.Report(
                    new DataProgress(
                        DataActivity.Unpacking,
                        Path.GetFileName(archive),
                        entries.Count - missing.Count,
                        entries.Count
                    )
                );
            }
        }
        // The reader throws OverflowException and others on damaged headers.
        catch (Exception e) when (FormatBoundary.IsDamage(e))
        {
            throw new InvalidDataException(
                $"{archive}: damaged as an archive: {e.Message.ReplaceLineEndings(" ")} Delete it and fetch it again.",
                e
            );
        }
        if (missing.Count > 0)
            throw new InvalidDataException($"{archive}: there is no file {missing[0]} in the archive.");
    }

    private static void Copy(TarEntry entry, Stream target)
    {
        entry.DataStream?.CopyTo(target);
        // A truncated compressed stream looks like a complete one.
        if (target.Length != entry.Length)
            throw new EndOfStreamException(
                $"{entry.Name} has {target.Length} bytes where {entry.Length} are expected."
            );
    }
}

/// <summary>Opens files that may be gzip-compressed, judged by their first two bytes instead of their name.</summary>
internal static class GzipFile
{
    /// <summary>Opens the content of a file and decompresses it if it is gzip.</summary>
    /// <remarks>Reading more than <see cref="UnpackLimit"/> allows throws <see cref="InvalidDataException"/>.</remarks>
    public static Stream OpenDecompressed(string path, CancellationToken cancellation = default)
    {
        var file = RegularFile.Open(path, cancellation);
        bool gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip ? new LimitedStream(new GZipStream(file, CompressionMode.Decompress), file.Length, path) : file;
    }
}
