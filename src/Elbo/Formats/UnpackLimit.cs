using System.Globalization;

namespace Elbo.Formats;

/// <summary>
/// The number of bytes that compressed data may expand to. It stops files of a few kilobytes that expand to gigabytes.
/// </summary>
/// <remarks>
/// The limit is <see cref="Fewest"/> bytes, or <see cref="MostExpansion"/> times the compressed size if that is more;
/// MNIST's files expand 5 times. The environment variable <see cref="Variable"/> replaces it.
/// </remarks>
internal static class UnpackLimit
{
    /// <summary>Name of the environment variable with the limit in MB.</summary>
    public const string Variable = "ELBO_UNPACK_LIMIT";

    /// <summary>The limit of small files in bytes.</summary>
    public const long Fewest = 128_000_000;

    /// <summary>The limit of large files, as a multiple of their size.</summary>
    public const long MostExpansion = 50;

    private const long Megabyte = 1_000_000;

    /// <summary>The limit for data of <paramref name="compressed"/> bytes.</summary>
    public static long Of(long compressed) => Of(compressed, Environment.GetEnvironmentVariable(Variable));

    /// <summary>As <see cref="Of(long)"/>, with the value of the variable; what is not a whole number is ignored.</summary>
    internal static long Of(long compressed, string? variable) =>
        int.TryParse(variable, NumberStyles.None, CultureInfo.InvariantCulture, out int megabytes) && megabytes > 0
            ? megabytes * Megabyte
            : Math.Max(Fewest, compressed * MostExpansion);

    /// <summary>Refuses a size that is stated before the data.</summary>
    /// <param name="size">The size in bytes.</param>
    /// <param name="compressed">Number of compressed bytes.</param>
    /// <param name="name">Beginning of the message: the file, and the place in it.</param>
    /// <exception cref="InvalidDataException">The size is above the limit.</exception>
    public static void Check(long size, long compressed, string name)
    {
        if (size > Of(compressed))
            throw Exceeded(name, compressed, $"expand to {Text(size)}");
    }

    /// <summary>The exception for data that expand to more than the limit.</summary>
    public static InvalidDataException Exceeded(string name, long compressed, string what) =>
        new(
            $"{name}: {compressed:N0} compressed bytes {what}; at most {Text(Of(compressed))} are unpacked. If the file "
                + $"is sound, set {Variable} to a higher limit in MB."
        );

    private static string Text(long bytes) =>
        string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling((double)bytes / Megabyte):N0} MB");
}

/// <summary>The beginning of a decompressed stream. Reading beyond the limit throws.</summary>
/// <param name="content">The decompressed data.</param>
/// <param name="compressed">Number of compressed bytes.</param>
/// <param name="name">Name of the data in messages.</param>
internal sealed class LimitedStream(Stream content, long compressed, string name) : Stream
{
    private readonly long _limit = UnpackLimit.Of(compressed);
    private long _read;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _read;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int got = content.Read(buffer);
        _read += got;
        return _read <= _limit ? got : throw UnpackLimit.Exceeded(name, compressed, "expand to more than the limit");
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() { }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            content.Dispose();
        base.Dispose(disposing);
    }
}
