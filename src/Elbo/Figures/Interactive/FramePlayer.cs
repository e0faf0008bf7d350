using System.Globalization;
using System.Text.Json.Nodes;
using Elbo.Data;
using static Elbo.Figures.Interactive.PageShell;

namespace Elbo.Figures.Interactive;

/// <summary>
/// A sequence of images as a page for a browser, with a slider and a button that plays them forwards and backwards. The
/// output is self-contained and needs no network.
/// </summary>
public sealed record FramePlayer
{
    /// <summary>The images, intensities in [0, 1], (N, C, H, W); at least two.</summary>
    public required ReadOnlyMemory<float> Frames { get; init; }

    /// <summary>Shape of one image.</summary>
    public required ImageShape Shape { get; init; }

    /// <summary>Images beside the first and the last frame with their captions, such as the originals.</summary>
    public IReadOnlyList<ImagePanel> Ends { get; init; } = [];

    /// <summary>Heading of the page.</summary>
    public string Title { get; init; } = "Images";

    /// <summary>One or two sentences under the title. Default empty.</summary>
    public string Caption { get; init; } = "";

    /// <summary>Number of frames.</summary>
    public int Count => Shape.PixelCount > 0 ? Frames.Length / Shape.PixelCount : 0;

    /// <summary>Creates the page as HTML in UTF-8.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Validate"/>.</exception>
    public string ToPage() => Page(Title, ToFragment());

    /// <summary>
    /// Creates an HTML element without heading, with its style and script, for use within another page.
    /// </summary>
    /// <param name="id">Identifier of the element, unique in the page: letters, digits and hyphens.</param>
    /// <exception cref="ArgumentException">
    /// As for <see cref="Validate"/>, or the identifier contains other characters.
    /// </exception>
    public string ToFragment(string id = "player") =>
        Figure(
            id,
            $"<style>\n{Resource("player.css")}{Resource("controls.css")}</style>\n",
            $"\n<script>\n{Resource("player.js")}elboPlayer(document.getElementById(\"{id}\"));\n</script>"
        );

    /// <summary>
    /// As <see cref="ToFragment"/>, without style and script, for a page that has both and forbids inline scripts.
    /// </summary>
    internal string ToElement(string id) => Figure(id, "", "");

    private string Figure(string id, string style, string script)
    {
        RequireIdentifier(id);
        Validate();
        int columns = (int)Math.Ceiling(Math.Sqrt(Count)),
            rows = (Count + columns - 1) / columns;
        var sprite = ImageGrid.Compose(Frames.Span, Shape, rows, columns);
        string ratio = string.Create(CultureInfo.InvariantCulture, $"{Shape.Width} / {Shape.Height}");
        return $"""
            <figure class="elbo-player" id="{id}" aria-label="{Text(Title)}">
            {style}<figcaption>{Text(Caption)}</figcaption>
            <div class="elbo-stage" style="--ratio: {ratio}">
            {End(0)}<canvas class="elbo-frame" role="img" width="{Shape.Width}" height="{Shape.Height}"
            aria-label="{Text(Title)}"></canvas>
            {End(1)}</div>
            <div class="elbo-controls">
            <button type="button" class="elbo-play">Play</button>
            <input type="range" class="elbo-slider" min="0" max="{Count - 1}" step="1" value="0"
            aria-label="position between the first and the last image">
            <span class="elbo-place" aria-hidden="true"></span>
            </div>
            <p class="elbo-keys">Keys: arrows, Page Up, Page Down, Home and End move the slider; the space bar plays and
            stops.</p>
            <noscript><p>A script draws this figure, and scripts are switched off in this browser.</p></noscript>
            <script type="application/json" class="elbo-data">{Data(sprite, columns)}</script>{script}
            </figure>
            """;
    }

    /// <summary>Checks that there are whole images, at least two.</summary>
    /// <exception cref="ArgumentException">There are not, or there are more than two ends.</exception>
    public void Validate()
    {
        Require.Entries(Ends);
        Require.Given(Title, nameof(Title));
        Require.Given(Caption, nameof(Caption));
        if (Shape.PixelCount < 1 || Frames.Length % Shape.PixelCount != 0 || Count < 2)
            throw new ArgumentException(
                $"got {Frames.Length} values; a sequence needs two or more images of {Shape}, of {Shape.PixelCount} "
                    + "values each."
            );
        if (Ends.Count > 2)
            throw new ArgumentException($"got {Ends.Count} images for the ends; there are two ends.");
    }

    private string Data(Bitmap sprite, int columns) =>
        new JsonObject
        {
            ["source"] = Source(sprite),
            ["columns"] = columns,
            ["width"] = Shape.Width,
            ["height"] = Shape.Height,
            ["count"] = Count,
        }.ToJsonString();

    private string End(int index) =>
        index < Ends.Count
            ? $"""
                <div class="elbo-end"><img src="{Source(Ends[index].Image)}" width="{Ends[index].Image.Width}"
                height="{Ends[index].Image.Height}" alt="{Text(Ends[index].Caption)}">
                <span aria-hidden="true">{Text(Ends[index].Caption)}</span></div>

                """
            : "";

    private static string Source(Bitmap image) => "data:image/png;base64," + Convert.ToBase64String(image.EncodePng());
}
