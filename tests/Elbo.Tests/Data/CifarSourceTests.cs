using System.Formats.Tar;
using System.Security.Cryptography;
using Elbo.Data;
using Elbo.Data.Download;
using Elbo.Tests.Data.Download;
using Elbo.Tests.Data.Idx;

namespace Elbo.Tests.Data;

public sealed class CifarSourceTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Cifar10Source _source = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("cifar10/cifar-10-batches-bin/")]
    [InlineData("cifar-10-batches-bin/")]
    [InlineData("cifar10/")]
    [InlineData("")]
    public void Files_are_found_under_every_folder_in_use(string below)
    {
        WriteSet(below);
        Assert.Equal(Path.TrimEndingDirectorySeparator(_folder.File(below)), _source.Find(Offline()));
        var (train, test) = _source.Load(Offline());
        Assert.Equal([0, 9, 1, 2, 3, 4], train.Labels!.Value.ToArray());
        Assert.Equal([5], test.Labels!.Value.ToArray());
    }

    [Fact]
    public void Images_are_three_planes_as_the_record_has_them()
    {
        WriteSet("");
        var train = _source.Load(Offline()).Train;
        Assert.Equal(new ImageShape(3, 32, 32), train.Shape);
        byte[] image = train.Image(1).ToArray(); // label 9
        Assert.Equal(Enumerable.Repeat((byte)90, 1024), image[..1024]);
        Assert.Equal(Enumerable.Repeat((byte)91, 1024), image[1024..2048]);
        Assert.Equal(Enumerable.Range(0, 1024).Select(i => (byte)i), image[2048..]);
        Assert.Equal("truck", train.ClassNames[9]);
    }

    [Fact]
    public void A_file_that_is_not_whole_records_is_refused_where_the_last_one_begins()
    {
        WriteSet("");
        string path = _folder.Write("data_batch_3.bin", CifarBytes.Batch(1, 2)[..^1]);
        AssertRefused($"{path}: at byte 3073: found a record of 3072 bytes at the end of the file; expected 3073.");
        _folder.Write("data_batch_3.bin", []);
        AssertRefused($"{path}: at byte 0: found an empty file; expected records of 3073 bytes.");
    }

    [Fact]
    public void A_label_that_names_no_class_is_refused_with_its_offset()
    {
        WriteSet("");
        byte[] batch = CifarBytes.Batch(1, 2, 3);
        batch[2 * 3073] = 10;
        string path = _folder.Write("test_batch.bin", batch);
        AssertRefused($"{path}: at byte 6146: found label 10; expected 0 to 9.");
    }

    [Fact]
    public void Without_files_and_without_network_it_says_where_it_looked()
    {
        WriteSet("");
        File.Delete(_folder.File("data_batch_4.bin"));
        Assert.Null(_source.Find(Offline()));
        string message = Assert.Throws<FileNotFoundException>(() => _source.Load(Offline())).Message;
        Assert.Contains(
            $"looked in {_folder.File("cifar10/cifar-10-batches-bin")}. Put data_batch_1.bin to test_batch.bin there",
            message
        );
        Assert.Contains("--data-dir", message);
    }

    [DataFact("cifar10")]
    public void The_real_files_load_with_balanced_classes()
    {
        var (train, test) = _source.Load(new DataLocation([RealData.Root!], _folder.Path, Offline: true));
        Assert.Equal(_source.Shape, train.Shape);
        Assert.True(train.Count >= 10_000 && test.Count >= 2_000);
        foreach (var split in new[] { train, test })
        {
            int[] perClass =
            [
                .. Enumerable.Range(0, 10).Select(c => split.Labels!.Value.ToArray().Count(label => label == c)),
            ];
            Assert.All(perClass, n => Assert.Equal(split.Count / 10, n));
        }
        // Photographs are smooth: a neighbour in the same plane is nearer than the same place of another image.
        double beside = 0,
            elsewhere = 0;
        for (int i = 0; i < 200; i++)
        for (int p = 0; p < train.Shape.PixelCount - 1; p++)
        {
            beside += Math.Abs(train.Image(i)[p] - train.Image(i)[p + 1]);
            elsewhere += Math.Abs(train.Image(i)[p] - train.Image(i + 1)[p]);
        }
        Assert.True(beside < elsewhere / 3, $"{beside} is not much less than {elsewhere}");
    }

    private DataLocation Offline() => new([_folder.Path], _folder.Path, Offline: true);

    private void WriteSet(string below)
    {
        for (int i = 0; i < CifarBytes.Names.Length; i++)
            _folder.Write(below + CifarBytes.Names[i], i == 0 ? CifarBytes.Batch(0, 9) : CifarBytes.Batch((byte)i));
    }

    private void AssertRefused(string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<InvalidDataException>(() => _source.Load(Offline())).Message);
}

