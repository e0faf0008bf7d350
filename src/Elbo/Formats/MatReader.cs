using System.IO.Compression;
using System.Text;

namespace Elbo.Formats;

/// <summary>Reads numeric arrays from MAT-files of MATLAB 5 to 7.2, compressed or not, in either byte order.</summary>
/// <remarks>MathWorks, "MAT-File Format", the level 5 format.</remarks>
internal static class MatReader
{
    private const int HeaderLength = 128,
        VersionAt = 124,
        OrderAt = 126,
        TagLength = 8;

    /// <summary>A byte of deflate data expands to at most 1,032 bytes.</summary>
    private const long BestCompression = 1032;

    /// <summary>Reads the array called <paramref name="variable"/> and skips all others.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is not a valid MAT-file of that format, or has no array of real numbers with that name.
    /// </exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static MatArray Read(string path, string variable, CancellationToken cancellation = default) =>
        FormatBoundary.Read(path, "a MAT-file", () => Find(path, variable, cancellation));

    private static MatArray Find(string path, string variable, CancellationToken cancellation)
    {
        byte[] file = RegularFile.ReadAllBytes(path, cancellation);
        var bytes = new MatBytes(path, file, 0, IsLittleEndian(path, file));
        var others = new List<string>();
        for (int at = HeaderLength; at < file.Length; )
        {
            var element = MatElement.Read(bytes, at, "a variable");
            if (Matrix(file, element, at) is { } matrix)
            {
                if (matrix.Name == variable)
                    return matrix.Read();
                if (matrix.Name.Length > 0)
                    others.Add(matrix.Name);
            }
            at = element.End;
        }
        string present = others.Count switch
        {
            0 => "are none",
            1 => $"is {others[0]}",
            _ => $"are {string.Join(", ", others)}",
        };
        throw bytes.Fault(file.Length, $"found the end of the file and no variable {variable}; there {present}.");
    }

    private static bool IsLittleEndian(string path, ReadOnlySpan<byte> file)
    {
        var bytes = new MatBytes(path, default, 0, true);
        if (file.Length < HeaderLength)
            throw bytes.Fault(
                0,
                $"found a file of {file.Length} bytes; expected the {HeaderLength} of a MAT-file's header."
            );
        bool little = file[OrderAt..].StartsWith("IM"u8);
        int version = little ? file[VersionAt + 1] : file[VersionAt];
        if ((little || file[OrderAt..].StartsWith("MI"u8)) && version == 1)
            return little;
        // The header text of a level 5 file contains no zeros; the first number of a level 4 file does.
        string found =
            version == 2 && file.StartsWith("MATLAB 7.3"u8) ? "a MAT-file of MATLAB 7.3, which is HDF5"
            : file[..4].Contains((byte)0) ? "what may be a MAT-file of MATLAB 4"
            : "no header of a MAT-file";
        throw bytes.Fault(0, $"found {found}; expected one of MATLAB 5 to 7.2. In MATLAB, save(…, '-v7') writes it.");
    }

    /// <summary>The variable in a top-level element; null if the element contains none.</summary>
    private static MatMatrix? Matrix(byte[] file, MatElement element, int at) =>
        element.Type switch
        {
            MatType.Matrix => new MatMatrix(element.Data),
            MatType.Compressed => new MatMatrix(Inflate(file, element, at)),
            _ => null,
        };

    private static MatBytes Inflate(byte[] file, MatElement element, int at)
    {
        var data = element.Data;
        byte[] tag = new byte[TagLength],
            matrix;
        try
        {
            using var stream = new ZLibStream(
                new MemoryStream(file, at + TagLength, data.Length, writable: false),
                CompressionMode.Decompress
            );
            stream.ReadExactly(tag);
            var header = data with { Memory = tag, Start = 0, InflatedFrom = at, CompressedLength = data.Length };
            if (header.Word(0) != (uint)MatType.Matrix)
                throw header.Fault(
                    0,
                    $"found element type {header.Word(0)}; expected {(int)MatType.Matrix}, an array."
                );
            uint length = header.Word(4);
            // A short stream that claims a large size must not allocate memory.
            if (length > data.Length * BestCompression || length > Array.MaxLength)
                throw header.Fault(
                    4,
                    $"found an array of {length} bytes in {data.Length} compressed ones, which cannot hold it."
                );
            UnpackLimit.Check(length, data.Length, $"{data.Path}: at byte {at}");
            matrix = new byte[length];
            stream.ReadExactly(matrix);
            // Reading to the end verifies the checksum.
            if (stream.ReadByte() >= 0)
                throw header.Fault(TagLength + matrix.Length, "found more data; expected the end of the array.");
            return header with { Memory = matrix, Start = TagLength };
        }
        catch (EndOfStreamException e)
        {
            throw data.Fault(0, "found less compressed data than the array has. The file is incomplete or damaged.", e);
        }
        catch (InvalidDataException e) when (!e.Message.StartsWith(data.Path, StringComparison.Ordinal))
        {
            throw data.Fault(0, "found damaged compressed data; expected a whole zlib stream.", e);
        }
    }
}

