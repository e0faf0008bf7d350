using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Elbo.Studio.Access;

/// <summary>
/// Lets only the user in. A request needs the cookie that the token of the first URL, or the password, is exchanged
/// for; and it must name this server as its host and as its origin, so that pages of other sites can neither send
/// requests nor open connections, whatever name they give to this machine.
/// </summary>
public sealed class AccessGate : IDisposable
{
    private const string TokenKey = "token";

    /// <summary>Path of the form for the password.</summary>
    private const string SignIn = "/sign-in";

    /// <summary>Largest body of a request in bytes. Files come in pieces over the connection of the page.</summary>
    public const int LargestBody = 1 << 20;

    /// <summary>Longest body of the form for the password, in bytes.</summary>
    private const int LongestForm = 4096;

    private readonly byte[]? _password;
    private readonly string _session = NewSecret();
    private readonly SemaphoreSlim _attempt = new(1);

    /// <param name="password">The password that a form asks for; null uses a token.</param>
    public AccessGate(string? password) => _password = password is null ? null : Digest(password);

    /// <summary>The token of the first URL; null with a password.</summary>
    public string? Token => _password is null ? _token : null;

    private readonly string _token = NewSecret();

    /// <summary>Time that every attempt with a password takes, one at a time.</summary>
    internal TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <inheritdoc/>
    public void Dispose() => _attempt.Dispose();

    /// <summary>Answers a request, or passes it on.</summary>
    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(next);
        var (request, response) = (context.Request, context.Response);
        SetHeaders(response);
        if (!IsOwnHost(request.Host))
            await Refuse(response, StatusCodes.Status421MisdirectedRequest, "This server has another name.");
        else if (!IsOwnOrigin(request))
            await Refuse(response, StatusCodes.Status403Forbidden, "Requests of other sites are refused.");
        else if (request.ContentLength > LargestBody)
            await Refuse(response, StatusCodes.Status413PayloadTooLarge, "The request is too large.");
        else if (Equal(request.Cookies[CookieName(context)], _session))
            await next(context);
        else if (Token is not null && request.Path == "/" && Equal(request.Query[TokenKey], _token))
            await LetIn(context);
        else if (_password is not null && request.Path == SignIn && HttpMethods.IsPost(request.Method))
            await TryPassword(context);
        else if (_password is not null && HttpMethods.IsGet(request.Method) && request.Path == "/")
            await Page(response, StatusCodes.Status200OK, PasswordForm(""));
        else
            await Refuse(
                response,
                StatusCodes.Status401Unauthorized,
                _password is null
                    ? "Open the address that 'elbo studio' printed; it has the token that this page needs."
                    : "Sign in on the first page."
            );
    }

    private async Task TryPassword(HttpContext context)
    {
        if (context.Request.ContentLength is null or > LongestForm || !context.Request.HasFormContentType)
        {
            await Refuse(context.Response, StatusCodes.Status413PayloadTooLarge, "The form is too large.");
            return;
        }
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        // Attempts take turns, and each takes a while, so that a password cannot be guessed by trying many.
        await _attempt.WaitAsync(context.RequestAborted);
        try
        {
            await Task.Delay(Pause, context.RequestAborted);
        }
        finally
        {
            _attempt.Release();
        }
        if (CryptographicOperations.FixedTimeEquals(Digest($"{form["password"]}"), _password))
            await LetIn(context);
        else
            await Page(
                context.Response,
                StatusCodes.Status401Unauthorized,
                PasswordForm("<p role=\"alert\">That is not the password.</p>")
            );
    }

    /// <summary>
    /// Sets the cookie and leads to the first page. A redirect would count as one from the site that had the link, and
    /// the browser would keep the strict cookie back.
    /// </summary>
    private Task LetIn(HttpContext context)
    {
        context.Response.Cookies.Append(
            CookieName(context),
            _session,
            new CookieOptions
            {
                HttpOnly = true,
                SameSite = SameSiteMode.Strict,
                Path = "/",
            }
        );
        return Page(
            context.Response,
            StatusCodes.Status200OK,
            "<meta http-equiv=\"refresh\" content=\"0;url=/\"><p><a href=\"/\">Elbo</a></p>"
        );
    }

    /// <summary>Cookies do not distinguish ports, so servers on several ports need several names.</summary>
    private static string CookieName(HttpContext context) => $"elbo-studio-{context.Connection.LocalPort}";

    /// <summary>
    /// Whether a request names this machine by an IP address or as <c>localhost</c>. A page that had its own name
    /// resolve to this machine would send that name.
    /// </summary>
    private static bool IsOwnHost(HostString host) =>
        host.HasValue
        && (
            IPAddress.TryParse(host.Host.Trim('[', ']'), out _)
            || host.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || host.Host.Equals(Dns.GetHostName(), StringComparison.OrdinalIgnoreCase)
        );

    private static bool IsOwnOrigin(HttpRequest request)
    {
        string own = $"{request.Scheme}://{request.Host.Value}";
        if (request.Headers.Origin is [{ } origin] && !origin.Equals(own, StringComparison.OrdinalIgnoreCase))
            return false;
        if (request.Headers.Origin.Count > 1)
            return false;
        bool isWebSocket = request.Headers.Upgrade.Count > 0 || HttpMethods.IsConnect(request.Method);
        if (request.Headers.Origin.Count == 0 && (isWebSocket || !IsSafe(request.Method)))
            return false;
        // A link of another site may lead to the first page, to nothing else.
        return request.Headers["Sec-Fetch-Site"] is not [{ } site]
            || site is "same-origin" or "none"
            || (request.Path == "/" && HttpMethods.IsGet(request.Method) && !isWebSocket);
    }

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method);

    private static void SetHeaders(HttpResponse response)
    {
        var headers = response.Headers;
        headers.ContentSecurityPolicy =
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
            + "base-uri 'self'; form-action 'self'; frame-ancestors 'self'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "no-store";
    }

    private static string PasswordForm(string complaint) =>
        $"""
            {complaint}
            <form method="post" action="{SignIn}">
            <label>Password <input type="password" name="password" required autofocus></label>
            <button>Sign in</button>
            </form>
            """;

    private static Task Refuse(HttpResponse response, int status, string message) =>
        Page(response, status, $"<p>{message}</p>");

    private static Task Page(HttpResponse response, int status, string body)
    {
        response.StatusCode = status;
        response.ContentType = "text/html; charset=utf-8";
        return response.WriteAsync(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width">
            <title>Elbo</title>
            <link rel="icon" href="data:,">
            <style>:root {"{ color-scheme: light dark } body { font: 16px system-ui; margin: 2rem }"}</style>
            </head>
            <body>{body}</body>
            </html>
            """
        );
    }

    private static bool Equal(string? given, string secret) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Digest(given), Digest(secret));

    private static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string NewSecret() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));
}
