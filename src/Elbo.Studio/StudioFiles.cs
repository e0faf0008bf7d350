using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Elbo.Figures.Interactive;
using Elbo.Studio.Access;
using Elbo.Studio.Runs;
using Elbo.Workflows.Reports;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Elbo.Studio;

/// <summary>Sends files of runs to the browser: pictures to show, and tables and pages to keep.</summary>
internal static partial class StudioFiles
{
    private static readonly Dictionary<string, string> Types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".png"] = "image/png",
        [".webp"] = "image/webp",
        [".svg"] = "image/svg+xml",
        [".pdf"] = "application/pdf",
        [".html"] = "text/html; charset=utf-8",
        [".csv"] = "text/csv; charset=utf-8",
        [".json"] = "application/json",
        [".txt"] = "text/plain; charset=utf-8",
    };

    /// <summary>The scripts of which a report consists, each with at most a short call after it.</summary>
    private static readonly string[] ReportScripts =
    [
        PageTemplate.Script,
        PageShell.Resource("scatter.js"),
        PageShell.Resource("film.js"),
        PageShell.Resource("player.js"),
    ];

    /// <summary>Longest call after a script, in characters.</summary>
    private const int LongestCall = 120;

    /// <summary>The URL of a file of a run.</summary>
    /// <param name="run">Identifier of the run.</param>
    /// <param name="file">Path of the file below the run folder, with slashes.</param>
    public static string Path(string run, string file) =>
        $"/files/{WebEncoders.Base64UrlEncode(Encoding.UTF8.GetBytes(run))}/"
        + string.Join('/', file.Split('/').Select(Uri.EscapeDataString));

    public static void Map(WebApplication app) =>
        app.MapGet(
            "/files/{run}/{**file}",
            (string run, string file, RunIndex index, HttpContext context) => Send(run, file, index, context)
        );

    private static IResult Send(string key, string file, RunIndex index, HttpContext context)
    {
        if (
            Decode(key) is not { } id
            || index.Find(id) is not { } run
            || !Types.TryGetValue(System.IO.Path.GetExtension(file), out string? type)
        )
            return Results.NotFound();
        string path = System.IO.Path.Combine(run.Folder.Path, file);
        if (path == run.Folder.Report)
            return Report(run, context);
        var folder = new AllowedFolders(run.Folder.Path);
        if (!folder.Contains(path) || !File.Exists(path))
            return Results.NotFound();
        // A page in a run folder may come from somebody else; in a sandbox it cannot act for the user.
        context.Response.Headers.ContentSecurityPolicy =
            "sandbox allow-scripts; default-src 'none'; img-src data: 'self'; script-src 'unsafe-inline'; "
            + "style-src 'unsafe-inline'";
        return Results.File(folder.Require(path), type);
    }

    /// <summary>
    /// The report as it is now. The file of the run is not sent: it may be old, or come from somebody else. Only
    /// its own scripts may run.
    /// </summary>
    private static IResult Report(RunEntry run, HttpContext context)
    {
        string page;
        try
        {
            var content = RunContent.Load(run.Folder, run.Folder.Report) with { Cancellation = context.RequestAborted };
            page = RunReport.Compose(content);
        }
        catch (Exception e) when (Layout.Problems.IsExpected(e))
        {
            return Results.Text(Layout.Problems.Text(e), "text/plain; charset=utf-8", Encoding.UTF8, 422);
        }
        context.Response.Headers.ContentSecurityPolicy =
            "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'; "
            + $"script-src {string.Join(' ', ScriptHashes(page))}";
        return Results.Text(page, "text/html; charset=utf-8", Encoding.UTF8);
    }

    /// <summary>
    /// The hashes of the page's own scripts. Any other script that may have come into it does not run.
    /// </summary>
    private static IEnumerable<string> ScriptHashes(string page) =>
        Script()
            .Matches(page)
            .Select(match => match.Groups[1].Value)
            .Where(script =>
                ReportScripts.Any(known =>
                    script.TrimStart().StartsWith(known.TrimStart(), StringComparison.Ordinal)
                    && script.Length <= known.Length + LongestCall
                )
            )
            .Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)))}'")
            .DefaultIfEmpty("'none'");

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Script();

    private static string? Decode(string key)
    {
        try
        {
            return Encoding.UTF8.GetString(WebEncoders.Base64UrlDecode(key));
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
