using System.Buffers.Binary;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures.Interactive;

/// <summary>
/// Writes an <see cref="InteractiveScatter"/> as HTML: the data as JSON, the program and the style from this assembly.
/// </summary>
internal static class ScatterPage
{
    /// <summary>The whole page.</summary>
    public static string Page(InteractiveScatter scatter) =>
        $$"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>{{Text(scatter.Title)}}</title>
            <link rel="icon" href="data:,">
            <style>
            {{Resource("page.css")}}</style>
            </head>
            <body>
            <h1>{{Text(scatter.Title)}}</h1>
            {{Fragment(scatter, "scatter")}}
            </body>
            </html>

            """;

    /// <summary>One element with its style and script.</summary>
    public static string Fragment(InteractiveScatter scatter, string id)
    {
        if (id.Length == 0 || !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-'))
            throw new ArgumentException(
                $"the identifier is '{id}'; letters, digits and hyphens are needed.",
                nameof(id)
            );
        scatter.Validate();
        var atlas =
            scatter.Images is { } images && scatter.Count > 0
                ? ThumbnailAtlas.Create(images.Slice(0, scatter.Count))
                : null;
        string hint =
            scatter.Dimensions == 3
                ? "Drag to turn. Zoom with the wheel after a click, with Ctrl and the wheel, or with two "
                    + "fingers. Keys: arrows turn, + and − zoom, 0 resets, n and p step through the points."
                : "Drag to move. Zoom with the wheel after a click, with Ctrl and the wheel, or with two "
                    + "fingers. Keys: arrows move, + and − zoom, 0 resets, n and p step through the points.";
        return $"""
            <figure class="elbo-scatter" id="{id}" aria-label="{Text(scatter.Title)}">
            <style>
            {Resource("scatter.css")}</style>
            <figcaption>{Text(scatter.Caption)}</figcaption>
            <div class="elbo-body">
            <div class="elbo-view">
            <canvas class="elbo-plot" tabindex="0" role="img" aria-label="{Text(
                Describe(scatter)
            )}" aria-describedby="{id}-hint"></canvas>
            <div class="elbo-tip" hidden><canvas class="elbo-image" aria-hidden="true"></canvas><span class="elbo-words" role="status"></span></div>
            </div>
            <div class="elbo-legend" role="group" aria-label="Classes; press one to hide or show it"></div>
            </div>
            <p class="elbo-tools"><button type="button" class="elbo-reset">Reset view</button> <span id="{id}-hint">{hint}</span></p>
            <p class="elbo-note">{Text(atlas?.Note ?? "")}</p>
            <noscript><p>This picture is drawn by a script, which is switched off in this browser.</p></noscript>
            <script type="application/json" class="elbo-data">{Data(scatter, atlas)}</script>
            <script>
            {Resource("scatter.js")}elboScatter(document.getElementById("{id}"));
            </script>
            </figure>
            """;
    }

    private static string Describe(InteractiveScatter scatter) =>
        $"{scatter.Title}: {scatter.Count:N0} points in {scatter.Dimensions} "
        + $"dimensions{(scatter.Classes.Count > 0 ? $", {scatter.ClassNames.Count} classes" : "")}";

    /// <summary>What scatter.js reads; arrays of numbers as the base64 of little-endian bytes.</summary>
    private static string Data(InteractiveScatter scatter, ThumbnailAtlas? atlas)
    {
        bool classified = scatter.Classes.Count > 0;
        int[] kinds = classified ? [.. Enumerable.Range(0, scatter.ClassNames.Count)] : [0];
        var names = classified ? scatter.ClassNames : ["all"];
        return new JsonObject
        {
            ["dimensions"] = scatter.Dimensions,
            ["points"] = Convert.ToBase64String(Floats(scatter.Coordinates.Span)),
            ["classes"] = classified ? Convert.ToBase64String(Shorts(scatter.Classes)) : null,
            ["axes"] = List(scatter.AxisLabels ?? ["z₁", "z₂", "z₃"], axis => JsonValue.Create(axis)),
            ["legend"] = List(
                kinds,
                c =>
                    Entry(
                        names[c],
                        Palette.ClassColor(c),
                        Palette.DarkClassColor(c),
                        new Marker(Palette.ClassMarker(c), 1, default).Outline()
                    )
            ),
            ["unclassified"] = Entry(scatter.UnclassifiedName, Palette.Unclassified, Palette.DarkUnclassified, []),
            ["images"] = atlas is null
                ? null
                : new JsonObject
                {
                    ["source"] = "data:image/png;base64," + Convert.ToBase64String(atlas.Png),
                    ["columns"] = atlas.Columns,
                    ["width"] = atlas.Tile.Width,
                    ["height"] = atlas.Tile.Height,
                    ["count"] = atlas.Count,
                },
        }.ToJsonString();
    }

    private static JsonObject Entry(string name, Rgba light, Rgba dark, IEnumerable<Point> outline) =>
        new()
        {
            ["name"] = name,
            ["light"] = light.ToHex(),
            ["dark"] = dark.ToHex(),
            ["outline"] = List(
                outline.SelectMany(p => (double[])[Math.Round(p.X, 4), Math.Round(p.Y, 4)]),
                number => JsonValue.Create(number)
            ),
        };

    private static JsonArray List<T>(IEnumerable<T> values, Func<T, JsonNode> write) => [.. values.Select(write)];

    private static byte[] Floats(ReadOnlySpan<float> values)
    {
        byte[] bytes = new byte[4 * values.Length];
        for (int i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(4 * i), values[i]);
        return bytes;
    }

    private static byte[] Shorts(IReadOnlyList<int> values)
    {
        byte[] bytes = new byte[2 * values.Count];
        for (int i = 0; i < values.Count; i++)
            BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(2 * i), checked((short)values[i]));
        return bytes;
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using var stream =
            typeof(ScatterPage).Assembly.GetManifestResourceStream("Elbo.Interactive." + name)
            ?? throw new InvalidOperationException($"the resource {name} is not embedded.");
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