public sealed class Cifar10FetchTests : IDisposable
{
    private const string Archive = "cifar-10-binary.tar.gz";

    private readonly TemporaryFolder _folder = new();
    private readonly byte[] _published = CifarBytes.Archive();
    private readonly MirrorServer _server;
    private byte[] _sent;

    public Cifar10FetchTests()
    {
        _sent = _published;
        _server = new MirrorServer(request => MirrorReply.Good(request, _sent));
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Loading_downloads_and_unpacks_once()
    {
        var progress = new ProgressLog();
        var (train, test) = Source().Load(Online(), progress: progress);
        Assert.Equal((5, 1), (train.Count, test.Count));
        Assert.Equal(
            [DataActivity.Downloading, DataActivity.Unpacking],
            progress.Reports.Select(report => report.Activity).Distinct()
        );
        Assert.Equal(new DataProgress(DataActivity.Unpacking, Archive, 6, 6), progress.Reports[^1]);
        Assert.Equal(_folder.File("cifar10/cifar-10-batches-bin"), Source().Find(Online()));
        Assert.Equal(CifarBytes.Names, Unpacked());
        Source().Load(Online());
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task An_archive_with_another_sum_is_not_unpacked()
    {
        _sent = [.. _published];
        _sent[^9] ^= 1;
        var e = await Assert.ThrowsAsync<DownloadException>(() => Source().FetchAsync(Online()));
        Assert.Contains("sent content with MD5 ", e.Message);
        Assert.Null(Source().Find(Online()));
        Assert.False(File.Exists(_folder.File($"cifar10/{Archive}")));
    }

    [Fact]
    public async Task An_archive_placed_by_hand_is_checked_and_unpacked_without_network()
    {
        _folder.Write($"cifar10/{Archive}", _published);
        Assert.Equal(
            _folder.File("cifar10/cifar-10-batches-bin"),
            await Source().FetchAsync(Online() with { Offline = true })
        );
        Assert.Empty(_server.Requests);

        Directory.Delete(_folder.File("cifar10/cifar-10-batches-bin"), recursive: true);
        string path = _folder.Write($"cifar10/{Archive}", _published[..^1]);
        var e = await Assert.ThrowsAsync<InvalidDataException>(() => Source().FetchAsync(Online()));
        Assert.Equal(
            $"{path}: found content of {_published.Length - 1} bytes where {_published.Length} are expected; "
                + "delete it, and it is downloaded again.",
            e.Message
        );
    }

    [Fact]
    public async Task Unpacking_that_was_interrupted_leaves_nothing_that_looks_complete_and_is_finished_by_the_next()
    {
        for (int files = 1; files <= 5; files++)
        {
            using var cancel = new CancellationTokenSource();
            var progress = new ProgressLog(report =>
            {
                if (report.Activity == DataActivity.Unpacking && report.Done == files)
                    cancel.Cancel();
            });
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
                Source().FetchAsync(Online(), progress, cancel.Token)
            );
            Assert.Null(Source().Find(Online()));
            Assert.Equal(files, Unpacked().Length);
            await Source().FetchAsync(Online());
            Assert.Equal(CifarBytes.Names, Unpacked());
            Directory.Delete(_folder.File("cifar10/cifar-10-batches-bin"), recursive: true);
        }
    }

    [Fact]
    public async Task What_a_killed_process_left_is_cleared_and_files_that_are_there_stay()
    {
        string stray = _folder.Write($"cifar10/cifar-10-batches-bin/.test_batch.bin.{Guid.NewGuid():N}.tmp", [1, 2, 3]);
        byte[] own = CifarBytes.Batch(7, 8);
        _folder.Write("cifar10/cifar-10-batches-bin/data_batch_2.bin", own);
        await Source().FetchAsync(Online());
        Assert.False(File.Exists(stray));
        Assert.Equal(own, File.ReadAllBytes(_folder.File("cifar10/cifar-10-batches-bin/data_batch_2.bin")));
    }

    [Fact]
    public async Task Cifar_100_comes_from_an_archive_of_its_own()
    {
        byte[] Record(byte fine) => [3, .. CifarBytes.Batch(fine)];
        byte[] archive = CifarBytes.Tar(
            ("cifar-100-binary/train.bin", Record(9)),
            ("cifar-100-binary/test.bin", Record(8))
        );
        using var server = new MirrorServer(request => MirrorReply.Good(request, archive));
        var source = new Cifar100Source(
            new RemoteFile(
                "cifar-100-binary.tar.gz",
                [new Uri(server.Url, "cifar-100-binary.tar.gz")],
                archive.Length,
                ContentDigest.Sha256(Convert.ToHexStringLower(SHA256.HashData(archive)))
            )
            {
                Unpacked = false,
            }
        );
        Assert.Equal(_folder.File("cifar100/cifar-100-binary"), await source.FetchAsync(Online()));
        var (train, test) = source.Load(Online() with { Offline = true });
        Assert.Equal((9, 8), (train.Labels!.Value.Span[0], test.Labels!.Value.Span[0]));
        Assert.Equal((90, 91), (train.Image(0)[0], train.Image(0)[1024]));
        Assert.Equal((100, "bottle"), (train.ClassNames.Count, train.ClassNames[9]));
    }

    [Fact]
    public async Task Nothing_is_asked_of_the_network_when_downloading_is_off()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => Source().FetchAsync(Online() with { Offline = true }));
        Assert.Empty(_server.Requests);
    }

    private DataLocation Online() => new([_folder.Path], _folder.Path);

    private Cifar10Source Source() =>
        new(
            new RemoteFile(
                Archive,
                [new Uri(_server.Url, Archive)],
                _published.Length,
                ContentDigest.Md5(
                    Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, _published))
                )
            )
            {
                Unpacked = false,
            }
        );

    private string[] Unpacked() =>
        [
            .. Directory
                .EnumerateFiles(_folder.File("cifar10/cifar-10-batches-bin"))
                .Select(file => Path.GetFileName(file))
                .Order(StringComparer.Ordinal),
        ];
}

