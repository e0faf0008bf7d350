using Elbo.Formats;

namespace Elbo.Tests.Formats;

public sealed class TensorDigestTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("model.safetensors");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_is_the_sha256_of_the_values_of_the_metadata_in_order_of_their_keys_and_of_all_tensors()
    {
        SafetensorsTensor[] tensors = [new("a", [2], [1, 2]), new("b", [], [3])];
        var notes = TensorDigest.AddTo(new Dictionary<string, string> { ["z"] = "last", ["format"] = "elbo" }, tensors);
        byte[] all =
        [
            .. "elbo\0last\0a\0(2)\0"u8,
            .. BitConverter.GetBytes(1f),
            .. BitConverter.GetBytes(2f),
            .. "b\0()\0"u8,
            .. BitConverter.GetBytes(3f),
        ];
        Assert.Equal(
            Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(all)),
            notes[TensorDigest.Key]
        );
        SafetensorsWriter.Write(Path, tensors, notes);
        using var reader = new SafetensorsReader(Path);
        Assert.True(reader.Verify());
    }

    [Fact]
    public void A_file_without_a_digest_is_not_verified_and_one_with_another_is_refused()
    {
        SafetensorsTensor[] tensors = [new("a", [2], [1, 2])];
        SafetensorsWriter.Write(Path, tensors);
        using (var without = new SafetensorsReader(Path))
            Assert.False(without.Verify());
        SafetensorsWriter.Write(Path, tensors, new Dictionary<string, string> { [TensorDigest.Key] = new('0', 64) });
        using var other = new SafetensorsReader(Path);
        Assert.Equal(
            $"{Path}: the contents do not match their SHA-256; the file is damaged. Take another copy of it.",
            Assert.Throws<InvalidDataException>(() => other.Verify()).Message
        );
    }

    [Fact]
    public void Tensors_longer_than_a_piece_and_empty_ones_are_read_whole()
    {
        var values = new float[600_000];
        values[^1] = 1;
        SafetensorsTensor[] tensors = [new("none", [0], []), new("long", [values.Length], values)];
        SafetensorsWriter.Write(Path, tensors, TensorDigest.AddTo(new Dictionary<string, string>(), tensors));
        using (var sound = new SafetensorsReader(Path))
            Assert.True(sound.Verify());
        byte[] bytes = File.ReadAllBytes(Path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(Path, bytes);
        using var damaged = new SafetensorsReader(Path);
        Assert.Throws<InvalidDataException>(() => damaged.Verify());
    }
}
