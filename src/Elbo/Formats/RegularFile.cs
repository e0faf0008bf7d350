using System.Runtime.InteropServices;
using System.Text;

namespace Elbo.Formats;

/// <summary>Opens files for reading, but only regular ones.</summary>
/// <remarks>
/// Opening or reading a named pipe, a socket, a device or some files of /proc can block for ever, or never end. The
/// system gives all of them the length 0, so a file of that length is never opened: on Linux, what it is decides
/// between an error and no content; elsewhere it has no content.
/// </remarks>
internal static class RegularFile
{
    private const int BufferSize = 1 << 16;

    /// <summary>Text that is not valid UTF-8 is an error instead of replacement characters.</summary>
    internal static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Why a file or folder cannot be opened for which <see cref="HasInvalidName"/> is true.</summary>
    public const string InvalidName = "the name is not valid UTF-8, so it cannot be opened; rename it.";

    private const char Replacement = '\uFFFD';

    /// <summary>Whether the bytes of a name are not UTF-8.</summary>
    /// <remarks>.NET shows them as replacement characters, and finds no file under the resulting name.</remarks>
    public static bool HasInvalidName(string path) => path.Contains(Replacement) && !Path.Exists(path);

    /// <summary>The file that <paramref name="path"/> leads to, found without opening it.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static FileInfo Target(string path)
    {
        var file = new FileInfo(path);
        if (!file.Exists)
            throw new FileNotFoundException(
                HasInvalidName(path) ? $"{path}: {InvalidName}" : $"there is no file {path}.",
                path
            );
        // OneDrive's files are reparse points too, but not links.
        return file.Attributes.HasFlag(FileAttributes.ReparsePoint)
            ? (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file
            : file;
    }

    /// <summary>Whether a path leads to a regular file that is not empty.</summary>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    public static bool HasContent(string path) => Target(path) is { Exists: true, Length: > 0 };

    /// <summary>Opens a file. An empty one is a stream without content.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="cancellation">Reading throws after it is cancelled.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The path leads to something else than a regular file.</exception>
    public static Stream Open(string path, CancellationToken cancellation = default) =>
        Open(path, FileShare.Read, cancellation);

    /// <summary>As <see cref="Open(string, CancellationToken)"/>, with what other processes may do meanwhile.</summary>
    public static Stream Open(string path, FileShare share, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Require(path) ? new CancellableFile(path, share, BufferSize, cancellation) : Stream.Null;
    }

    /// <summary>Refuses what is not a regular file, for one that is opened to be changed.</summary>
    /// <returns>Whether the file has content.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="Open(string, CancellationToken)"/>.</exception>
    public static bool Require(string path)
    {
        if (OperatingSystem.IsLinux() && Kind.Of(path) is { } other)
            throw new InvalidDataException(
                $"{path} is {other}, not a regular file; write its content to a file, and name that one."
            );
        return HasContent(path);
    }

    /// <summary>Reads all bytes of a file.</summary>
    /// <exception cref="IOException">
    /// As for <see cref="Open(string, CancellationToken)"/>, or the file is longer than an array.
    /// </exception>
    /// <exception cref="InvalidDataException">As for <see cref="Open(string, CancellationToken)"/>.</exception>
    public static byte[] ReadAllBytes(string path, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        if (!Require(path))
            return [];
        // One read needs no buffer; it would be garbage for each of thousands of small images.
        using var file = new CancellableFile(path, FileShare.Read, bufferSize: 0, cancellation);
        if (file.Length > Array.MaxLength)
            throw new IOException(
                $"{path} has {file.Length:N0} bytes; at most {Array.MaxLength:N0} can be read at once."
            );
        byte[] bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    /// <summary>Reads a file as text.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// As for <see cref="Open(string, CancellationToken)"/>, or the text is not UTF-8.
    /// </exception>
    public static string ReadAllText(string path) => Decode(path, text => text.ReadToEnd());

    /// <summary>Reads the lines of a text file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="ReadAllText"/>.</exception>
    public static string[] ReadAllLines(string path, CancellationToken cancellation = default) =>
        Decode(
            path,
            text =>
            {
                var lines = new List<string>();
                while (text.ReadLine() is { } line)
                    lines.Add(line);
                return lines.ToArray();
            },
            cancellation
        );

    /// <summary>The first line of a text file; empty for an empty file.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">As for <see cref="ReadAllText"/>.</exception>
    public static string ReadFirstLine(string path) => Decode(path, text => text.ReadLine() ?? "");

    private static T Decode<T>(string path, Func<StreamReader, T> read, CancellationToken cancellation = default)
    {
        using var text = new StreamReader(Open(path, cancellation), StrictUtf8);
        return FormatBoundary.Read(path, "text", () => read(text));
    }

    /// <summary>A file whose reading ends with an exception after a cancellation.</summary>
    private sealed class CancellableFile(string path, FileShare share, int bufferSize, CancellationToken cancellation)
        : FileStream(path, FileMode.Open, FileAccess.Read, share, bufferSize)
    {
        public override int Read(Span<byte> buffer)
        {
            cancellation.ThrowIfCancellationRequested();
            return base.Read(buffer);
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            cancellation.ThrowIfCancellationRequested();
            return base.Read(buffer, offset, count);
        }

        public override void CopyTo(Stream destination, int bufferSize)
        {
            byte[] buffer = new byte[bufferSize];
            for (int count; (count = Read(buffer)) > 0; )
                destination.Write(buffer, 0, count);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            cancellation.ThrowIfCancellationRequested();
            return base.ReadAsync(buffer, cancellationToken);
        }
    }

    /// <summary>What a path leads to, from Linux' statx(2), whose layout is the same on every processor.</summary>
    private static class Kind
    {
        private const int AtWorkingFolder = -100, // AT_FDCWD
            TypeOnly = 1, // STATX_TYPE
            Length = 256,
            ModeAt = 28,
            TypeBits = 0xF000; // S_IFMT

        /// <summary>Words for what is not a regular file; null for one, and for what cannot be found out.</summary>
        public static string? Of(string path)
        {
            byte[] facts = new byte[Length];
            if (Statx(AtWorkingFolder, path, 0, TypeOnly, facts) != 0)
                return null;
            return (BitConverter.ToUInt16(facts, ModeAt) & TypeBits) switch
            {
                0x1000 => "a pipe",
                0x2000 or 0x6000 => "a device",
                0x4000 => "a folder",
                0xC000 => "a socket",
                _ => null,
            };
        }

        [DllImport("libc", EntryPoint = "statx", SetLastError = false)]
        private static extern int Statx(
            int folder,
            [MarshalAs(UnmanagedType.LPUTF8Str)] string path,
            int flags,
            uint mask,
            [Out] byte[] facts
        );
    }
}
