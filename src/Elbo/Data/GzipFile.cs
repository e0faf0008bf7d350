using System.IO.Compression;

namespace Elbo.Data;

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
