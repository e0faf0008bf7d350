using System.Reflection;
using System.Security.Cryptography;
using Elbo.Figures.Interactive;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Elbo.Studio;

/// <summary>The scripts and styles of the pages, which are embedded in the assemblies.</summary>
internal static class StudioAssets
{
    private const string Prefix = "Assets/";

    /// <summary>Scripts and styles of the library's interactive figures.</summary>
    private static readonly string[] Figures =
    [
        "scatter.js",
        "scatter.css",
        "controls.css",
        "film.js",
        "player.js",
        "player.css",
    ];

    private static readonly Dictionary<string, (byte[] Content, string Tag)> All = Load();

    /// <summary>The path of a file, which changes with its content.</summary>
    public static string Path(string name) => $"/assets/{name}?v={All[name].Tag[..8]}";

    public static void Map(WebApplication app)
    {
        app.MapGet("/assets/{name}", (string name, HttpContext context) => Send(name, context));
        app.MapGet("/_framework/blazor.web.js", (HttpContext context) => Send("blazor.web.js", context));
    }

    private static IResult Send(string name, HttpContext context)
    {
        if (!All.TryGetValue(name, out var asset))
            return Results.NotFound();
        // The files are the same for everybody and contain nothing of the user's.
        context.Response.Headers.CacheControl = "private, max-age=31536000";
        string type =
            name.EndsWith(".css", StringComparison.Ordinal) ? "text/css"
            : name.EndsWith(".svg", StringComparison.Ordinal) ? "image/svg+xml"
            : "text/javascript";
        return Results.Bytes(asset.Content, $"{type}; charset=utf-8");
    }

    private static Dictionary<string, (byte[], string)> Load()
    {
        var all = new Dictionary<string, (byte[], string)>();
        var own = typeof(StudioAssets).Assembly;
        foreach (string name in own.GetManifestResourceNames())
            if (name.StartsWith(Prefix, StringComparison.Ordinal))
                Add(name[Prefix.Length..], Read(own, name));
        foreach (string name in Figures)
            Add(name, System.Text.Encoding.UTF8.GetBytes(PageShell.Resource(name)));
        return all;

        void Add(string name, byte[] content) =>
            all[name] = (content, Convert.ToHexStringLower(SHA256.HashData(content)));
    }

    private static byte[] Read(Assembly assembly, string name)
    {
        using var stream = assembly.GetManifestResourceStream(name)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