/// <summary>A numeric array of a MAT-file.</summary>
/// <param name="Name">Name of the variable.</param>
/// <param name="Dimensions">Dimensions, at least two.</param>
/// <param name="Values">Values in column-major order: the first dimension varies fastest.</param>
internal sealed record MatArray(string Name, IReadOnlyList<int> Dimensions, double[] Values)
{
    /// <summary>The dimensions, for example <c>560×1965</c>.</summary>
    public string Size => string.Join('×', Dimensions);
}

/// <summary>A variable of a MAT-file with its name. The values are read on demand.</summary>
internal sealed class MatMatrix
{
    private const int Sparse = 5,
        FirstNumeric = 6,
        LastNumeric = 15,
        Function = 16;
    private const uint ComplexFlag = 0x0800;

    private static readonly string[] Kinds =
    [
        "nothing",
        "a cell array",
        "a structure",
        "an object",
        "text",
        "a sparse array",
    ];

    private readonly MatBytes _bytes;
    private readonly int _kind;
    private readonly bool _isComplex;
    private readonly MatElement _sizes;
    private readonly int _end;

    /// <summary>Reads the header of a matrix element.</summary>
    /// <exception cref="InvalidDataException">The header is malformed.</exception>
    public MatMatrix(MatBytes bytes)
    {
        _bytes = bytes;
        var flags = MatElement.Read(bytes, 0, "the flags of an array").Require(MatType.UInt32, "the flags of an array");
        if (flags.Data.Length != 8)
            throw bytes.Fault(0, $"found flags of {flags.Data.Length} bytes; expected 8.");
        uint word = flags.Data.Word(0);
        (_kind, _isComplex) = ((int)(word & 0xff), (word & ComplexFlag) != 0);
        // Elements that are not arrays, such as function handles, have neither dimensions nor a name in that place.
        if (_kind >= Function)
            return;
        _sizes = MatElement
            .ReadAligned(bytes, flags.End, "the sizes of an array")
            .Require(MatType.Int32, "the sizes of an array");
        var name = MatElement
            .ReadAligned(bytes, _sizes.End, "the name of an array")
            .Require(MatType.Int8, "the name of an array");
        (Name, _end) = (Encoding.UTF8.GetString(name.Data.Span), name.End);
    }

    /// <summary>Name of the variable; empty if it has none.</summary>
    public string Name { get; } = "";

    /// <summary>Reads the array.</summary>
    /// <exception cref="InvalidDataException">
    /// The variable is not an array of real numbers, or it is malformed.
    /// </exception>
    public MatArray Read()
    {
        if (_kind is < FirstNumeric or > LastNumeric)
            throw _bytes.Fault(
                0,
                $"found {(_kind <= Sparse ? Kinds[_kind] : $"class {_kind}")} as {Name}; expected an array of numbers."
            );
        if (_isComplex)
            throw _bytes.Fault(0, $"found complex numbers as {Name}; expected real ones.");
        int[] dimensions = ReadDimensions(out long count);
        var values = MatElement.ReadAligned(_bytes, _end, $"the numbers of {Name}");
        int size = MatNumbers.SizeOf(values.Type);
        if (size == 0)
            throw values.Data.Fault(
                values.Tag,
                $"found element type {(int)values.Type} as the numbers of {Name}; expected a type of numbers."
            );
        var array = new MatArray(Name, dimensions, []);
        // Bytes become double-precision numbers, which are eight times larger.
        if (_bytes.InflatedFrom is { } origin)
            UnpackLimit.Check(
                values.Data.Length / size * sizeof(double),
                _bytes.CompressedLength,
                $"{_bytes.Path}: at byte {origin}: the numbers of {Name}"
            );
        return values.Data.Length == count * size
            ? array with
            {
                Values = MatNumbers.Read(values),
            }
            : throw values.Data.Fault(
                0,
                $"found {values.Data.Length} bytes as the numbers of {Name}; expected {count * size} for "
                    + $"{array.Size} of {size} bytes each."
            );
    }

    private int[] ReadDimensions(out long count)
    {
        if (_sizes.Data.Length is var bytes && (bytes < 8 || bytes % 4 != 0))
            throw _sizes.Data.Fault(
                0,
                $"found sizes of {bytes} bytes; expected 4 for each dimension, of which there are two or more."
            );
        int[] dimensions = new int[bytes / 4];
        count = 1;
        for (int i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = (int)_sizes.Data.Word(4 * i);
            if (dimensions[i] < 0)
                throw _sizes.Data.Fault(4 * i, $"found {dimensions[i]} as a size of {Name}; expected 0 or more.");
            // Larger than any file, but small enough that the product cannot overflow.
            count = Math.Min(count * dimensions[i], long.MaxValue / int.MaxValue);
        }
        return dimensions;
    }
}
