using System.Text;

namespace Elbo.Formats;

/// <summary>A variable of a MAT-file as far as its name; the values are read on demand.</summary>
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
    /// <exception cref="InvalidDataException">It is malformed.</exception>
    public MatMatrix(MatBytes bytes)
    {
        _bytes = bytes;
        var flags = MatElement.Read(bytes, 0, "the flags of an array").Require(MatType.UInt32, "the flags of an array");
        if (flags.Data.Length != 8)
            throw bytes.Fault(0, $"found flags of {flags.Data.Length} bytes; expected 8.");
        uint word = flags.Data.Word(0);
        (_kind, _isComplex) = ((int)(word & 0xff), (word & ComplexFlag) != 0);
        // What is no array, such as a function's handle, has neither sizes nor, where arrays have it, a name.
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

    /// <summary>The variable; empty for what has none.</summary>
    public string Name { get; } = "";

    /// <summary>The array.</summary>
    /// <exception cref="InvalidDataException">It is not one of real numbers, or malformed.</exception>
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
            // Beyond any file, and before the product of many could overflow.
            count = Math.Min(count * dimensions[i], long.MaxValue / int.MaxValue);
        }
        return dimensions;
    }
}
