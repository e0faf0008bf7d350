using System.Security.Cryptography;
using Elbo.Data;
using Elbo.Data.Download;
using Elbo.Tests.Data.Idx;

namespace Elbo.Tests.Data.Download;

public sealed class DownloaderTests : IDisposable
{
    private const string Name = "data.gz";

    // Far above what a busy machine needs for a local answer.
    private static readonly TimeSpan ShortPatience = TimeSpan.FromSeconds(1.5);

    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private readonly List<MirrorServer> _servers = [];
    private readonly byte[] _content = RandomNumberGenerator.GetBytes(300_000);
    private readonly byte[] _packed;
    private TimeSpan _stallTimeout = TimeSpan.FromSeconds(30);

    public DownloaderTests() => _packed = IdxBytes.Gzip(_content);

    public void Dispose()
    {
        _http.Dispose();
        _servers.ForEach(server => server.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public async Task A_file_arrives_whole_and_alone_and_its_progress_is_told()
    {
        var progress = new ProgressLog();
        string path = await DownloadAsync(progress, Serve(request => MirrorReply.Good(request, _packed)));
        Assert.Equal(_folder.File(Name), path);
        AssertArrived();
        Assert.Equal(new DataProgress(DataActivity.Downloading, Name, 0, _packed.Length), progress.Reports[0]);
        Assert.Equal(
            new DataProgress(DataActivity.Downloading, Name, _packed.Length, _packed.Length),
            progress.Reports[^1]
        );
        Assert.Equal(progress.Reports.OrderBy(report => report.Done), progress.Reports);
    }

    [Fact]
    public async Task A_copy_that_the_server_has_unpacked_is_as_good()
    {
        await DownloadAsync(null, Serve(request => MirrorReply.Good(request, _content)));
        Assert.Equal(_content, File.ReadAllBytes(_folder.File(Name)));
    }

    [Theory]
    [InlineData("404 Not Found")]
    [InlineData("500 Internal Server Error")]
    [InlineData("206 Partial Content")]
    public async Task The_second_mirror_is_asked_when_the_first_answers_with_an_error(string status)
    {
        await DownloadAsync(
            null,
            Serve(_ => MirrorReply.Error(status)),
            Serve(request => MirrorReply.Good(request, _packed))
        );
        AssertArrived();
    }

    [Fact]
    public async Task The_second_mirror_is_asked_when_nobody_listens_at_the_first()
    {
        var dead = Serve(_ => MirrorReply.Error("500 Gone"));
        dead.Dispose();
        _servers.Remove(dead);
        await DownloadAsync(null, dead, Serve(request => MirrorReply.Good(request, _packed)));
        AssertArrived();
    }

    [Fact]
    public async Task A_connection_that_breaks_off_is_resumed_at_the_byte_it_reached()
    {
        var server = Serve(request =>
            MirrorReply.Good(request, _packed, "\"v1\"") with
            {
                Sent = request.From is null ? 100_000 : _packed.Length - 100_000,
            }
        );
        await DownloadAsync(null, server);
        AssertArrived();
        Assert.Equal([null, 100_000L], server.Requests.Select(request => request.From));
        Assert.Equal("\"v1\"", server.Requests[1].IfRange);
    }

    [Fact]
    public async Task A_later_call_resumes_from_the_mirror_that_the_bytes_came_from()
    {
        bool broken = true;
        var first = Serve(_ => MirrorReply.Error("503 Service Unavailable"));
        var second = Serve(request =>
            broken
                ? MirrorReply.Good(request, _packed) with
                {
                    Sent = request.From is null ? 120_000 : 0,
                }
                : MirrorReply.Good(request, _packed)
        );
        await Assert.ThrowsAsync<DownloadException>(() => DownloadAsync(null, first, second));
        Assert.Equal([Name + ".part", Name + ".part.origin"], _folder.FileNames());

        broken = false;
        first.Requests.Clear();
        await DownloadAsync(null, first, second);
        AssertArrived();
        Assert.Empty(first.Requests);
        Assert.Equal(120_000, second.Requests[^1].From);
    }

    [Fact]
    public async Task A_server_that_ignores_ranges_restarts_the_file_cleanly()
    {
        int calls = 0;
        var server = Serve(_ => MirrorReply.Whole(_packed) with { Sent = calls++ == 0 ? 100_000 : _packed.Length });
        await DownloadAsync(null, server);
        AssertArrived();
    }

    [Fact]
    public async Task A_file_that_changed_on_the_server_is_not_glued_to_its_old_beginning()
    {
        byte[] old = RandomNumberGenerator.GetBytes(_packed.Length);
        int calls = 0;
        var server = Serve(request =>
            calls++ == 0
                ? MirrorReply.Good(request, old, "\"old\"") with
                {
                    Sent = 50_000,
                }
                : MirrorReply.Good(request, _packed, "\"new\"")
        );
        await DownloadAsync(null, server);
        AssertArrived();
    }

    [Fact]
    public async Task A_wrong_beginning_left_by_an_earlier_attempt_costs_one_more_transfer_and_no_more()
    {
        var server = Serve(request => MirrorReply.Good(request, _packed));
        LeavePart(server, new byte[1000]);
        await DownloadAsync(null, server);
        AssertArrived();
        Assert.Equal([1000L, null], server.Requests.Select(request => request.From));
    }

    [Fact]
    public async Task A_beginning_longer_than_the_file_is_dropped()
    {
        var server = Serve(request => MirrorReply.Good(request, _packed));
        LeavePart(server, new byte[_packed.Length + 10]);
        await DownloadAsync(null, server);
        AssertArrived();
    }

    [Fact]
    public async Task Bytes_of_unknown_origin_are_not_continued()
    {
        _folder.Write(Name + ".part", new byte[1000]);
        var server = Serve(request => MirrorReply.Good(request, _packed));
        await DownloadAsync(null, server);
        AssertArrived();
        Assert.Null(Assert.Single(server.Requests).From);
    }

    [Fact]
    public async Task A_corrupted_copy_is_dropped_and_the_second_mirror_asked()
    {
        byte[] corrupt = [.. _packed];
        corrupt[5000] ^= 1;
        await DownloadAsync(
            null,
            Serve(request => MirrorReply.Good(request, corrupt)),
            Serve(request => MirrorReply.Good(request, _packed))
        );
        AssertArrived();
    }

    [Fact]
    public async Task A_mirror_that_falls_silent_is_left_for_the_second()
    {
        _stallTimeout = ShortPatience;
        var silent = Serve(request => MirrorReply.Good(request, _packed) with { Sent = 70_000, Stalls = true });
        await DownloadAsync(null, silent, Serve(request => MirrorReply.Good(request, _packed)));
        AssertArrived();
        Assert.Single(silent.Requests);
    }

    [Fact]
    public async Task A_file_can_be_held_to_the_digest_of_its_bytes_as_they_come()
    {
        var server = Serve(request => MirrorReply.Good(request, _packed));
        var file = new RemoteFile(
            Name,
            [new Uri(server.Url, Name)],
            _packed.Length,
            ContentDigest.Md5(
                Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.MD5, _packed))
            )
        )
        {
            Unpacked = false,
        };
        await new Downloader(_http).DownloadAsync(file, _folder.Path);
        AssertArrived();
        File.Delete(_folder.File(Name));
        var e = await Assert.ThrowsAsync<DownloadException>(() =>
            new Downloader(_http).DownloadAsync(
                file with
                {
                    Digest = ContentDigest.Md5(new string('0', 32)),
                },
                _folder.Path
            )
        );
        Assert.Contains("sent content with MD5 ", e.Message);
        Assert.Contains(" where 000000000000… is expected", e.Message);
        Assert.Empty(_folder.FileNames());
    }

