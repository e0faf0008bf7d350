using Elbo.Engine;
using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class SafetensorsWriterTests
{
    [Fact]
    public void A_file_has_exactly_the_bytes_of_the_format()
    {
        const string header =
            """{"__metadata__":{"a":"1","b":"é\"/"},"w":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},"s":"""
            + """{"dtype":"F32","shape":[],"data_offsets":[8,12]},"none":"""
            + """{"dtype":"F32","shape":[0,3],"data_offsets":[12,12]}}  """;
        byte[] written = Write(
            [new("w", [2, 1], [1, -2]), new("s", [], [0.5f]), new("none", [0, 3], [])],
            new Dictionary<string, string> { ["b"] = "é\"/", ["a"] = "1" }
        );
        // 1, −2 and ½ as IEEE 754, low byte first.
        byte[] expected = SafetensorsBytes.Of(header, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0, 0x3F);
        Assert.Equal(System.Text.Encoding.UTF8.GetString(expected), System.Text.Encoding.UTF8.GetString(written));
        Assert.Equal(expected, written);
    }

    [Fact]
    public void The_data_begins_at_a_multiple_of_eight_bytes_however_long_the_header()
    {
        for (int length = 1; length <= 16; length++)
        {
            byte[] written = Write([new(new string('n', length), [1], [1])]);
            Assert.Equal(0, (written.Length - sizeof(float)) % 8);
        }
    }

    [Fact]
    public void No_tensors_make_a_file_too() => Assert.Equal(SafetensorsBytes.Of("{}      "), Write([]));

    [Fact]
    public void A_live_tensor_is_written_as_it_is_then()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var tensor = device.Zeros([2]);
        SafetensorsTensor named = new("t", tensor);
        tensor.AsSpan().Fill(1);
        Assert.Equal([0, 0, 0x80, 0x3F, 0, 0, 0x80, 0x3F], Write([named])[^8..]);
    }

    [Fact]
    public void Two_tensors_of_one_name_are_refused_before_the_file_is_touched()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.safetensors");
        File.WriteAllText(path, "old");
        var e = Assert.Throws<ArgumentException>(() =>
            SafetensorsWriter.Write(path, [new("t", [1], [1]), new("t", [1], [2])])
        );
        Assert.StartsWith("two tensors are called 't'", e.Message);
        Assert.Equal("old", File.ReadAllText(path));
    }

    [Fact]
    public void The_reserved_name_is_refused() =>
        Assert.Throws<ArgumentException>(() => Write([new("__metadata__", [1], [1])]));

    [Fact]
    public void Values_that_do_not_fill_the_shape_are_refused() =>
        Assert.Throws<ArgumentException>(() => new SafetensorsTensor("t", [2, 2], [1, 2, 3]));

    private static byte[] Write(IReadOnlyList<SafetensorsTensor> tensors, Dictionary<string, string>? metadata = null)
    {
        using var stream = new MemoryStream();
        SafetensorsWriter.Write(stream, tensors, metadata);
        return stream.ToArray();
    }
}
