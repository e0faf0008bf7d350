using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Elbo.Studio;

/// <summary>
/// Large parts of pages, such as maps of ten thousand points, that the scripts of a page fetch and insert. A page
/// removes its parts when it goes.
/// </summary>
internal sealed class PageParts
{
    private readonly ConcurrentDictionary<string, byte[]> _all = new();

    /// <summary>Number of parts.</summary>
    public int Count => _all.Count;

    /// <summary>Keeps a part.</summary>
    /// <param name="html">An element without style and script.</param>
    /// <returns>The path to fetch it from.</returns>
    public string Add(string html)
    {
        string path = $"/parts/{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";
        _all[path] = Encoding.UTF8.GetBytes(html);
        return path;
    }

    /// <summary>Forgets a part; null is none.</summary>
    public void Remove(string? path)
    {
        if (path is not null)
            _all.TryRemove(path, out _);
    }

    public static void Map(WebApplication app) =>
        app.MapGet(
            "/parts/{key}",
            (HttpContext context, PageParts parts) =>
                parts._all.TryGetValue(context.Request.Path, out byte[]? html)
                    // Opened by itself, it is text.
                    ? Results.Bytes(html, "text/plain; charset=utf-8")
                    : Results.NotFound()
        );
}
