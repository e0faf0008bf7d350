using Elbo.Formats.Numpy;
using Elbo.Tests.Data.Arrays;

namespace Elbo.Tests.Formats.Numpy;

public sealed class NpyReaderTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("fortran.npy", nameof(NumericType.UInt8), 1)]
    [InlineData("big_endian.npy", nameof(NumericType.Float32), 255)]
    public void Arrays_of_NumPy_are_read_in_any_order_of_axes_and_bytes(string name, string type, double scale)
    {
        var array = Read(ArrayFiles.Path(name));
        Assert.Equal((type, "(4, 2, 3)"), (array.Type.ToString(), array.ShapeText));
        Assert.Equal(Enumerable.Range(0, 24), Values(array).Select(value => (int)Math.Round(value * scale)));
    }

    [Fact]
    public void Half_precision_is_read_exactly() =>
        Assert.Equal([0, 0.25, 0.5, 1], Values(Read(ArrayFiles.Path("half.npy"))));

    [Theory]
    [InlineData("|b1", new byte[] { 1, 0 }, new double[] { 1, 0 })]
    [InlineData("|i1", new byte[] { 0xff, 2 }, new double[] { -1, 2 })]
    [InlineData("<i2", new byte[] { 0xfe, 0xff, 1, 0 }, new double[] { -2, 1 })]
    [InlineData(">i2", new byte[] { 0xff, 0xfe, 0, 1 }, new double[] { -2, 1 })]
    [InlineData("<u2", new byte[] { 0xfe, 0xff, 1, 0 }, new double[] { 65534, 1 })]
    [InlineData("<i4", new byte[] { 0xff, 0xff, 0xff, 0xff, 7, 0, 0, 0 }, new double[] { -1, 7 })]
    [InlineData(">u4", new byte[] { 0, 0, 1, 0, 0, 0, 0, 9 }, new double[] { 256, 9 })]
    [InlineData("<i8", new byte[] { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }, new double[] { -1 })]
    [InlineData("<u8", new byte[] { 3, 0, 0, 0, 0, 0, 0, 0 }, new double[] { 3 })]
    [InlineData("<f8", new byte[] { 0, 0, 0, 0, 0, 0, 0xf0, 0x3f }, new double[] { 1 })]
    public void Each_type_has_its_values(string type, byte[] data, double[] values) =>
        Assert.Equal(values, Values(Read(_folder.Write("a.npy", ArrayFiles.Npy(type, $"({values.Length},)", data)))));

    [Theory]
    [InlineData("<U3", new byte[] { 0xfc, 0, 0, 0, 0x42, 0xf6, 1, 0, 0, 0, 0, 0, 97, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData(">U3", new byte[] { 0, 0, 0, 0xfc, 0, 1, 0xf6, 0x42, 0, 0, 0, 0, 0, 0, 0, 97, 0, 0, 0, 0, 0, 0, 0, 0 })]
    [InlineData("|S6", new byte[] { 0xc3, 0xbc, 0xf0, 0x9f, 0x99, 0x82, 97, 0, 0, 0, 0, 0 })]
    public void Texts_are_read_in_any_byte_order(string type, byte[] data)
    {
        using var stream = new MemoryStream(ArrayFiles.Npy(type, "(2,)", data));
        Assert.Equal(["ü🙂", "a"], NpyReader.ReadTexts(stream, "files"));
    }

    [Theory]
    [InlineData("|O", "(1,)")]
    [InlineData("<U1", "(1, 1)")]
    [InlineData("<f4", "(1,)")]
    [InlineData("<U999999999", "(9,)")]
    public void What_is_no_list_of_texts_is_refused(string type, string shape)
    {
        using var stream = new MemoryStream(ArrayFiles.Npy(type, shape, [97, 0, 0, 0]));
        Assert.Equal(
            "files: is not an array of texts with one axis.",
            Assert.Throws<InvalidDataException>(() => NpyReader.ReadTexts(stream, "files")).Message
        );
    }

    public static TheoryData<string, byte[], string> Damaged =>
        new()
        {
            { "text", "hello, this is text"u8.ToArray(), "is not in NumPy's .npy format." },
            { "empty", [], "ends 8 bytes too early; it is incomplete or not in NumPy's .npy format." },
            {
                "short",
                ArrayFiles.Npy("|u1", "(2, 3)", new byte[5]),
                "an array of shape (2, 3) and type uint8 takes 6 bytes; the file has 5 after its header. It is damaged "
                    + "or incomplete."
            },
            {
                "long",
                ArrayFiles.Npy("|u1", "(2, 3)", new byte[7]),
                "an array of shape (2, 3) and type uint8 takes 6 bytes; the file has 7 after its header. "
            },
            {
                "huge claim",
                ArrayFiles.Npy("<f8", "(100000, 20000)", new byte[8]),
                "an array of shape (100000, 20000) and type float64 takes 16.0 GB; at most 2.1 can be read."
            },
            {
                "overflowing claim",
                ArrayFiles.Npy("<f8", "(2147483647, 2147483647, 2147483647)", new byte[8]),
                "the header says (2147483647, 2147483647, 2147483647), which is too large."
            },
            {
                "long axis",
                ArrayFiles.Npy("<f8", "(99999999999,)", new byte[8]),
                "an axis has length 99999999999, which is too long."
            },
            {
                "complex",
                ArrayFiles.Npy("<c8", "(1,)", new byte[8]),
                "has elements of type <c8; integers or floating-point numbers are needed."
            },
            { "no shape", ArrayFiles.Npy("|u1", "None", []), "the header has no shape." },
            {
                "version 9",
                [.. ArrayFiles.Npy("|u1", "(1,)", [1])[..6], 9, 0, 8, 0, 0, 0],
                "version 9 of .npy; 1 to 3 "
            },
        };

    [Theory]
    [MemberData(nameof(Damaged))]
    public void A_damaged_file_is_refused_before_memory_is_taken(string what, byte[] content, string complaint)
    {
        string path = _folder.Write("a.npy", content);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var e = Assert.Throws<InvalidDataException>(() => Read(path));
        Assert.StartsWith($"{path}: {complaint}", e.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 21, what);
    }

    [Theory]
    [InlineData("objects.npy", "has elements of type |O, pickled Python objects, which are not read ")]
    [InlineData("texts.npy", "has elements of type <U3; integers or floating-point numbers are needed.")]
    [InlineData("fields.npy", "has several fields per element; an array of numbers is needed.")]
    public void Elements_that_are_no_numbers_are_refused(string name, string complaint)
    {
        string path = ArrayFiles.Path(name);
        Assert.StartsWith($"{path}: {complaint}", Assert.Throws<InvalidDataException>(() => Read(path)).Message);
    }

    private static NumericArray Read(string path)
    {
        using var stream = File.OpenRead(path);
        return NpyReader.Read(stream, stream.Length, path);
    }

    private static double[] Values(NumericArray array)
    {
        double[] values = new double[array.Count];
        array.CopyTo(0, values);
        return values;
    }
}
