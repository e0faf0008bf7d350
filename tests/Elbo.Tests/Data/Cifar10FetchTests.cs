using System.Security.Cryptography;
using Elbo.Data;

namespace Elbo.Tests.Data;

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
                + "delete it, and it is downloaded anew.",
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
