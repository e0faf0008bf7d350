using System.Net;
using System.Net.WebSockets;

namespace Elbo.Studio.Tests.Access;

/// <summary>Who gets an answer of the server, and what they get. Requests are sent without a browser.</summary>
[Collection(StudioTests.Name)]
public sealed class AccessTests(StudioSession studio) : IDisposable
{
    private readonly HttpClient _client = new(new HttpClientHandler { UseCookies = false, AllowAutoRedirect = false });

    public void Dispose() => _client.Dispose();

    /// <summary>Pages, files, scripts and the connection of the pages.</summary>
    public static TheoryData<string> Paths =>
        [
            "/",
            "/run?run=first",
            "/files/Zmlyc3Q/config.json",
            "/assets/studio.js",
            "/_blazor",
            "/_framework/blazor.web.js",
        ];

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_the_token_nothing_is_answered(string path)
    {
        foreach (string query in (string[])["", "token=", "token=" + new string('0', 64)])
        {
            using var answer = await Send(
                path + (path.Contains('?', StringComparison.Ordinal) ? '&' : '?') + query,
                cookie: null
            );
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            string text = await answer.Content.ReadAsStringAsync();
            Assert.DoesNotContain("first", text, StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Another_host_name_is_refused_even_with_the_cookie(string path)
    {
        foreach (string host in (string[])["evil.example", "localhost.evil.example", "127.0.0.1.evil.example"])
        {
            using var answer = await Send(path, await Cookie(), host: host);
            Assert.Equal(HttpStatusCode.MisdirectedRequest, answer.StatusCode);
        }
    }

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Another_origin_is_refused_even_with_the_cookie(string path)
    {
        string port = new Uri(studio.Origin).Port.ToString();
        foreach (
            string origin in (string[])
                ["http://evil.example", "null", $"http://localhost:{port}", $"https://127.0.0.1:{port}"]
        )
        {
            using var answer = await Send(path, await Cookie(), origin: origin);
            Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        }
        using var embedded = await Send(path, await Cookie(), site: "cross-site");
        Assert.Equal(path == "/" ? HttpStatusCode.OK : HttpStatusCode.Forbidden, embedded.StatusCode);
    }

    [Fact]
    public async Task A_connection_of_another_origin_is_refused()
    {
        foreach (string? origin in (string?[])["http://evil.example", null])
        {
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("Cookie", await Cookie());
            if (origin is not null)
                socket.Options.SetRequestHeader("Origin", origin);
            var error = await Assert.ThrowsAsync<WebSocketException>(() =>
                socket.ConnectAsync(
                    new Uri(studio.Origin.Replace("http", "ws", StringComparison.Ordinal) + "/_blazor"),
                    default
                )
            );
            Assert.Contains("403", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_cookie_is_kept_from_scripts_and_other_sites()
    {
        using var answer = await _client.GetAsync(studio.Server.Url);
        string cookie = answer.Headers.GetValues("Set-Cookie").Single();
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=strict", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("token", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("../first/config.json")]
    [InlineData("..%2f..%2f..%2fetc%2fpasswd")]
    [InlineData("%2fetc%2fpasswd")]
    [InlineData("plots/..%2f..%2f..%2fsecret.txt")]
    [InlineData("secret.csv")]
    [InlineData("model.safetensors")]
    [InlineData(".lock")]
    [InlineData("config.json%00.png")]
    public async Task Files_outside_the_run_and_of_other_types_are_not_sent(string file)
    {
        string secret = Path.Combine(studio.Runs, "..", "secret.txt"),
            link = Path.Combine(studio.Runs, "first", "secret.csv");
        await File.WriteAllTextAsync(secret, "secret");
        if (!File.Exists(link))
            File.CreateSymbolicLink(link, secret);
        using var answer = await Send("/files/Zmlyc3Q/" + file, await Cookie());
        Assert.NotEqual(HttpStatusCode.OK, answer.StatusCode);
        Assert.DoesNotContain("secret", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var sound = await Send("/files/Zmlyc3Q/config.json", await Cookie());
        Assert.Equal(HttpStatusCode.OK, sound.StatusCode);
    }

    [Fact]
    public async Task A_page_of_a_run_cannot_act_for_the_user()
    {
        await File.WriteAllTextAsync(Path.Combine(studio.Runs, "first", "hostile.html"), "<script>fetch('/')</script>");
        using var answer = await Send("/files/Zmlyc3Q/hostile.html", await Cookie());
        Assert.StartsWith(
            "sandbox allow-scripts; default-src 'none'",
            answer.Headers.GetValues("Content-Security-Policy").Single(),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task A_large_request_is_refused()
    {
        using var content = new ByteArrayContent(new byte[2 << 20]);
        using var request = new HttpRequestMessage(HttpMethod.Post, studio.Origin + "/_blazor/negotiate")
        {
            Content = content,
        };
        request.Headers.Add("Cookie", await Cookie());
        request.Headers.Add("Origin", studio.Origin);
        try
        {
            using var answer = await _client.SendAsync(request);
            Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        }
        catch (HttpRequestException)
        {
            // The server closes the connection while the rest is still being sent.
        }
    }

    private async Task<string> Cookie()
    {
        using var answer = await _client.GetAsync(studio.Server.Url);
        return answer.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private async Task<HttpResponseMessage> Send(
        string path,
        string? cookie,
        string? host = null,
        string? origin = null,
        string? site = null
    )
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, studio.Origin + path);
        if (cookie is not null)
            request.Headers.Add("Cookie", cookie);
        if (host is not null)
            request.Headers.Host = host;
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        if (site is not null)
            request.Headers.Add("Sec-Fetch-Site", site);
        return await _client.SendAsync(request);
    }
}

/// <summary>A server for other machines, which asks for a password.</summary>
public sealed class PasswordTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elbo-password-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task An_address_for_other_machines_needs_a_password()
    {
        var error = await Assert.ThrowsAsync<ArgumentException>(() =>
            StudioServer.StartAsync(new StudioOptions { Folder = _folder, Address = "0.0.0.0" })
        );
        Assert.Contains("--password-file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_short_password_is_refused()
    {
        var error = await Assert.ThrowsAsync<InvalidDataException>(() => Start("short"));
        Assert.Contains("has 5 characters; 8 or more are needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_the_password_opens_the_page()
    {
        await using var server = await Start("correct horse\n");
        using var client = new HttpClient();
        string first = await client.GetStringAsync(server.Url);
        Assert.Contains("type=\"password\"", first, StringComparison.Ordinal);
        using var wrong = await SignIn(client, server, "battery staple");
        Assert.Equal(HttpStatusCode.Unauthorized, wrong.StatusCode);
        using var foreign = await SignIn(client, server, "correct horse", "http://evil.example");
        Assert.Equal(HttpStatusCode.Forbidden, foreign.StatusCode);
        Assert.Contains("type=\"password\"", await client.GetStringAsync(server.Url), StringComparison.Ordinal);
        using var right = await SignIn(client, server, "correct horse");
        Assert.Equal(HttpStatusCode.OK, right.StatusCode);
        Assert.Contains("blazor.web.js", await client.GetStringAsync(server.Url), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_large_form_is_refused_before_it_is_read()
    {
        await using var server = await Start("correct horse");
        using var client = new HttpClient();
        using var answer = await SignIn(client, server, new string('x', 100_000));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
    }

    private async Task<StudioServer> Start(string password)
    {
        string file = Path.Combine(_folder, "password.txt");
        await File.WriteAllTextAsync(file, password);
        return await StudioServer.StartAsync(
            new StudioOptions { Folder = Path.Combine(_folder, "runs"), PasswordFile = file }
        );
    }

    private static Task<HttpResponseMessage> SignIn(
        HttpClient client,
        StudioServer server,
        string password,
        string? origin = null
    )
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(server.Url), "/sign-in"))
        {
            Content = new FormUrlEncodedContent([KeyValuePair.Create("password", password)]),
        };
        request.Headers.Add("Origin", origin ?? server.Url.TrimEnd('/'));
        return client.SendAsync(request);
    }
}