    [Fact]
    public async Task An_endless_file_is_cut_off()
    {
        var server = Serve(_ => MirrorReply.Whole(new byte[1_000_000]));
        var e = await Assert.ThrowsAsync<DownloadException>(() => DownloadAsync(null, server));
        Assert.Contains("sent more than", e.Message);
        Assert.Empty(_folder.FileNames());
    }

    [Fact]
    public async Task When_all_mirrors_fail_one_line_says_how_each_did_and_what_to_do()
    {
        _stallTimeout = ShortPatience;
        MirrorServer[] servers =
        [
            Serve(_ => MirrorReply.Error("404 Not Found")),
            Serve(_ => MirrorReply.Whole("<html>please log in</html>"u8.ToArray())),
            Serve(_ => MirrorReply.Whole(IdxBytes.Gzip(new byte[_content.Length]))),
            Serve(_ => MirrorReply.Whole(_packed) with { Sent = 0, Stalls = true }),
        ];
        var e = await Assert.ThrowsAsync<DownloadException>(() => DownloadAsync(null, servers));
        Assert.Contains($"{servers[0].Url}{Name} answered 404 Not Found; ", e.Message);
        Assert.Contains($"{servers[1].Url}{Name} sent content of 26 bytes where 300000 are expected; ", e.Message);
        Assert.Contains($"{servers[2].Url}{Name} sent content with SHA-256 ", e.Message);
        Assert.Contains($"{servers[3].Url}{Name} sent nothing for 1.5 s. ", e.Message);
        Assert.Contains($"save it as {_folder.File(Name)}", e.Message);
        Assert.DoesNotContain('\n', e.Message);
        Assert.DoesNotContain(Name, _folder.FileNames());
    }