/// <summary>Makes CIFAR-10 files in memory.</summary>
internal static class CifarBytes
{
    public static readonly string[] Names =
    [
        "data_batch_1.bin",
        "data_batch_2.bin",
        "data_batch_3.bin",
        "data_batch_4.bin",
        "data_batch_5.bin",
        "test_batch.bin",
    ];

    /// <summary>
    /// A record for each label: red is 10 · label everywhere, green one more, blue the position's low byte.
    /// </summary>
    public static byte[] Batch(params byte[] labels) =>
        [
            .. labels.SelectMany(label =>
                (byte[])
                    [
                        label,
                        .. Enumerable.Repeat((byte)(10 * label), 1024),
                        .. Enumerable.Repeat((byte)((10 * label) + 1), 1024),
                        .. Enumerable.Range(0, 1024).Select(i => (byte)i),
                    ]
            ),
        ];

    /// <summary>The official archive's layout, with one image for each file.</summary>
    public static byte[] Archive() =>
        Tar([
            ("cifar-10-batches-bin/", null),
            ("cifar-10-batches-bin/batches.meta.txt", [1]),
            .. Names.Select((name, i) => ($"cifar-10-batches-bin/{name}", (byte[]?)Batch((byte)i))),
        ]);

    /// <summary>A gzipped archive of files, and of folders where the content is null.</summary>
    public static byte[] Tar(params (string Name, byte[]? Content)[] entries) =>
        Tar([
            .. entries.Select(e =>
                (TarEntry)(
                    e.Content is null
                        ? new UstarTarEntry(TarEntryType.Directory, e.Name)
                        : new UstarTarEntry(TarEntryType.RegularFile, e.Name)
                        {
                            DataStream = new MemoryStream(e.Content),
                        }
                )
            ),
        ]);

    public static byte[] Tar(params TarEntry[] entries)
    {
        using var stream = new MemoryStream();
        using (var writer = new TarWriter(stream, leaveOpen: true))
            foreach (var entry in entries)
                writer.WriteEntry(entry);
        return IdxBytes.Gzip(stream.ToArray());
    }
}
