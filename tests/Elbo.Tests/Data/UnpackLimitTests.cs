using System.IO.Compression;
using Elbo.Data.Download;
using Elbo.Data.Idx;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Formats.Numpy;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Tests.Data.Arrays;
using Elbo.Tests.Data.Idx;
using Elbo.Tests.Formats;
using Elbo.Tests.Imaging;

namespace Elbo.Tests.Data;

public sealed class UnpackLimitTests : IDisposable
{
    /// <summary>Allocation of a reader that refuses a file: its buffers and the message.</summary>
    private const long Little = 4_000_000;

    private const int Large = 150_000_000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Small_files_expand_to_128_MB_large_ones_50_times_and_the_variable_replaces_both()
    {
        Assert.Equal(128_000_000, UnpackLimit.Of(1000, null));
        Assert.Equal(500_000_000, UnpackLimit.Of(10_000_000, null));
        Assert.Equal(3_000_000, UnpackLimit.Of(10_000_000, "3"));
        Assert.All(["", "0", "-1", "many"], text => Assert.Equal(128_000_000, UnpackLimit.Of(0, text)));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_idx_bomb_is_refused_before_its_images_are_read(bool images)
    {
        string path = _folder.Write(
            "bomb",
            Gzip(
                images ? IdxBytes.File(0x803, [(uint)Large / 10_000, 100, 100], []) : IdxBytes.File(0x801, [Large], []),
                Large
            )
        );
        AssertRefused(
            path,
            images ? () => IdxReader.ReadImages(path) : () => IdxReader.ReadLabels(path),
            "compressed bytes expand to 150 MB; at most 128 MB are unpacked. If the file is sound, set "
                + "ELBO_UNPACK_LIMIT to a higher limit in MB."
        );
    }

    [Fact]
    public void Gzip_without_a_stated_size_stops_at_the_limit()
    {
        string path = _folder.Write("bomb.gz", Gzip([], Large));
        AssertRefused(
            path,
            () =>
            {
                using var content = GzipFile.OpenDecompressed(path);
                content.CopyTo(Stream.Null);
            },
            "compressed bytes expand to more than the limit; at most 128 MB are unpacked."
        );
    }

    [Fact]
    public void An_array_of_an_archive_that_expands_beyond_the_limit_is_refused()
    {
        string path = _folder.File("bomb.npz");
        using (var archive = ZipFile.Open(path, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("x.npy", CompressionLevel.Fastest).Open())
        {
            entry.Write(ArrayFiles.Npy("|u1", $"({Large},)", []));
            WriteZeros(entry, Large);
        }
        using var file = new NpzFile(path);
        AssertRefused(path, () => file.Read("x"), "compressed bytes expand to 151 MB;");
        AssertRefused(path, () => file.ReadTexts("x"), "compressed bytes expand to 151 MB;");
    }

    [Fact]
    public void A_mat_array_is_refused_by_its_bytes_and_by_the_numbers_they_become()
    {
        byte[] header = new MatBuilder().Array("x", [1, Large], MatType.UInt8, []).File[128..];
        // The matrix states its length, and so does the element of its numbers, in the last four bytes.
        BitConverter.TryWriteBytes(header.AsSpan(4), header.Length - 8 + Large);
        BitConverter.TryWriteBytes(header.AsSpan(header.Length - 4), Large);
        string path = _folder.Write("bomb.mat", Mat(Zlib(header, Large)));
        AssertRefused(path, () => MatReader.Read(path, "x"), "compressed bytes expand to 151 MB;");

        // 20 million bytes are below the limit; as numbers of eight bytes they are above it.
        const int Fewer = 20_000_000;
        path = _folder.Write(
            "numbers.mat",
            new MatBuilder().Array("x", [1, Fewer], MatType.UInt8, new byte[Fewer], compress: true).File
        );
        AssertRefused(path, () => MatReader.Read(path, "x"), "the numbers of x: 19,", allowed: Fewer + Little);
    }

    [Fact]
    public void A_png_header_with_more_pixels_than_its_file_can_hold_takes_no_memory()
    {
        byte[] file = PngBytes.File(8, 8, PngBytes.Rgb, 8, false, (_, _, _) => 0);
        byte[] header = PngBytes.Header(8000, 8000, PngBytes.Rgb, 8, false);
        header.CopyTo(file, 8);
        string path = _folder.Write("bomb.png", file);
        AssertRefused(path, () => ImageDecoder.Read(path), "found a PNG of 8000×8000 in ");
    }

    [Theory]
    [InlineData("""{ "name": "vae" }""", "1,10000,10000", "")]
    [InlineData(
        """{ "name": "vae", "encoder-hidden": [30000, 30000] }""",
        "1,28,28",
        "has no 'encoder.hidden.0.weight'"
    )]
    [InlineData("""{ "name": "cnn-vae" }""", "1,8192,8192", "has no 'encoder.")]
    [InlineData("""{ "name": "gmvae", "latent-dim": 4096 }""", "1,4000,4000", "")]
    public void A_model_is_compared_with_the_tensors_of_its_file_before_it_is_made(
        string model,
        string shape,
        string complaint
    )
    {
        string path = _folder.File("model.safetensors");
        SafetensorsWriter.Write(
            path,
            [new SafetensorsTensor("x", [1], new float[1])],
            new Dictionary<string, string> { ["model"] = model, ["image_shape"] = shape }
        );
        using var device = new Device(new DeviceOptions { Threads = 1 });
        long memory = Environment.WorkingSet;
        AssertRefused(path, () => ModelFile.Open(path, device), complaint);
        // Tensors are not in the memory that the garbage collector counts.
        Assert.InRange(Environment.WorkingSet - memory, long.MinValue, 200_000_000);
    }

    private static void AssertRefused(string path, Action read, string complaint, long allowed = Little)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidDataException>(read);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, allowed);
        Assert.StartsWith(path, error.Message);
        Assert.Contains(complaint, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static byte[] Mat(byte[] compressed) =>
        new MatBuilder().Raw(new MatBuilder().Tagged(15, compressed, pad: false)).File;

    private static byte[] Gzip(byte[] start, int zeros) =>
        Compress(start, zeros, target => new GZipStream(target, CompressionLevel.Fastest, leaveOpen: true));

    private static byte[] Zlib(byte[] start, int zeros) =>
        Compress(start, zeros, target => new ZLibStream(target, CompressionLevel.Fastest, leaveOpen: true));

    private static byte[] Compress(byte[] start, int zeros, Func<Stream, Stream> open)
    {
        using var result = new MemoryStream();
        using (var stream = open(result))
        {
            stream.Write(start);
            WriteZeros(stream, zeros);
        }
        return result.ToArray();
    }

    private static void WriteZeros(Stream target, int count)
    {
        byte[] zeros = new byte[1 << 20];
        for (int left = count; left > 0; left -= zeros.Length)
            target.Write(zeros.AsSpan(0, Math.Min(left, zeros.Length)));
    }
}
