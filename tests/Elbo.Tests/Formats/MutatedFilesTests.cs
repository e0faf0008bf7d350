using Elbo.Data;
using Elbo.Data.Download;
using Elbo.Data.Idx;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Formats.Numpy;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Tests.Data;
using Elbo.Tests.Data.Arrays;
using Elbo.Tests.Data.Idx;
using Elbo.Tests.Imaging;

namespace Elbo.Tests.Formats;

/// <summary>Files with changed, missing and additional bytes: read, or refused in one line that begins with the path.</summary>
public sealed class MutatedFilesTests : IDisposable
{
    private const int Mutations = 300;

    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Safetensors() =>
        Mutate(
            SafetensorsBytes.Of(
                """{"__metadata__":{"a":"b"},"x":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]}}""",
                [0, 0, 128, 63, 0, 0, 0, 64]
            ),
            path =>
            {
                using var reader = new SafetensorsReader(path);
                reader.Verify();
                foreach (var entry in reader.Entries)
                    reader.ReadFloats(entry.Name);
            }
        );

    [Fact]
    public void Model_files()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        string path = _folder.File("model");
        ModelFile.Save(VaeOptions.WithLayers([2], [2], 1).Create(new ImageShape(1, 2, 2), device, new Rng(1)), path);
        Mutate(File.ReadAllBytes(path), file => ModelFile.Open(file, device));
    }

    [Fact]
    public void Npy() =>
        Mutate(
            ArrayFiles.Npy("<f4", "(2, 3)", new byte[24], fortran: true),
            path => ReadAll(path, texts: false),
            ".npy"
        );

    [Fact]
    public void Texts_in_npy() =>
        Mutate(ArrayFiles.Npy("<U2", "(2,)", new byte[16]), path => ReadAll(path, texts: true), ".npy");

    [Fact]
    public void Npz() =>
        Mutate(File.ReadAllBytes(ArrayFiles.Path("keras.npz")), path => ReadAll(path, texts: false), ".npz");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Mat(bool compressed) =>
        Mutate(
            new MatBuilder().Array("x", [2, 3], MatType.Int16, new byte[12], compress: compressed).File,
            path => MatReader.Read(path, "x")
        );

    [Fact]
    public void Csv() => Mutate(Table, path => ReadCsv(new CsvReader(path)));

    [Fact]
    public void Compressed_csv() =>
        Mutate(IdxBytes.Gzip(Table), path => ReadCsv(new CsvReader(path, GzipFile.OpenDecompressed(path))));

    [Fact]
    public void Parquet() =>
        Mutate(
            File.ReadAllBytes(ArrayFiles.Path("hf.parquet")),
            path =>
            {
                using var file = ParquetFile.Open(path);
                string[] columns = [.. file.Columns];
                for (int group = 0; group < file.Groups; group++)
                    foreach (string column in columns.Where(file.IsBytes))
                        file.ReadBytes(group, column);
            },
            ".parquet"
        );

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Idx(bool gzip) =>
        Mutate(
            gzip ? IdxBytes.Gzip(IdxBytes.Images(4)) : IdxBytes.Images(4),
            path =>
            {
                IdxReader.ReadArray(path);
                IdxReader.ReadImages(path);
            }
        );

    [Fact]
    public void Idx_labels() => Mutate(IdxBytes.Labels(1, 2, 3), path => IdxReader.ReadLabels(path));

    [Fact]
    public void Cifar() => Mutate(CifarBytes.Batch(3), path => CifarFile.ReadAll([path], CifarFile.Cifar10));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tar(bool gzip)
    {
        byte[] file = CifarBytes.Tar(("data/x.bin", [1, 2, 3]));
        if (!gzip)
        {
            using var content = GzipFile.OpenDecompressed(_folder.Write("packed", file));
            using var plain = new MemoryStream();
            content.CopyTo(plain);
            file = plain.ToArray()[..1024];
        }
        Mutate(
            file,
            path => TarArchive.Unpack(path, _folder.File("out"), ["data/x.bin"], null, CancellationToken.None)
        );
    }

    [Fact]
    public void Png() =>
        Mutate(
            PngBytes.File(4, 4, PngBytes.Rgb, 8, false, (x, y, _) => x * y),
            path => ImageDecoder.Read(path),
            ".png"
        );

    private static byte[] Table => "a,\"b, c\",label\r\n1,2.5,\"x\"\"y\"\r\n3,4,z\r\n"u8.ToArray();

    private static void ReadCsv(CsvReader table)
    {
        using var reader = table;
        while (reader.Read())
            for (int i = 0; i < reader.Columns.Count; i++)
                reader.Text(i);
    }

    private static void ReadAll(string path, bool texts)
    {
        using var file = new NpzFile(path);
        foreach (string name in file.Names)
            if (texts)
                file.ReadTexts(name);
            else
                file.Read(name);
    }

    private void Mutate(byte[] sound, Action<string> read, string ending = "")
    {
        var rng = new Rng(17);
        int refused = 0;
        string path = _folder.Write("mutated" + ending, sound);
        read(path);
        for (int i = 0; i < Mutations; i++)
        {
            byte[] file = Mutated(sound, i, rng);
            File.WriteAllBytes(path, file);
            try
            {
                read(path);
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                Assert.StartsWith(path, e.Message);
                Assert.DoesNotContain('\n', e.Message);
                refused++;
            }
        }
        // A reader that refuses nothing, or everything, was not tested.
        Assert.InRange(refused, 1, Mutations);
    }

    /// <summary>Cuts the file, or inserts or changes up to three bytes.</summary>
    private static byte[] Mutated(byte[] sound, int number, Rng rng)
    {
        if (number % 4 == 0)
            return sound[..rng.Next(sound.Length)];
        List<byte> file = [.. sound];
        for (int changes = 1 + rng.Next(3); changes > 0; changes--)
        {
            int at = rng.Next(file.Count);
            if (number % 4 == 1)
                file.Insert(at, (byte)rng.Next(256));
            else if (number % 4 == 2)
                file[at] ^= (byte)(1 << rng.Next(8));
            else
                file[at] = (byte)rng.Next(256);
        }
        return [.. file];
    }
}
