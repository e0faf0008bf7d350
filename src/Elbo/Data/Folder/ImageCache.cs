using System.Buffers.Binary;
using System.Globalization;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Elbo.Formats;
using Elbo.Imaging;

namespace Elbo.Data.Folder;

/// <summary>
/// A file with the decoded images of a folder, so that they need not be decoded again as long as the files and the
/// options stay the same.
/// </summary>
/// <remarks>
/// <para>The layout, little-endian:</para>
/// <code>
/// 8 bytes    ELBOIMG and the version
/// 32 bytes   key: SHA-256 of the options and of name, size and times of every file
/// int32      length of the results
/// int32      length of the pixels
/// results    shape, then one result per file
/// pixels     (N, C, H, W)
/// 32 bytes   SHA-256 of all bytes before
/// </code>
/// <para>
/// There is one file for each folder and set of options, so new contents of the folder replace the old ones.
/// </para>
/// </remarks>
internal sealed class ImageCache
{
    /// <summary>The number of files below which decoding is fast enough.</summary>
    public const int LeastFiles = 200;

    private const string Ending = ".images";
    private const int HeaderLength = 48;
    private const int KeyAt = 8;
    private const int ResultsLengthAt = KeyAt + SHA256.HashSizeInBytes;
    private const int PixelsLengthAt = ResultsLengthAt + sizeof(int);
    private const long MostBytes = 4L << 30;

    /// <summary>
    /// A file may change twice within the resolution of its times, which is two seconds on FAT. A file as new as that
    /// is not cached.
    /// </summary>
    private static readonly TimeSpan Resolution = TimeSpan.FromSeconds(2);

    /// <summary>The last byte is the version. Another one is needed when equal files decode to other pixels.</summary>
    private static readonly byte[] Magic = [.. "ELBOIMG"u8, 1];

    private readonly string _path;
    private readonly byte[] _key;
    private readonly bool _isSettled;
    private readonly int _files;

    private ImageCache(string path, byte[] key, bool isSettled, int files) =>
        (_path, _key, _isSettled, _files) = (path, key, isSettled, files);

