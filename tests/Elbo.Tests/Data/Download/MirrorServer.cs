using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Elbo.Tests.Data.Download;

/// <summary>A real HTTP server on the loopback device that answers as badly as it is told to.</summary>
internal sealed class MirrorServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly Func<MirrorRequest, MirrorReply> _answer;
    private readonly Task _loop;

    public MirrorServer(Func<MirrorRequest, MirrorReply> answer)
    {
        _answer = answer;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");
        _loop = Task.Run(ServeAsync);
    }

    public Uri Url { get; }

    /// <summary>All requests so far, in order.</summary>
    public List<MirrorRequest> Requests { get; } = [];

    public void Dispose()
    {
        _end.Cancel();
        _listener.Stop();
        _loop.Wait(TimeSpan.FromSeconds(5));
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using var client = await _listener.AcceptTcpClientAsync(_end.Token);
                await AnswerAsync(client);
            }
            catch (Exception e)
                when (e is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // The client hung up, or the test is over.
            }
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        using var stream = client.GetStream();
        var request = await ReadAsync(stream);
        Requests.Add(request);
        var reply = _answer(request);
        string head =
            $"HTTP/1.1 {reply.Status}\r\nContent-Length: {reply.Body.Length}\r\nConnection: "
            + $"close\r\n{string.Concat(reply.Headers.Select(line => line + "\r\n"))}\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head), _end.Token);
        await stream.WriteAsync(reply.Body.AsMemory(0, reply.Sent), _end.Token);
        // Reading ends when the client hangs up, which is what a stalled client does in the end.
        if (reply.Stalls)
            await stream.CopyToAsync(Stream.Null, _end.Token);
    }

    private async Task<MirrorRequest> ReadAsync(NetworkStream stream)
    {
        using var reader = new StreamReader(stream, Encoding.ASCII, leaveOpen: true);
        string path = (await reader.ReadLineAsync(_end.Token) ?? throw new IOException("no request came")).Split(' ')[
            1
        ];
        long? from = null;
        string? ifRange = null;
        while (await reader.ReadLineAsync(_end.Token) is { Length: > 0 } line)
        {
            if (line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                from = long.Parse(line[13..].TrimEnd('-'));
            if (line.StartsWith("If-Range: ", StringComparison.OrdinalIgnoreCase))
                ifRange = line[10..];
        }
        return new MirrorRequest(path, from, ifRange);
    }
}

/// <summary>How a <see cref="MirrorServer"/> answers one request, well or badly.</summary>
/// <param name="Status">Status code and reason.</param>
/// <param name="Body">What the answer promises to contain.</param>
/// <param name="Headers">Further header lines.</param>
internal sealed record MirrorReply(string Status, byte[] Body, params string[] Headers)
{
    /// <summary>Bytes of the body really sent before the connection ends.</summary>
    public int Sent { get; init; } = Body.Length;

    /// <summary>Keeps the connection open and silent after what is sent.</summary>
    public bool Stalls { get; init; }

    /// <summary>Whole content, whatever was asked for.</summary>
    public static MirrorReply Whole(byte[] content, string? tag = null) => new("200 OK", content, Tag(tag));

    /// <summary>
    /// What a good server answers: the range that was asked for while the tag still holds, else the whole.
    /// </summary>
    public static MirrorReply Good(MirrorRequest request, byte[] content, string? tag = null) =>
        request.From is { } from && (request.IfRange is null || request.IfRange == tag)
            ? from < content.Length
                ? new MirrorReply(
                    "206 Partial Content",
                    content[(int)from..],
                    [$"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}", .. Tag(tag)]
                )
                : new MirrorReply("416 Range Not Satisfiable", [], $"Content-Range: bytes */{content.Length}")
            : Whole(content, tag);

    /// <summary>An error page.</summary>
    public static MirrorReply Error(string status) => new(status, "<html>sorry</html>"u8.ToArray());

    private static string[] Tag(string? tag) => tag is null ? [] : [$"ETag: {tag}"];
}

/// <summary>What a client asked a <see cref="MirrorServer"/> for.</summary>
/// <param name="Path">The address below the server.</param>
/// <param name="From">First byte asked for, or null for the whole.</param>
/// <param name="IfRange">The entity tag under which the range is wanted.</param>
internal sealed record MirrorRequest(string Path, long? From, string? IfRange);
