using System.Globalization;
using System.Text;
using Elbo.Figures.Fonts;

namespace Elbo.Figures.Drawing;

/// <summary>Draws a Scalable Vector Graphics document; text stays text.</summary>
/// <remarks>W3C SVG 1.1, with <c>href</c> also written as <c>xlink:href</c> for older readers.</remarks>
public sealed class SvgCanvas : ICanvas
{
    private readonly StringBuilder _body = new();
    private readonly StringBuilder _definitions = new();
    private readonly Dictionary<(MarkerShape, double), string> _markers = [];
    private int _clips;
    private int _openClips;

    /// <summary>An empty document of <paramref name="width"/> × <paramref name="height"/> points on white.</summary>
    public SvgCanvas(double width, double height)
    {
        Width = width;
        Height = height;
        Rectangle(new Box(0, 0, width, height), Rgba.White);
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    /// <inheritdoc/>
    public void Polyline(ReadOnlySpan<Point> points, Stroke stroke) =>
        _body.Append($"<path d=\"{Path(points)}\" fill=\"none\"{Pen(stroke)}/>\n");

    /// <inheritdoc/>
    public void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null) =>
        _body.Append($"<path d=\"{Path(points)}Z\"{Ink(fill)}{Pen(stroke)}/>\n");

    /// <inheritdoc/>
    public void Circle(Point center, double radius, Rgba? fill, Stroke? stroke = null) =>
        _body.Append(
            $"<circle cx=\"{N(center.X)}\" cy=\"{N(center.Y)}\" r=\"{N(radius)}\"{Ink(fill)}{Pen(stroke)}/>\n"
        );

    /// <inheritdoc/>
    public void Rectangle(Box box, Rgba? fill, Stroke? stroke = null) =>
        _body.Append(
            $"<rect x=\"{N(box.X)}\" y=\"{N(box.Y)}\" width=\"{N(box.Width)}\" "
                + $"height=\"{N(box.Height)}\"{Ink(fill)}{Pen(stroke)}/>\n"
        );

    /// <inheritdoc/>
    public void Markers(ReadOnlySpan<Point> centers, Marker marker)
    {
        if (centers.IsEmpty)
            return;
        if (!_markers.TryGetValue((marker.Shape, marker.Size), out string? id))
        {
            id = $"m{_markers.Count}";
            _markers.Add((marker.Shape, marker.Size), id);
            string shape =
                marker.Shape == MarkerShape.Circle
                    ? $"<circle id=\"{id}\" r=\"{N(marker.Size / 2)}\"/>"
                    : $"<path id=\"{id}\" d=\"{Path(marker.Outline())}Z\"/>";
            _definitions.Append(shape).Append('\n');
        }
        _body.Append($"<g{Ink(marker.Color)}>\n");
        foreach (var p in centers)
            _body.Append($"<use xlink:href=\"#{id}\" x=\"{N(p.X)}\" y=\"{N(p.Y)}\"/>\n");
        _body.Append("</g>\n");
    }

    /// <inheritdoc/>
    public void Text(Point at, string text, TextStyle style)
    {
        string anchor = style.Horizontal switch
        {
            HorizontalAlignment.Center => " text-anchor=\"middle\"",
            HorizontalAlignment.End => " text-anchor=\"end\"",
            _ => "",
        };
        string turn = style.Rotation == 0 ? "" : $" transform=\"rotate({N(-style.Rotation)} {N(at.X)} {N(at.Y)})\"";
        string weight = style.Bold ? " font-weight=\"bold\"" : "";
        _body
            .Append(
                $"<text x=\"{N(at.X)}\" y=\"{N(at.Y + style.BaselineOffset)}\" font-family=\"{Typeface.Family}, "
                    + $"sans-serif\" font-size=\"{N(style.Size)}\""
            )
            .Append($"{weight}{anchor}{turn}{Ink(style.Color)}>{Escape(text)}</text>\n");
    }

    /// <inheritdoc/>
    public void Image(Bitmap image, Box destination) =>
        _body
            .Append(
                $"<image x=\"{N(destination.X)}\" y=\"{N(destination.Y)}\" width=\"{N(destination.Width)}\" "
                    + $"height=\"{N(destination.Height)}\""
            )
            .Append(
                " preserveAspectRatio=\"none\" image-rendering=\"optimizeSpeed\" style=\"image-rendering:pixelated\""
            )
            .Append($" xlink:href=\"data:image/png;base64,{Convert.ToBase64String(image.EncodePng())}\"/>\n");

    /// <inheritdoc/>
    public void PushClip(Box box)
    {
        string id = $"c{_clips++}";
        _openClips++;
        _definitions.Append(
            $"<clipPath id=\"{id}\"><rect x=\"{N(box.X)}\" y=\"{N(box.Y)}\" width=\"{N(box.Width)}\" "
                + $"height=\"{N(box.Height)}\"/></clipPath>\n"
        );
        _body.Append($"<g clip-path=\"url(#{id})\">\n");
    }

    /// <inheritdoc/>
    public void PopClip()
    {
        if (_openClips-- == 0)
            throw new InvalidOperationException("PopClip came without a PushClip before it.");
        _body.Append("</g>\n");
    }

    /// <summary>The whole document.</summary>
    public string ToDocument() =>
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
        + "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" version=\"1.1\""
        + $" width=\"{N(Width)}pt\" height=\"{N(Height)}pt\" viewBox=\"0 0 {N(Width)} {N(Height)}\">\n"
        + $"<defs>\n{_definitions}</defs>\n{_body}</svg>\n";

    private static string Path(ReadOnlySpan<Point> points)
    {
        var path = new StringBuilder();
        for (int i = 0; i < points.Length; i++)
            path.Append(i == 0 ? 'M' : 'L').Append(N(points[i].X)).Append(' ').Append(N(points[i].Y));
        return path.ToString();
    }

    private static string Ink(Rgba? fill)
    {
        if (fill is not { } color)
            return " fill=\"none\"";
        return $" fill=\"{color.ToHex()}\"{(color.A == 255 ? "" : $" fill-opacity=\"{N(color.A / 255.0)}\"")}";
    }

    private static string Pen(Stroke? stroke)
    {
        if (stroke is not { } pen)
            return "";
        string dashes =
            pen.Style == LineStyle.Solid ? "" : $" stroke-dasharray=\"{string.Join(' ', pen.DashLengths.Select(N))}\"";
        string opacity = pen.Color.A == 255 ? "" : $" stroke-opacity=\"{N(pen.Color.A / 255.0)}\"";
        return $" stroke=\"{pen.Color.ToHex()}\" stroke-width=\"{N(pen.Width)}\" "
            + $"stroke-linejoin=\"round\"{dashes}{opacity}";
    }

    // XML has no place for most control characters, not even escaped.
    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
            escaped.Append(
                c switch
                {
                    '&' => "&amp;",
                    '<' => "&lt;",
                    '>' => "&gt;",
                    < ' ' => " ",
                    _ => c.ToString(),
                }
            );
        return escaped.ToString();
    }

    private static string N(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);
}
