namespace Elbo.Formats;

/// <summary>Image files of the kinds that can be read, told apart by their content and never by their name.</summary>
public static class ImageFile
{
    private const long LargestFile = 1 << 28;

    /// <summary>Endings of the names of files that are taken for images, in small letters.</summary>
    public static IReadOnlyList<string> Endings { get; } = [".png", ".jpg", ".jpeg"];

    /// <summary>Reads the PNG or JPEG file at <paramref name="path"/>.</summary>
    /// <exception cref="InvalidDataException">It is neither, or damaged.</exception>
    /// <exception cref="MissingLibraryException">It is a JPEG, and the library that reads these is not
    /// installed.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static DecodedImage Read(string path)
    {
        byte[] file = ReadBytes(path);
        if (file.AsSpan().StartsWith(PngChunk.Signature))
            return PngReader.Decode(file, path);
        if (file.AsSpan().StartsWith(JpegReader.Signature))
            return JpegReader.Decode(file, path);
        throw new InvalidDataException($"{path}: at byte 0: found {DescribeStart(file)}; expected a PNG or a JPEG.");
    }

    /// <summary>All of a file, unless it is larger than any image is.</summary>
    internal static byte[] ReadBytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (file.Length > LargestFile)
            throw new InvalidDataException(
                $"{path}: at byte 0: found a file of {file.Length:N0} bytes; expected an image of at most "
                    + $"{LargestFile:N0}."
            );
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>
    /// The first bytes, as text where they are some: web pages and error messages are often saved under an image's
    /// name.
    /// </summary>
    private static string DescribeStart(byte[] file)
    {
        const int Text = 15,
            Bytes = 4;
        if (file.Length == 0)
            return "an empty file";
        string text = string.Concat(file.Take(Text).TakeWhile(b => b is >= 0x20 and < 0x7F).Select(b => (char)b))
            .TrimEnd();
        return text.Length >= Math.Min(Bytes, file.Length)
            ? $"'{text}'"
            : Convert.ToHexStringLower(file.AsSpan(0, Math.Min(Bytes, file.Length)));
    }
}
