using BitMiracle.LibTiff.Classic;
using Elbo.Imaging;

namespace Elbo.Tests.Imaging;

public class DamagedImageTests
{
    [Fact]
    public void A_tag_that_claims_more_values_than_the_file_has_bytes_takes_no_memory()
    {
        byte[] file = ImageFiles.Tiff(ImageFiles.Picture, Compression.NONE, mode: "wl");
        int directory = BitConverter.ToInt32(file, 4);
        BitConverter.TryWriteBytes(file.AsSpan(directory + 2 + 4), 0x1E000001); // the count of the first tag
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains(
            "has 503,316,481 values",
            Assert.Throws<InvalidDataException>(() => ImageDecoder.Decode(file, "a.tif")).Message
        );
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }
}