    [Fact]
    public async Task A_cancelled_download_stops_and_keeps_what_arrived()
    {
        using var cancel = new CancellationTokenSource();
        var progress = new ProgressLog(report =>
        {
            if (report.Done >= 70_000)
                cancel.Cancel();
        });
        var server = Serve(request => MirrorReply.Good(request, _packed) with { Sent = 70_000, Stalls = true });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => DownloadAsync(progress, cancel.Token, server));
        Assert.Equal([Name + ".part", Name + ".part.origin"], _folder.FileNames());
        Assert.Equal(_packed[..70_000], File.ReadAllBytes(_folder.File(Name + ".part")));
    }

    [Fact]
    public async Task A_file_that_another_process_is_downloading_is_left_alone()
    {
        using var other = new PartialFile(_folder.File(Name)).Claim();
        var e = await Assert.ThrowsAsync<DownloadException>(() =>
            DownloadAsync(null, Serve(request => MirrorReply.Good(request, _packed)))
        );
        Assert.Contains("another process", e.Message);
    }

    private MirrorServer Serve(Func<MirrorRequest, MirrorReply> answer)
    {
        var server = new MirrorServer(answer);
        _servers.Add(server);
        return server;
    }

    private Task<string> DownloadAsync(IProgress<DataProgress>? progress, params MirrorServer[] mirrors) =>
        DownloadAsync(progress, CancellationToken.None, mirrors);

    private Task<string> DownloadAsync(
        IProgress<DataProgress>? progress,
        CancellationToken cancellation,
        params MirrorServer[] mirrors
    )
    {
        var file = new RemoteFile(
            Name,
            [.. mirrors.Select(mirror => new Uri(mirror.Url, Name))],
            _content.Length,
            ContentDigest.Sha256(Convert.ToHexStringLower(SHA256.HashData(_content)))
        );
        return new Downloader(_http, _stallTimeout).DownloadAsync(file, _folder.Path, progress, cancellation);
    }

    private void LeavePart(MirrorServer server, byte[] bytes)
    {
        _folder.Write(Name + ".part", bytes);
        File.WriteAllLines(_folder.File(Name + ".part.origin"), [new Uri(server.Url, Name).AbsoluteUri, ""]);
    }

    private void AssertArrived()
    {
        Assert.Equal([Name], _folder.FileNames());
        Assert.Equal(_packed, File.ReadAllBytes(_folder.File(Name)));
    }
}
