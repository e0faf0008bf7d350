using System.Diagnostics;
using System.Text;
using Elbo.Data;
using Elbo.Data.Arrays;
using Elbo.Data.Download;
using Elbo.Data.Folder;
using Elbo.Data.Idx;
using Elbo.Formats;
using Elbo.Formats.Numpy;
using Elbo.Formats.TensorBoard;
using Elbo.Imaging;
using Elbo.Tests.Data;
using Elbo.Tests.Data.Arrays;
using Elbo.Tests.Data.Folder;
using Elbo.Tests.Data.Idx;
using Elbo.Tests.Imaging;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Formats;

/// <summary>No reader opens a pipe, a socket or a device, and a cancellation ends every long read.</summary>
public sealed class RegularFileTests : IDisposable
{
    /// <summary>Files that were not opened are refused in milliseconds; a busy machine takes longer.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly ImageDataset Two = new("two", new ImageShape(1, 1, 1), new byte[2]);

    /// <summary>Every reader of a file that a user names or that lies in a folder of a run.</summary>
    private static readonly (string Name, string File, Action<string, CancellationToken> Read)[] Readers =
    [
        ("gzip", "x.gz", (path, stop) => GzipFile.OpenDecompressed(path, stop).Dispose()),
        ("tar", "x.tar", (path, stop) => TarArchive.Unpack(path, path + ".out", ["a"], null, stop)),
        ("idx", "x-images-idx3-ubyte", (path, stop) => IdxReader.ReadImages(path, stop)),
        ("idx labels", "x-labels-idx1-ubyte", (path, stop) => IdxReader.ReadLabels(path, stop)),
        ("cifar", "train.bin", (path, stop) => CifarFile.ReadAll([path], CifarFile.Cifar10, stop)),
        ("mat", "x.mat", (path, stop) => MatReader.Read(path, "x", stop)),
        ("npz", "x.npz", (path, stop) => new NpzFile(path, stop).Dispose()),
        ("npy", "x.npy", (path, stop) => new NpzFile(path, stop).Read("x")),
        ("parquet", "x.parquet", (path, stop) => ParquetFile.Open(path, stop).Dispose()),
        ("csv images", "x.csv", (path, stop) => CsvImages.Read(path, new DatasetOptions(), stop)),
        ("csv codes", "x.csv", (path, stop) => CodeTable.Read(path, null, stop)),
        ("labels", "x.csv", (path, stop) => LabelTable.Read(path, byFile: false, stop)),
        ("factors", "x.csv", (path, stop) => FactorTable.Read(path, Two, 2, stop)),
        ("latent", "x.csv", (path, stop) => LatentCsv.Load(path, cancellation: stop)),
        ("list", "x.txt", (path, stop) => ImagesByPath.Load(path, Two.Shape, cancellation: stop)),
        ("lines", "x.txt", (path, stop) => RegularFile.ReadAllLines(path, stop)),
        ("equal files", "x.png", (path, stop) => EqualFiles.First([path, path], stop)),
        ("bytes", "x", (path, stop) => RegularFile.ReadAllBytes(path, stop)),
    ];

    /// <summary>Readers of files that take no time.</summary>
    private static readonly (string Name, string File, Action<string> Read)[] Records =
    [
        ("image", "x.png", path => ImageDecoder.ReadBytes(path)),
        ("safetensors", "x.safetensors", path => new SafetensorsReader(path).Dispose()),
        ("config", "config.json", path => RunSettings.ReadFile(path)),
        ("evaluation", "test.json", path => ModelEvaluation.Load(path)),
        ("metrics", "metrics.csv", path => MetricsTable.Load(path)),
        ("text", "x.txt", path => RegularFile.ReadAllText(path)),
        ("class names", CifarFile.Cifar10.NamesFile, path => CifarFile.ReadNames(Folder(path), CifarFile.Cifar10)),
        ("events", "events.out.tfevents.1.elbo", path => EventFile.Open(Folder(path), 0).Dispose()),
    ];

    private readonly Data.TemporaryFolder _folder = new();

    public static TheoryData<string> All => [.. Readers.Select(r => r.Name), .. Records.Select(r => r.Name)];

    public static TheoryData<string> Long => [.. Readers.Select(r => r.Name)];

    public void Dispose() => _folder.Dispose();

    [UnixTheory]
    [MemberData(nameof(All))]
    public async Task Pipes_links_to_them_and_devices_are_refused_at_once(string name)
    {
        var (file, read) = Reader(name);
        string path = _folder.File(file),
            pipe = _folder.File("pipe");
        UnusualFiles.MakePipe(path);
        await Refused(path);
        File.Delete(path);
        UnusualFiles.MakePipe(pipe);
        File.CreateSymbolicLink(path, pipe);
        await Refused(path);
        File.Delete(path);
        File.CreateSymbolicLink(path, "/dev/zero");
        await Refused(path);

        async Task Refused(string path)
        {
            var clock = Stopwatch.StartNew();
            var error = await Assert.ThrowsAsync<InvalidDataException>(() =>
                Task.Run(() => read(path, CancellationToken.None)).WaitAsync(Patience)
            );
            Assert.StartsWith(path, error.Message);
            Assert.DoesNotContain('\n', error.Message);
            Assert.Contains(name == "image" ? "a pipe or a device" : "not a regular file", error.Message);
            Assert.True(clock.Elapsed < Patience);
        }
    }

