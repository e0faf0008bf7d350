using System.IO.Compression;
using Elbo.Formats.Numpy;
using Elbo.Tests.Data.Arrays;

namespace Elbo.Tests.Formats.Numpy;

public sealed class NpzFileTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Arrays_of_a_compressed_archive_are_read_by_name()
    {
        using var file = new NpzFile(ArrayFiles.Path("keras.npz"));
        Assert.Equal(["x_test", "x_train", "y_test", "y_train"], file.Names);
        Assert.Equal("(4, 2, 3)", file.Read("x_train").ShapeText);
        Assert.Equal(ArrayFiles.Count(24), file.Read("x_train").Data);
        Assert.Equal((NumericType.Int64, "(2, 1)"), (file.Read("y_test").Type, file.Read("y_test").ShapeText));
    }

    [Fact]
    public void A_written_archive_reads_back_and_has_the_same_bytes_every_time()
    {
        string path = _folder.File("a.npz");
        float[] values = [1, 2, 3, -0.5f, 1e-30f, float.MaxValue];
        for (int i = 0; i < 2; i++)
        {
            NpzFile.Save(
                path + i,
                ("codes", NpyWriter.Bytes(values, 2, 3)),
                ("labels", NpyWriter.Bytes([7L, long.MinValue]))
            );
        }
        Assert.Equal(File.ReadAllBytes(path + 0), File.ReadAllBytes(path + 1));
        using var file = new NpzFile(path + 0);
        double[] read = new double[6];
        file.Read("codes").CopyTo(0, read);
        Assert.Equal(values.Select(value => (double)value), read);
        Assert.Equal("(2, 3)", file.Read("codes").ShapeText);
    }

    [PythonFact("numpy", "python3-numpy")]
    public void NumPy_reads_what_is_written()
    {
        string path = _folder.File("a.npz");
        NpzFile.Save(
            path,
            ("codes", NpyWriter.Bytes([1, 2, 3, -0.5f, 1e-30f, 4], 3, 2)),
            ("labels", NpyWriter.Bytes([7L, -1, 3])),
            ("files", NpyWriter.Bytes(["a.png", "Ö/😀.png", ""])),
            ("none", NpyWriter.Bytes(Array.Empty<string>()))
        );
        Assert.Equal(
            "float32 (3, 2) [1.0, 2.0, 3.0, -0.5, 1.0000000031710769e-30, 4.0] [7, -1, 3] ['a.png', 'Ö/😀.png', ''] []\n",
            PythonFactAttribute.Run(
                "numpy",
                "-X",
                "utf8",
                "-c",
                $"""
                import numpy
                z = numpy.load('{path}')
                c = z['codes']
                print(c.dtype, c.shape, c.ravel().tolist(), z['labels'].tolist(), z['files'].tolist(), z['none'].tolist())
                """
            )
        );
    }

    [Fact]
    public void Elements_begin_at_a_multiple_of_64_bytes()
    {
        foreach (int count in (int[])[1, 12, 12345678])
            Assert.Equal(0, (NpyWriter.Bytes(new float[count], count).Length - (4 * count)) % 64);
    }

    [Fact]
    public void Other_files_are_refused()
    {
        string text = _folder.Write("text.npz", "hello"u8.ToArray());
        Assert.Equal(
            $"{text}: is not a ZIP archive, which .npz files are.",
            Assert.Throws<InvalidDataException>(() => new NpzFile(text)).Message
        );
        string empty = _folder.File("empty.npz");
        using (ZipFile.Open(empty, ZipArchiveMode.Create)) { }
        Assert.Equal(
            $"{empty}: has no arrays (.npy files) in it.",
            Assert.Throws<InvalidDataException>(() => new NpzFile(empty)).Message
        );
    }

    [Fact]
    public void A_damaged_archive_is_refused_with_the_name_of_the_array()
    {
        byte[] bytes = File.ReadAllBytes(ArrayFiles.Path("keras.npz"));
        bytes.AsSpan(60, 40).Fill(0x55);
        string path = _folder.Write("bad.npz", bytes);
        using var file = new NpzFile(path);
        Assert.StartsWith(
            $"{path}: x_train: ",
            Assert.Throws<InvalidDataException>(() => file.Read("x_train")).Message
        );
    }
}