    /// <summary>The cache of a folder; null if it is not cached.</summary>
    /// <param name="cacheFolder">Folder of all caches; null for none.</param>
    /// <param name="listing">The files.</param>
    /// <param name="order">Indices of all files, in the order of the images.</param>
    /// <param name="options">The options that determine the pixels.</param>
    /// <param name="leastFiles">The number of files below which nothing is cached.</param>
    public static ImageCache? For(
        string? cacheFolder,
        ImageFolderListing listing,
        IReadOnlyList<int> order,
        DatasetOptions options,
        int leastFiles = LeastFiles
    )
    {
        if (cacheFolder is null || listing.Root is null || listing.Files.Count < leastFiles)
            return null;
        var place = new StringBuilder()
            .AppendLine(Path.GetFullPath(listing.Root))
            .AppendLine(
                CultureInfo.InvariantCulture,
                $"{options.ImageSize} {options.Colour} {options.Background} {options.White16}"
            )
            .AppendLine(order.Order().SequenceEqual(order) ? "as listed" : "mixed");
        string name = Convert.ToHexStringLower(Digest(place.ToString())[..16]);
        // Another version may decode otherwise.
        var version = typeof(ImageCache).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>();
        var key = place.AppendLine(version?.InformationalVersion);
        var newest = DateTime.MinValue;
        try
        {
            foreach (int i in order)
            {
                var file = RegularFile.Target(listing.Files[i].Path);
                if (file.LastWriteTimeUtc > newest)
                    newest = file.LastWriteTimeUtc;
                key.AppendLine(
                    CultureInfo.InvariantCulture,
                    $"{(file.Exists ? file.Length : -1)} {file.LastWriteTimeUtc.Ticks} {file.CreationTimeUtc.Ticks} {listing.Files[i].Name}"
                );
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // reading reports the error of this file
        }
        return new ImageCache(
            Path.Combine(cacheFolder, name + Ending),
            Digest(key.ToString()),
            newest < DateTime.UtcNow - Resolution,
            listing.Files.Count
        );
    }

    /// <summary>
    /// The images of the same files with the same options; null if there are none, or they are damaged.
    /// </summary>
    public DecodedImages? Find(CancellationToken cancellation = default)
    {
        try
        {
            if (!File.Exists(_path) || !RegularFile.HasContent(_path))
                return null;
            using var file = RegularFile.Open(_path, FileShare.Read | FileShare.Delete, cancellation);
            byte[] header = new byte[HeaderLength];
            file.ReadExactly(header);
            int results = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(ResultsLengthAt)),
                pixels = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(PixelsLengthAt));
            if (
                !header.AsSpan().StartsWith(Magic)
                || !header.AsSpan(KeyAt, _key.Length).SequenceEqual(_key)
                || results < 0
                || pixels < 0
                || file.Length != HeaderLength + (long)results + pixels + SHA256.HashSizeInBytes
            )
                return null;
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            digest.AppendData(header);
            byte[] described = ReadPart(file, results, digest),
                images = ReadPart(file, pixels, digest);
            byte[] sum = new byte[SHA256.HashSizeInBytes];
            file.ReadExactly(sum);
            if (!digest.GetHashAndReset().AsSpan().SequenceEqual(sum))
                return null;
            Touch();
            return Parse(described, images);
        }
        // Reading its results throws FormatException and others if they are damaged.
        catch (Exception e) when (FormatBoundary.IsDamage(e) || e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Writes the images, and deletes caches that were not used for longest if all are too large.</summary>
    /// <returns>The reason why that was impossible, or null.</returns>
    public string? Store(DecodedImages images)
    {
        if (!_isSettled || images.Outcomes.Any(outcome => !outcome.IsLasting))
            return null;
        string folder = Path.GetDirectoryName(_path)!;
        try
        {
            // The images may be private.
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(
                    folder,
                    UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                );
            AtomicFile.DeleteStrays(folder);
            AtomicFile.Write(_path, stream => Write(images, stream));
            Trim(folder);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"the decoded images were not cached: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}. "
                + $"{DataLocation.CacheVariable}=0 turns the cache off.";
        }
    }

    private void Write(DecodedImages images, Stream stream)
    {
        byte[] results = Format(images);
        byte[] header = new byte[HeaderLength];
        Magic.CopyTo(header, 0);
        _key.CopyTo(header, KeyAt);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(ResultsLengthAt), results.Length);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(PixelsLengthAt), images.Pixels.Length);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var part in (ReadOnlyMemory<byte>[])[header, results, images.Pixels])
        {
            digest.AppendData(part.Span);
            stream.Write(part.Span);
        }
        stream.Write(digest.GetHashAndReset());
    }

    /// <summary>Reads in pieces, so that the digest sees each while it is in the processor's cache.</summary>
    private static byte[] ReadPart(Stream file, int length, IncrementalHash digest)
    {
        const int Piece = 1 << 20;
        byte[] bytes = GC.AllocateUninitializedArray<byte>(length, pinned: true); // as in ImageBuffer
        for (int at = 0; at < length; at += Piece)
        {
            var piece = bytes.AsSpan(at, Math.Min(Piece, length - at));
            file.ReadExactly(piece);
            digest.AppendData(piece);
        }
        return bytes;
    }

    private static byte[] Format(DecodedImages images)
    {
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory);
        foreach (int side in (int[])[images.Shape.Channels, images.Shape.Height, images.Shape.Width])
            writer.Write(side);
        foreach (var outcome in images.Outcomes)
        {
            writer.Write(outcome.Fault ?? "");
            if (outcome.Findings is not { } found)
                continue;
            writer.Write(found.Size.Width);
            writer.Write(found.Size.Height);
            writer.Write(found.IsTransparent);
            writer.Write(found.Opacity);
            writer.Write(found.VisibleLuma);
            writer.Write(found.Highest16);
            writer.Write(found.Warning ?? "");
        }
        return memory.ToArray();
    }

    /// <summary>The images in a cache; null if their numbers do not match.</summary>
    private DecodedImages? Parse(byte[] results, byte[] pixels)
    {
        using var reader = new BinaryReader(new MemoryStream(results));
        var shape = new ImageShape(reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
        var outcomes = new FileOutcome[_files];
        for (int i = 0; i < _files; i++)
        {
            if (NullIfEmpty(reader.ReadString()) is { } fault)
            {
                outcomes[i] = new FileOutcome(null, fault);
                continue;
            }
            var size = (reader.ReadInt32(), reader.ReadInt32());
            outcomes[i] = new FileOutcome(
                new DecodeFindings(
                    reader.ReadBoolean(),
                    reader.ReadInt64(),
                    reader.ReadInt64(),
                    reader.ReadInt32(),
                    NullIfEmpty(reader.ReadString())
                )
                {
                    Size = size,
                },
                null
            );
        }
        shape.Require();
        return (long)outcomes.Count(outcome => outcome.Fault is null) * shape.PixelCount == pixels.Length
            ? new DecodedImages(shape, outcomes, pixels)
            : null;
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    /// <summary>Marks the cache as just used.</summary>
    private void Touch()
    {
        try
        {
            File.SetLastWriteTimeUtc(_path, DateTime.UtcNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written is still good to read.
        }
    }

    /// <summary>Deletes the caches that were not used for longest until the others are small enough together.</summary>
    private void Trim(string folder)
    {
        long total = 0;
        foreach (
            var file in new DirectoryInfo(folder)
                .EnumerateFiles("*" + Ending)
                .OrderByDescending(file => file.FullName == _path)
                .ThenByDescending(file => file.LastWriteTimeUtc)
        )
        {
            total += file.Length;
            if (total > MostBytes && file.FullName != _path)
                file.Delete();
        }
    }

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
