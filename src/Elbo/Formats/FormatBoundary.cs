using System.IO.Compression;
using System.Text;

namespace Elbo.Formats;

/// <summary>
/// The boundary of a file format: whatever its parser throws on damaged content becomes an
/// <see cref="InvalidDataException"/> whose message begins with the path.
/// </summary>
internal static class FormatBoundary
{
    private const int LongestExcerpt = 300;

    /// <summary>Runs a parser.</summary>
    /// <param name="path">Path of the file, with which messages begin.</param>
    /// <param name="format">The format in messages, such as <c>a MAT-file</c>.</param>
    /// <param name="read">Reads the file.</param>
    /// <param name="throwsIo">Whether the parser reports damage as <see cref="IOException"/>.</param>
    /// <exception cref="InvalidDataException">The content is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static T Read<T>(string path, string format, Func<T> read, bool throwsIo = false)
    {
        try
        {
            return read();
        }
        // A message that begins with the path is one of ours already.
        catch (Exception e)
            when ((
                    IsDamage(e)
                    || throwsIo && e is IOException and not (FileNotFoundException or DirectoryNotFoundException)
                ) && !e.Message.StartsWith(path, StringComparison.Ordinal)
            )
        {
            throw Damaged(path, format, e);
        }
        // Names and values from the file in a message of ours can have line breaks.
        catch (InvalidDataException e) when (e.Message.AsSpan().ContainsAny('\n', '\r'))
        {
            throw new InvalidDataException(e.Message.ReplaceLineEndings(" "), e);
        }
    }

    /// <summary>
    /// Whether a parser throws the exception because of the content, and not because it cannot go on.
    /// </summary>
    public static bool IsDamage(Exception e) =>
        e is EndOfStreamException
        // ZLibException is an IOException that cannot be named: reference assemblies do not have it.
        || e.GetType().Assembly == typeof(ZLibStream).Assembly
        || e is not (IOException or UnauthorizedAccessException or OutOfMemoryException or OperationCanceledException);

    /// <summary>The exception for a file that a parser does not accept.</summary>
    public static InvalidDataException Damaged(string path, string format, Exception cause) =>
        cause is DecoderFallbackException
            ? new($"{path} is not text in UTF-8; save it in that encoding.", cause)
            : new($"{path}: is damaged or not {format} ({Reason(cause).TrimEnd('.')}).", cause);

    /// <summary>
    /// The message of a parser in one line. Parsers of JSON quote the text around an error, which can be the whole
    /// file.
    /// </summary>
    public static string Reason(Exception cause) => Excerpt(cause.Message);

    /// <summary>A text from a file as a message shows it: in one line, and without its middle if it is long.</summary>
    public static string Excerpt(string text)
    {
        text = text.ReplaceLineEndings(" ");
        int end = LongestExcerpt / 2;
        return text.Length <= LongestExcerpt ? text : $"{text.AsSpan(0, end)}…{text.AsSpan(text.Length - end)}";
    }
}
