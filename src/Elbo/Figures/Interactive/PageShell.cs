using System.Net;
using System.Text;

namespace Elbo.Figures.Interactive;

/// <summary>What the interactive pages share: the frame of a page, encoded text, and embedded styles and scripts.</summary>
internal static class PageShell
{
    /// <summary>Creates a page with a heading, from an element that brings its own style and script.</summary>
    public static string Page(string title, string fragment) =>
        $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{Text(title)}}</title>
            <link rel="icon" href="data:,">
            <style>
            {{Resource("page.css")}}</style>
            </head>
            <body>
            <h1>{{Text(title)}}</h1>
            {{fragment}}
            </body>
            </html>

            """;

    /// <summary>Encodes text so that no character has a meaning in HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>Checks an identifier of an element.</summary>
    /// <exception cref="ArgumentException">It is empty, or contains other characters than letters, digits, hyphens.</exception>
    public static void RequireIdentifier(string id)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (id.Length == 0 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException(
                $"the identifier is '{id}'; letters, digits and hyphens are needed.",
                nameof(id)
            );
    }

    /// <summary>A style or script from this assembly.</summary>
    public static string Resource(string name)
    {
        using var stream =
            typeof(PageShell).Assembly.GetManifestResourceStream("Elbo.Interactive." + name)
            ?? throw new InvalidOperationException($"the resource {name} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
