using System.Formats.Tar;
using System.IO.Compression;
using Elbo.Formats;

namespace Elbo.Data.Download;

/// <summary>Takes files out of a tar archive that may be compressed.</summary>
internal static class TarArchive
{
    /// <summary>
    /// Writes the wanted entries into a folder under their bare names; nothing else of the archive touches the disk.
    /// </summary>
    /// <remarks>Each file appears under its name only when it is complete, and one that is there is left alone, so an
    /// interrupted call is finished by the next.</remarks>
    /// <param name="archive">The archive.</param>
    /// <param name="folder">Where to; made when missing.</param>
    /// <param name="entries">Full names of the wanted entries, which must be regular files.</param>
    /// <param name="progress">Told of every file.</param>
    /// <param name="cancellation">Ends the work between two files.</param>
    /// <exception cref="InvalidDataException">The archive is damaged, or lacks an entry.</exception>
    public static void Unpack(
        string archive,
        string folder,
        IReadOnlyList<string> entries,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        var missing = new List<string>(entries);
        using var content = GzipFile.OpenDecompressed(archive);
        Directory.CreateDirectory(folder);
        AtomicFile.DeleteStrays(folder);
        try
        {
            using var reader = new TarReader(content);
            progress?.Report(new DataProgress(DataActivity.Unpacking, Path.GetFileName(archive), 0, entries.Count));
            while (missing.Count > 0 && reader.GetNextEntry() is { } entry)
            {
                cancellation.ThrowIfCancellationRequested();
                string name = entry.Name.StartsWith("./", StringComparison.Ordinal) ? entry.Name[2..] : entry.Name;
                // A link of that name could lead anywhere; it is not the file.
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
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
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
        // A compressed stream that ends too soon looks like one that ends.
        if (target.Length != entry.Length)
            throw new EndOfStreamException(
                $"{entry.Name} has {target.Length} bytes where {entry.Length} are expected."
            );
    }
}

/// <summary>Opens files that may or may not be gzip, judged by their first two bytes and never by their name.</summary>
internal static class GzipFile
{
    /// <summary>The content of the file at <paramref name="path"/>, decompressed on the way where it is gzip.</summary>
    public static Stream OpenDecompressed(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1 << 16);
        bool gzip = file.ReadByte() == 0x1f && file.ReadByte() == 0x8b;
        file.Position = 0;
        return gzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }
}
