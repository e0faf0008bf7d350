using System.Buffers.Binary;
using System.Text.Json.Nodes;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;
using static Elbo.Figures.Interactive.PageShell;

namespace Elbo.Figures.Interactive;

/// <summary>
/// Writes an <see cref="InteractiveScatter"/> as HTML, with the data as JSON and the script and style from this
/// assembly.
/// </summary>
internal static class ScatterPage
{
    /// <summary>
    /// Codes that span less than this fraction of the prior's standard deviation contain no information.
    /// </summary>
    private const double CollapsedShare = 1e-3;

    /// <summary>Creates the page.</summary>
    public static string Page(InteractiveScatter scatter) =>
        PageShell.Page(scatter.Title, Fragment(scatter, "scatter"));

    /// <summary>Creates one element with its style and script.</summary>
    public static string Fragment(InteractiveScatter scatter, string id) =>
        Figure(
            scatter,
            id,
            $"<style>\n{Resource("scatter.css")}</style>\n",
            $"""

            <script>
            {Resource("scatter.js")}elboScatter(document.getElementById("{id}"));
            </script>{ScatterFilm.Script(scatter, id)}
            """
        );

    /// <summary>
    /// Creates one element with its data only, for a page that has <c>scatter.css</c> and <c>scatter.js</c> and calls
    /// <c>elboScatter</c> with the element.
    /// </summary>
    public static string Element(InteractiveScatter scatter, string id) => Figure(scatter, id, "", "");

    private static string Figure(InteractiveScatter scatter, string id, string style, string scripts)
    {
        PageShell.RequireIdentifier(id);
        scatter.Validate();
        var atlas =
            scatter.Images is { } images && scatter.Count > 0
                ? ThumbnailAtlas.Create(images.Slice(0, scatter.Count))
                : null;
        bool[] collapsed = Collapsed(scatter);
        bool turns = scatter.Dimensions == 3;
        string notes = $"{CollapseNote(scatter, collapsed)} {atlas?.Note}".Trim();
        return $"""
            <figure class="elbo-scatter" id="{id}" aria-label="{Text(scatter.Title)}">
            {style}<figcaption>{Text(scatter.Caption)}</figcaption>
            <p class="elbo-hint">{Hint(scatter, atlas is not null)}</p>
            <div class="elbo-body">
            <div class="elbo-view">
            <canvas class="elbo-plot" tabindex="0" role="img" aria-label="{Text(Describe(scatter))}"
            aria-describedby="{id}-keys"></canvas>
            <div class="elbo-tip" hidden><canvas class="elbo-image" aria-hidden="true"></canvas>
            <span class="elbo-words" role="status"></span></div>
            </div>
            <div class="elbo-key">
            <p class="elbo-title" id="{id}-title">{Text(scatter.Classes.Count > 0 ? scatter.LegendTitle : "")}</p>
            <div class="elbo-legend" role="group" aria-labelledby="{id}-title"></div>
            </div>
            </div>{ScatterFilm.Controls(scatter, style.Length > 0)}
            <p class="elbo-tools"><button type="button" class="elbo-reset">Reset view</button>
            <span id="{id}-keys">Drag to {(turns ? "turn" : "move")}. Zoom with the wheel after a click, with Ctrl and
            the wheel, or with two fingers. Keys: arrows {(turns ? "turn" : "move")}, + and − zoom, 0 resets, n and p
            step through the points{(scatter.Frames.Count > 0 ? ", the space bar plays and stops" : "")}.</span></p>
            <p class="elbo-note">{Text(notes)}</p>
            <noscript><p>A script draws this figure, and scripts are switched off in this browser.</p></noscript>
            <script type="application/json" class="elbo-data">{Data(
                scatter,
                atlas,
                collapsed
            )}</script>{ScatterFilm.Positions(scatter)}{scripts}
            </figure>
            """;
    }

