using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>
/// An HTTP proxy on this machine that answers every request with the file of that name in one folder, or a part of it.
/// </summary>
internal sealed class FileServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly string _folder;

    public FileServer(string folder)
    {
        _folder = folder;
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What makes a process ask this server.</summary>
    public IReadOnlyDictionary<string, string> Environment =>
        new Dictionary<string, string>
        {
            ["http_proxy"] = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}",
            ["no_proxy"] = "",
            ["ELBO_OFFLINE"] = "",
        };

    public void Dispose() => _listener.Stop();

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = AnswerAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // stopped
        }
    }

    private async Task AnswerAsync(TcpClient client)
    {
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                using var reader = new StreamReader(stream, Encoding.ASCII, false, 1024, leaveOpen: true);
                while (await reader.ReadLineAsync() is { Length: > 0 } request)
                {
                    long from = 0;
                    while (await reader.ReadLineAsync() is { Length: > 0 } header)
                        if (header.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                            from = long.Parse(header["Range: bytes=".Length..^1], CultureInfo.InvariantCulture);
                    byte[] file = File.ReadAllBytes(Path.Combine(_folder, Path.GetFileName(request.Split(' ')[1])));
                    string head =
                        from == 0
                            ? "HTTP/1.1 200 OK\r\n"
                            : $"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {from}-{file.Length - 1}/{file.Length}\r\n";
                    await stream.WriteAsync(
                        Encoding.ASCII.GetBytes($"{head}ETag: \"1\"\r\nContent-Length: {file.Length - from}\r\n\r\n")
                    );
                    await stream.WriteAsync(file.AsMemory((int)from));
                }
            }
        }
        catch (Exception e) when (e is IOException or SocketException or ObjectDisposedException)
        {
            // The client was killed.
        }
    }
}
