using System.Security.Cryptography;
using Elbo.Data;
using Elbo.Data.Download;
using Elbo.Data.Idx;
using Elbo.Tests.Data.Download;

namespace Elbo.Tests.Data.Idx;

public sealed class IdxFetchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, byte[]> _published = new()
    {
        ["/train-images-idx3-ubyte.gz"] = IdxBytes.Images(3),
        ["/train-labels-idx1-ubyte.gz"] = IdxBytes.Labels(1, 0, 1),
        ["/t10k-images-idx3-ubyte.gz"] = IdxBytes.Images(2),
        ["/t10k-labels-idx1-ubyte.gz"] = IdxBytes.Labels(0, 1),
    };
    private readonly MirrorServer _server;
    private readonly TinySource _source;

    public IdxFetchTests()
    {
        _server = new MirrorServer(request =>
            _published.TryGetValue(request.Path, out byte[]? content)
                ? MirrorReply.Good(request, IdxBytes.Gzip(content))
                : MirrorReply.Error("404 Not Found")
        );
        _source = new TinySource(
            new IdxFiles(
                File("train-images-idx3-ubyte"),
                File("train-labels-idx1-ubyte"),
                File("t10k-images-idx3-ubyte"),
                File("t10k-labels-idx1-ubyte")
            ),
            _server.Url
        );

        IdxFile File(string name) =>
            new(
                name,
                _published[$"/{name}.gz"].Length,
                Convert.ToHexStringLower(SHA256.HashData(_published[$"/{name}.gz"]))
            );
    }

    public void Dispose()
    {
        _server.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Loading_downloads_what_is_missing_once()
    {
        var progress = new ProgressLog();
        var splits = _source.Load(Online(), progress: progress);
        Assert.Equal((3, 2), (splits.Train.Count, splits.Test.Count));
        Assert.Equal(4, progress.Reports.Select(report => report.Name).Distinct().Count());
        Assert.Equal(_folder.File("tiny"), _source.Find(Online()));

        _source.Load(Online());
        Assert.Equal(4, _server.Requests.Count);
    }

    [Fact]
    public async Task Fetching_leaves_alone_what_is_there()
    {
        _folder.Write("tiny/train-images-idx3-ubyte", IdxBytes.Images(3));
        Assert.Equal(_folder.File("tiny"), await _source.FetchAsync(Online()));
        Assert.Equal(3, _server.Requests.Count);
    }

    [Fact]
    public async Task A_file_that_no_mirror_has_fails_the_fetch_and_leaves_nothing_under_its_name()
    {
        _published.Remove("/t10k-images-idx3-ubyte.gz");
        var e = await Assert.ThrowsAsync<DownloadException>(() => _source.FetchAsync(Online()));
        Assert.Contains("answered 404 Not Found", e.Message);
        Assert.Null(_source.Find(Online()));
        Assert.False(System.IO.File.Exists(_folder.File("tiny/t10k-images-idx3-ubyte.gz")));
    }

    [Fact]
    public async Task A_folder_that_the_user_has_named_gets_files_only_on_request()
    {
        var given = new DataLocation([_folder.Path], _folder.Path) { IsGiven = true };
        Assert.Equal(
            $"{_folder.Path}, the data-dir of tiny, does not have its files; looked for train-labels-idx1-ubyte, "
                + "t10k-labels-idx1-ubyte, t10k-images-idx3-ubyte, train-images-idx3-ubyte in "
                + $"{_folder.File("tiny")}, {_folder.File("Tiny/raw")}, {_folder.Path}, {_folder.File("raw")}. Name "
                + $"another with --data-dir, or download it: 'elbo datasets fetch tiny --data-dir {_folder.Path}'.",
            Assert.Throws<FileNotFoundException>(() => _source.Load(given)).Message
        );
        Assert.Empty(_server.Requests);
        Assert.Equal(_folder.File("tiny"), await _source.FetchAsync(given));
        Assert.Equal(3, _source.Load(given).Train.Count);
    }

    [Fact]
    public void A_folder_that_does_not_exist_is_an_error()
    {
        var given = new DataLocation([_folder.File("typo")], _folder.Path) { IsGiven = true };
        Assert.StartsWith(
            $"there is no folder {_folder.File("typo")}, the data-dir of tiny with train-labels-idx1-ubyte, ",
            Assert.Throws<DirectoryNotFoundException>(() => _source.Load(given)).Message
        );
    }

    [Fact]
    public async Task Digests_of_compressed_files_are_checked_as_they_are()
    {
        IdxFile Compressed(string name)
        {
            byte[] content = IdxBytes.Gzip(_published[$"/{name}.gz"]);
            return new(name, content.Length, Convert.ToHexStringLower(SHA256.HashData(content)))
            {
                IsCompressed = true,
            };
        }
        var source = new KuzushijiMnistSource(
            [_server.Url],
            new IdxFiles(
                Compressed("train-images-idx3-ubyte"),
                Compressed("train-labels-idx1-ubyte"),
                Compressed("t10k-images-idx3-ubyte"),
                Compressed("t10k-labels-idx1-ubyte")
            )
        );
        Assert.Equal(_folder.File("kmnist"), await source.FetchAsync(Online()));
        var train = source.Load(Online()).Train;
        Assert.Equal([1, 0, 1], train.Labels!.Value.ToArray());
        Assert.Equal("ki", train.ClassNames[1]);

        _published["/train-labels-idx1-ubyte.gz"] = IdxBytes.Labels(9, 9, 9);
        System.IO.File.Delete(_folder.File("kmnist/train-labels-idx1-ubyte.gz"));
        var e = await Assert.ThrowsAsync<DownloadException>(() => source.FetchAsync(Online()));
        Assert.Contains("content", e.Message);
    }

    [Fact]
    public async Task Nothing_is_asked_of_the_network_when_downloading_is_off()
    {
        await Assert.ThrowsAsync<FileNotFoundException>(() => _source.FetchAsync(Online() with { Offline = true }));
        Assert.Empty(_server.Requests);
    }

    private DataLocation Online() => new([_folder.Path], _folder.Path);

    private sealed class TinySource(IdxFiles files, Uri mirror)
        : IdxDatasetSource("tiny", "a few made-up images", ["no", "yes"], files, [mirror], "Tiny");
}