    private static string Hint(InteractiveScatter scatter, bool images)
    {
        string point = $"Point at a point, or tap it, to see its {(images ? "image" : "index")}.";
        return scatter.Classes.Count == 0
            ? point
            : $"{point} Click a legend entry to hide or show it; double-click it to show it alone, and again for all.";
    }

    private static IEnumerable<string> Axes(InteractiveScatter scatter) =>
        (scatter.AxisLabels ?? ["z₁", "z₂", "z₃"]).Take(scatter.Dimensions);

    /// <summary>Whether each axis spans less than a thousandth of the prior's standard deviation.</summary>
    private static bool[] Collapsed(InteractiveScatter scatter) =>
        // A single point has no span, so it cannot show a collapse.
        [
            .. Limits(scatter)
                .Select(axis =>
                    axis.Count > 1 && (double)axis.High - axis.Low < CollapsedShare * scatter.PriorDeviation
                ),
        ];

    /// <summary>
    /// The lowest and the highest finite coordinate of each axis, over all frames, and the number of finite ones.
    /// </summary>
    public static (float Low, float High, int Count)[] Limits(InteractiveScatter scatter)
    {
        var limits = new (float Low, float High, int Count)[scatter.Dimensions];
        Array.Fill(limits, (float.PositiveInfinity, float.NegativeInfinity, 0));
        foreach (var positions in scatter.Frames.Select(frame => frame.Coordinates).Prepend(scatter.Coordinates))
        {
            var values = positions.Span;
            for (int i = 0; i < values.Length; i++)
                if (float.IsFinite(values[i]))
                {
                    var (low, high, count) = limits[i % scatter.Dimensions];
                    limits[i % scatter.Dimensions] = (Math.Min(low, values[i]), Math.Max(high, values[i]), count + 1);
                }
        }
        return limits;
    }

    private static string CollapseNote(InteractiveScatter scatter, bool[] collapsed)
    {
        string[] names = [.. Axes(scatter).Where((_, d) => collapsed[d])];
        return names.Length == 0
            ? ""
            : $"The code has collapsed in {string.Join(" and ", names)}: all points lie within a thousandth of the "
                + "prior's standard deviation.";
    }

    private static string Describe(InteractiveScatter scatter) =>
        $"{scatter.Title}: {scatter.Count:N0} points in {scatter.Dimensions} "
        + $"dimensions{(scatter.Classes.Count > 0 ? $", {scatter.ClassNames.Count} classes" : "")}";

    /// <summary>The data for scatter.js. Arrays of numbers are little-endian bytes in Base64.</summary>
    private static string Data(InteractiveScatter scatter, ThumbnailAtlas? atlas, bool[] collapsed)
    {
        bool classified = scatter.Classes.Count > 0,
            moves = scatter.Frames.Count > 0;
        var limits = Limits(scatter);
        int[] kinds = classified ? [.. Enumerable.Range(0, scatter.ClassNames.Count)] : [0];
        var names = classified ? scatter.ClassNames : ["all"];
        return new JsonObject
        {
            ["dimensions"] = scatter.Dimensions,
            // Without frames, the script computes the limits.
            ["low"] = moves ? List(limits, axis => JsonValue.Create(axis.Low)) : null,
            ["high"] = moves ? List(limits, axis => JsonValue.Create(axis.High)) : null,
            ["indices"] = scatter.Indices.Count > 0 ? List(scatter.Indices, index => JsonValue.Create(index)) : null,
            ["points"] = Convert.ToBase64String(Floats(scatter.Coordinates.Span)),
            ["classes"] = classified ? Convert.ToBase64String(Shorts(scatter.Classes)) : null,
            ["axes"] = List(
                Axes(scatter).Select((name, d) => collapsed[d] ? $"{name} (collapsed)" : name),
                name => JsonValue.Create(name)
            ),
            ["spans"] = List(collapsed, c => JsonValue.Create(c ? 2 * scatter.PriorDeviation : 0)),
            ["legendTitle"] = scatter.LegendTitle,
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
}