    [UnixFact]
    public void What_is_not_a_regular_file_is_named()
    {
        string path = _folder.File("x");
        using (UnusualFiles.MakeSocket(path))
            Says("is a socket");
        File.Delete(path);
        Directory.CreateDirectory(path);
        Says("is a folder");
        Directory.Delete(path);
        UnusualFiles.MakePipe(path);
        Says("is a pipe");
        Assert.Equal(
            "/dev/null is a device, not a regular file; write its content to a file, and name that one.",
            Assert.Throws<InvalidDataException>(() => RegularFile.ReadAllText("/dev/null")).Message
        );

        void Says(string what) =>
            Assert.StartsWith(
                $"{path} {what}, not a regular file; ",
                Assert.Throws<InvalidDataException>(() => RegularFile.ReadAllBytes(path)).Message
            );
    }

    [Fact]
    public void An_empty_file_has_no_content_and_a_missing_one_is_an_error()
    {
        string path = _folder.Write("empty", []);
        Assert.Equal("", RegularFile.ReadAllText(path));
        Assert.Equal("", RegularFile.ReadFirstLine(path));
        Assert.Empty(RegularFile.ReadAllLines(path));
        Assert.Empty(RegularFile.ReadAllBytes(path));
        Assert.Throws<FileNotFoundException>(() => RegularFile.Open(_folder.File("none")));
    }

    [UnixFact]
    public void A_file_of_proc_has_no_content()
    {
        // /proc/self/pagemap would be read for hours.
        if (File.Exists("/proc/self/pagemap"))
            Assert.Empty(RegularFile.ReadAllBytes("/proc/self/pagemap"));
    }

    [Theory]
    [InlineData(new byte[] { (byte)'a', 0xFF, (byte)'\n' })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })] // a lone surrogate
    public void Text_that_is_not_utf_8_is_refused(byte[] text)
    {
        string path = _folder.Write("x.csv", text);
        string complaint = $"{path} is not text in UTF-8; save ";
        Assert.StartsWith(complaint, Assert.Throws<InvalidDataException>(() => RegularFile.ReadAllText(path)).Message);
        Assert.StartsWith(complaint, Assert.Throws<InvalidDataException>(() => RegularFile.ReadAllLines(path)).Message);
        Assert.StartsWith(complaint, Assert.Throws<InvalidDataException>(() => new CsvReader(path)).Message);
    }

    [Fact]
    public void Reading_ends_between_two_pieces_of_a_file_after_a_cancellation()
    {
        string path = _folder.Write("x", new byte[1 << 20]);
        using var stop = new CancellationTokenSource();
        using var file = RegularFile.Open(path, stop.Token);
        byte[] piece = new byte[100_000];
        Assert.Equal(piece.Length, file.Read(piece));
        Assert.Equal(10, file.Read(piece, 0, 10));
        stop.Cancel();
        Assert.Throws<OperationCanceledException>(() => file.Read(piece));
        Assert.Throws<OperationCanceledException>(() => file.Read(piece, 0, 10));
        Assert.Throws<OperationCanceledException>(() => file.CopyTo(Stream.Null));
    }

    [Theory]
    [MemberData(nameof(Long))]
    public void Every_long_read_honours_cancellation(string name)
    {
        var (file, read) = Reader(name);
        string path = _folder.Write(file, Sound(name));
        if (name is "list")
            _folder.Write("a.png", PngBytes.File(1, 1, PngBytes.Grey, 8, false, (_, _, _) => 1));
        // The content is one that the reader accepts.
        read(path, CancellationToken.None);
        Assert.ThrowsAny<OperationCanceledException>(() => read(path, new CancellationToken(canceled: true)));
    }

    private static byte[] Sound(string name) =>
        name switch
        {
            "gzip" => IdxBytes.Gzip(IdxBytes.Images(4)),
            "tar" => CifarBytes.Tar(("a", [1, 2, 3])),
            "idx" => IdxBytes.Images(4),
            "idx labels" => IdxBytes.Labels(1, 2),
            "cifar" => CifarBytes.Batch(3),
            "mat" => new MatBuilder().Array("x", [2, 3], MatType.Int16, new byte[12]).File,
            "npz" => File.ReadAllBytes(ArrayFiles.Path("keras.npz")),
            "npy" => ArrayFiles.Npy("<f4", "(2, 3)", new byte[24]),
            "parquet" => File.ReadAllBytes(ArrayFiles.Path("hf.parquet")),
            "csv images" => "label,p0,p1,p2,p3\n1,2,3,4,5\n0,1,1,1,1\n"u8.ToArray(),
            "labels" => "index,label\n0,a\n"u8.ToArray(),
            "factors" => "shape\n1\n2\n"u8.ToArray(),
            "latent" => "z1,z2,category\n1,2,a\n"u8.ToArray(),
            "list" => Encoding.UTF8.GetBytes("a.png\n"),
            _ => "z1,z2\n1,2\n"u8.ToArray(),
        };

    private static (string File, Action<string, CancellationToken> Read) Reader(string name)
    {
        if (Array.Find(Readers, reader => reader.Name == name) is { Name: not null } reader)
            return (reader.File, reader.Read);
        var record = Array.Find(Records, record => record.Name == name);
        return (record.File, (path, _) => record.Read(path));
    }

    private static string Folder(string path) => Path.GetDirectoryName(path)!;
}
