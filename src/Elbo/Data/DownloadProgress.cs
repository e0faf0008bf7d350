namespace Elbo.Data;

/// <summary>How far the download of one file is.</summary>
/// <param name="File">The file's name.</param>
/// <param name="BytesDone">Bytes on disk, those of an earlier, resumed attempt included.</param>
/// <param name="BytesTotal">Size of the whole file, or null where the server does not say.</param>
public readonly record struct DownloadProgress(string File, long BytesDone, long? BytesTotal);
