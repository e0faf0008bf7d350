using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class SafetensorsReaderTests
{
    private const string OneFloat = """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""";

    [Fact]
    public void Hand_written_bytes_of_every_readable_type_are_read()
    {
        // The entries are not in the order of their data, as the format allows.
        const string header =
            """{"u":{"dtype":"U8","shape":[3],"data_offsets":[16,19]},"i":"""
            + """{"dtype":"I64","shape":[1],"data_offsets":[8,16]},"f":"""
            + """{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"__metadata__":{"note":"π"}} """;
        using var file = new File(
            SafetensorsBytes.Of(
                header,
                [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 255]
            )
        );
        using var reader = new SafetensorsReader(file.Path);
        Assert.Equal(["f", "i", "u"], reader.Entries.Select(entry => entry.Name));
        Assert.Equal("π", reader.Metadata["note"]);
        Assert.Equal([2, 1], reader.ReadFloats("f").Shape.ToArray());
        Assert.Equal([1, -2], reader.ReadFloats("f").Values.ToArray());
        Assert.Equal([-2], reader.ReadLongs("i"));
        Assert.Equal([1, 2, 255], reader.ReadBytes("u"));
        Assert.True(reader.Has("u"));
        Assert.False(reader.Has("v"));
    }

    [Fact]
    public void What_the_writer_wrote_is_read_to_the_bit()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.safetensors");
        float[] odd = [float.NaN, float.NegativeInfinity, -0f, float.Epsilon, float.MaxValue, 0.1f];
        SafetensorsWriter.Write(path, [new("odd", [2, 3], odd), new("empty", [0], []), new("scalar \"☃\"", [], [7])]);
        using var reader = new SafetensorsReader(path);
        Assert.Equal(
            odd.Select(BitConverter.SingleToInt32Bits),
            reader.ReadFloats("odd").Values.ToArray().Select(BitConverter.SingleToInt32Bits)
        );
        Assert.Equal([7], reader.ReadFloats("scalar \"☃\"").Values.ToArray());
        Assert.Equal(["odd", "empty", "scalar \"☃\""], reader.Entries.Select(entry => entry.Name));
    }

    [Fact]
    public void A_missing_tensor_is_named_with_the_nearest()
    {
        using var file = new File(
            SafetensorsBytes.Of(OneFloat.Replace("\"t\"", "\"encoder.weight\"", StringComparison.Ordinal), 0, 0, 0, 0)
        );
        using var reader = new SafetensorsReader(file.Path);
        Assert.Equal(
            $"{file.Path}: there is no tensor 'encoder.wieght' among 1. The nearest name is 'encoder.weight'.",
            Assert.Throws<InvalidDataException>(() => reader.ReadFloats("encoder.wieght")).Message
        );
    }

    [Fact]
    public void Another_type_than_asked_for_is_refused()
    {
        using var file = new File(SafetensorsBytes.Of(OneFloat, 0, 0, 0, 0));
        using var reader = new SafetensorsReader(file.Path);
        Assert.EndsWith(
            "tensor 't' is F32; I64 is needed.",
            Assert.Throws<InvalidDataException>(() => reader.ReadLongs("t")).Message
        );
    }

    [Theory]
    [InlineData(0, "0 bytes are too few")]
    [InlineData(7, "7 bytes are too few")]
    [InlineData(8, "the header is said to have 54 bytes at byte 0, but 0 follow")]
    [InlineData(61, "but 53 follow")]
    [InlineData(62, "tensor 't' ends at byte 4 of the data, of which the file has 0")]
    [InlineData(65, "of which the file has 3")]
    public void A_file_cut_short_is_told(int length, string complaint) =>
        AssertRefused(SafetensorsBytes.Of(OneFloat, 0, 0, 0, 0)[..length], complaint);

    [Theory]
    [InlineData(0x7FFF_FFFF_FFFF_FFFF)]
    [InlineData(0xFFFF_FFFF_FFFF_FFFF)]
    [InlineData(1ul << 40)]
    public void A_header_length_that_lies_allocates_nothing(ulong length)
    {
        byte[] bytes = SafetensorsBytes.Of(length, OneFloat, 0, 0, 0, 0);
        using var file = new File(bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => new SafetensorsReader(file.Path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("not json", "not valid JSON")]
    [InlineData("[]", "the header is a JSON Array; an object is needed.")]
    [InlineData("""{"t":1}""", "tensor 't' needs a dtype, a shape and two data_offsets.")]
    [InlineData("""{"t":{"dtype":"F32","shape":[1]}}""", "tensor 't' needs a dtype, a shape and two data_offsets.")]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1],"data_offsets":[0,2,4]}}""",
        "tensor 't' needs a dtype, a shape and two data_offsets."
    )]
    [InlineData(
        """{"t":{"dtype":"F33","shape":[1],"data_offsets":[0,4]}}""",
        "tensor 't' has the unknown dtype 'F33'."
    )]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}""",
        "tensor 't' has -1 in its shape or data_offsets"
    )]
    [InlineData("""{"t":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}""", "tensor 't' has 1.5 in its shape")]
    [InlineData("""{"t":{"dtype":"F32","shape":["1"],"data_offsets":[0,4]}}""", "tensor 't' has \"1\" in its shape")]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}""",
        "tensor 't' ends at byte 0 of the data, before it begins at 4."
    )]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""",
        "tensor 't' has 4 bytes; F32 of shape (2) needs 8."
    )]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""",
        "tensor 't' ends at byte 8 of the data, of which the file has 4"
    )]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}""",
        "tensor 't' has -4 in its shape or data_offsets"
    )]
    [InlineData(
        """{"t":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
        "bytes 0 to 2 of the data, before 't', belong to no tensor."
    )]
    [InlineData(
        """{"t":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""",
        "2 bytes after the last tensor belong to none."
    )]
    [InlineData(
        """{"t":{"dtype":"U8","shape":[3],"data_offsets":[0,3]},"v":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""",
        "tensors 't' and 'v' overlap at byte 2 of the data."
    )]
    [InlineData(
        """{"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"t":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""",
        "not valid JSON"
    )]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}""",
        "tensor 't' has more than 2147483647 elements"
    )]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[65536,65536,65536,65536],"data_offsets":[0,4]}}""",
        "tensor 't' has more than 2147483647 elements"
    )]
    [InlineData(
        """{"t":{"dtype":"F32","shape":[1,1,1,1,1,1],"data_offsets":[0,4]}}""",
        "tensor 't' has 6 dimensions; at most 5 are possible."
    )]
    [InlineData("""{"__metadata__":[]}""", "__metadata__ is a JSON Array; an object of strings is needed.")]
    [InlineData("""{"__metadata__":{"a":1}}""", "__metadata__ has a Number under 'a'; a string is needed.")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "not valid JSON")]
    public void A_header_that_is_not_sound_is_told(string header, string complaint) =>
        AssertRefused(SafetensorsBytes.Of(header, 0, 0, 0, 0), complaint);

    private static void AssertRefused(byte[] bytes, string complaint)
    {
        using var file = new File(bytes);
        string message = Assert.Throws<InvalidDataException>(() => new SafetensorsReader(file.Path)).Message;
        Assert.StartsWith(file.Path + ": ", message);
        Assert.Contains(complaint, message);
    }

    private sealed class File : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public File(byte[] bytes)
        {
            Path = _folder.File("a.safetensors");
            System.IO.File.WriteAllBytes(Path, bytes);
        }

        public string Path { get; }

        public void Dispose() => _folder.Dispose();
    }
}
