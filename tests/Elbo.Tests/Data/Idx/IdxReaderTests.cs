using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Elbo.Data.Idx;

namespace Elbo.Tests.Data.Idx;

public sealed class IdxReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_are_read_plain_or_gzip_whatever_the_name_says(bool gzip)
    {
        byte[] file = IdxBytes.Images(4);
        string path = _folder.Write(gzip ? "plain-by-name" : "packed-by-name.gz", gzip ? IdxBytes.Gzip(file) : file);
        var images = IdxReader.ReadImages(path);
        Assert.Equal((4, 2, 3), (images.Count, images.Height, images.Width));
        Assert.Equal(file[16..], images.Pixels);
    }

    [Fact]
    public void Images_beyond_the_first_allocation_are_read_whole()
    {
        byte[] file = IdxBytes.Images(3001, 28, 28);
        Assert.Equal(file[16..], IdxReader.ReadImages(_folder.Write("large", IdxBytes.Gzip(file))).Pixels);
    }

    [Fact]
    public void Labels_are_read() =>
        Assert.Equal([3, 1, 2], IdxReader.ReadLabels(_folder.Write("labels", IdxBytes.Labels(3, 1, 2))));

    [Theory]
    [InlineData(0, 0, "the end of the file")]
    [InlineData(3, 3, "the end of the file")]
    [InlineData(9, 9, "expected the height")]
    [InlineData(16, 16, "expected 24 more bytes of 4 images of 2×3")]
    [InlineData(39, 39, "expected 1 more bytes of 4 images of 2×3")]
    public void A_truncated_file_is_refused_with_its_offset(int kept, int offset, string said)
    {
        byte[] file = IdxBytes.Images(4)[..kept];
        AssertImagesRefused(file, offset, said);
        AssertImagesRefused(IdxBytes.Gzip(file), offset, said);
    }

    [Fact]
    public void A_file_that_goes_on_after_its_images_is_refused_with_its_offset()
    {
        AssertImagesRefused([.. IdxBytes.Images(4), 0], 40, "expected the end of the file after 4 images of 2×3");
        AssertImagesRefused(
            [.. IdxBytes.Gzip(IdxBytes.Images(4)), .. IdxBytes.Gzip([1, 2, 3])],
            40,
            "expected the end of the file"
        );
    }

    [Theory]
    [InlineData(0x00000d03u, 2, "found element type 0x0d (32-bit float); expected 0x08 (unsigned byte)")]
    [InlineData(0x00000103u, 2, "found element type 0x01 (none of IDX)")]
    [InlineData(0x00000801u, 3, "found 1 dimensions (labels); expected 3 (images)")]
    [InlineData(0x00000804u, 3, "found 4 dimensions (neither labels nor grey images)")]
    [InlineData(0x89504e47u, 0, "found 89504e47, which is not an IDX file; expected 00000803")]
    public void A_file_of_another_kind_is_refused_as_images(uint magic, int offset, string said) =>
        AssertImagesRefused(IdxBytes.File(magic, [1, 2, 3], new byte[6]), offset, said);

    [Fact]
    public void Images_are_refused_where_labels_are_needed()
    {
        string path = _folder.Write("images", IdxBytes.Images(2));
        AssertOneLine(
            Assert.Throws<InvalidDataException>(() => IdxReader.ReadLabels(path)),
            path,
            3,
            "found 3 dimensions (images); expected 1 (labels)"
        );
    }

    [Theory]
    [InlineData(0u, 28u, 28u, 4, "found 0 as the number of images")]
    [InlineData(1u, 0u, 28u, 8, "found 0 as the height")]
    [InlineData(1u, 28u, 0xffff_ffffu, 12, "found 4294967295 as the width; expected 1 to 16384")]
    [InlineData(0xffff_ffffu, 28u, 28u, 4, "found 4294967295 as the number of images")]
    [InlineData(100_000_000u, 28u, 28u, 4, "found 100000000 images of 28×28, 78400000000 bytes")]
    public void Absurd_sizes_are_refused(uint count, uint height, uint width, int offset, string said) =>
        AssertImagesRefused(IdxBytes.File(0x803, [count, height, width], new byte[84]), offset, said);

    [Fact]
    public void A_header_that_claims_gigabytes_costs_no_memory()
    {
        string path = _folder.Write("lying", IdxBytes.File(0x803, [2_000_000, 32, 32], new byte[84]));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => IdxReader.ReadImages(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void A_corrupt_gzip_file_is_refused()
    {
        byte[] packed = IdxBytes.Gzip(IdxBytes.Images(200, 28, 28));
        byte[] flipped = [.. packed];
        flipped[packed.Length / 2] ^= 0xff;
        byte[] wrongSum = [.. packed];
        wrongSum[^8] ^= 0xff;
        AssertImagesRefused(packed[..(packed.Length / 2)], null, "");
        AssertImagesRefused(packed[..2], null, "");
        AssertImagesRefused(flipped, null, "");
        AssertImagesRefused(wrongSum, null, "damaged gzip data");
    }

    [DataFact("mnist", "fashion-mnist")]
    [SuppressMessage("Security", "CA5351", Justification = "MD5 is what is published for these files.")]
    public void Mnist_and_fashion_mnist_have_their_published_checksums()
    {
        Assert.Equal("6bbc9ace898e44ae57da46a324031adb", ImagesMd5("mnist", "train-images-idx3-ubyte.gz"));
        Assert.Equal("a25bea736e30d166cdddb491f175f624", LabelsMd5("mnist", "train-labels-idx1-ubyte.gz"));
        Assert.Equal("2646ac647ad5339dbf082846283269ea", ImagesMd5("mnist", "t10k-images-idx3-ubyte.gz"));
        Assert.Equal("27ae3e4e09519cfbb04c329615203637", LabelsMd5("mnist", "t10k-labels-idx1-ubyte.gz"));
        Assert.Equal("f4a8712d7a061bf5bd6d2ca38dc4d50a", ImagesMd5("fashion-mnist", "train-images-idx3-ubyte.gz"));
        Assert.Equal("9018921c3c673c538a1fc5bad174d6f9", LabelsMd5("fashion-mnist", "train-labels-idx1-ubyte.gz"));
        Assert.Equal("8181f5470baa50b63fa0f6fddb340f0a", ImagesMd5("fashion-mnist", "t10k-images-idx3-ubyte.gz"));
        Assert.Equal("15d484375f8d13e6eb1aabb0c3f46965", LabelsMd5("fashion-mnist", "t10k-labels-idx1-ubyte.gz"));

        static string ImagesMd5(string dataset, string name)
        {
            var images = IdxReader.ReadImages(Path.Combine(RealData.Folder(dataset)!, name));
            return Md5(
                IdxBytes.File(0x803, [(uint)images.Count, (uint)images.Height, (uint)images.Width], images.Pixels)
            );
        }

        static string LabelsMd5(string dataset, string name) =>
            Md5(IdxBytes.Labels(IdxReader.ReadLabels(Path.Combine(RealData.Folder(dataset)!, name))));

        static string Md5(byte[] content) => Convert.ToHexStringLower(MD5.HashData(content));
    }

    private void AssertImagesRefused(byte[] content, long? offset, string said)
    {
        string path = _folder.Write("bad", content);
        AssertOneLine(Assert.Throws<InvalidDataException>(() => IdxReader.ReadImages(path)), path, offset, said);
    }

    private static void AssertOneLine(InvalidDataException e, string path, long? offset, string said)
    {
        Assert.StartsWith(offset is { } at ? $"{path}: at byte {at}: found" : $"{path}: at byte ", e.Message);
        Assert.Contains(said, e.Message);
        Assert.Contains("expected", e.Message);
        Assert.DoesNotContain('\n', e.Message);
    }
}
