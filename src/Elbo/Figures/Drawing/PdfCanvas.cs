using System.Globalization;
using System.Text;
using Elbo.Figures.Fonts;
using Elbo.Formats;

namespace Elbo.Figures.Drawing;

/// <summary>Draws one page of a PDF: vectors, embedded fonts, text that can be selected and searched.</summary>
/// <remarks>ISO 32000-1, section 8. Written on the base class library alone.</remarks>
public sealed class PdfCanvas : ICanvas
{
    // Cubic Bézier arcs with this reach lie within 0.03 % of a quarter circle.
    private const double QuarterArc = 0.5523;

    private readonly PdfFile _file = new();
    private readonly StringBuilder _content = new();
    private readonly Dictionary<bool, PdfFont> _fonts = [];
    private readonly SortedDictionary<string, byte> _opacities = new(StringComparer.Ordinal);
    private readonly List<int> _images = [];
    private readonly Stack<PdfGraphicsState> _outer = new();
    private PdfGraphicsState _state = PdfGraphicsState.Initial;

    /// <summary>An empty page of <paramref name="width"/> × <paramref name="height"/> points.</summary>
    public PdfCanvas(double width, double height)
    {
        Width = width;
        Height = height;
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    /// <inheritdoc/>
    public void Polyline(ReadOnlySpan<Point> points, Stroke stroke)
    {
        if (points.Length < 2)
            return;
        Prepare(null, stroke);
        Path(points, close: false);
        Op("S");
    }

    /// <inheritdoc/>
    public void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null)
    {
        if (points.IsEmpty || !Prepare(fill, stroke))
            return;
        Path(points, close: true);
        Paint(fill, stroke);
    }

    /// <inheritdoc/>
    public void Circle(Point center, double radius, Rgba? fill, Stroke? stroke = null)
    {
        if (!Prepare(fill, stroke))
            return;
        double x = center.X,
            y = center.Y,
            r = radius,
            k = radius * QuarterArc;
        Op($"{At(x + r, y)} m");
        Op($"{At(x + r, y + k)} {At(x + k, y + r)} {At(x, y + r)} c");
        Op($"{At(x - k, y + r)} {At(x - r, y + k)} {At(x - r, y)} c");
        Op($"{At(x - r, y - k)} {At(x - k, y - r)} {At(x, y - r)} c");
        Op($"{At(x + k, y - r)} {At(x + r, y - k)} {At(x + r, y)} c h");
        Paint(fill, stroke);
    }

    /// <inheritdoc/>
    public void Rectangle(Box box, Rgba? fill, Stroke? stroke = null)
    {
        if (!Prepare(fill, stroke))
            return;
        Op($"{At(box.X, box.Bottom)} {N(box.Width)} {N(box.Height)} re");
        Paint(fill, stroke);
    }

    /// <inheritdoc/>
    public void Markers(ReadOnlySpan<Point> centers, Marker marker)
    {
        if (marker.Shape == MarkerShape.Circle)
        {
            // A line of no length with round caps is a disc, in a sixth of a circle's bytes.
            Prepare(null, new Stroke(marker.Color, marker.Size), roundCaps: true);
            foreach (var p in centers)
                Op($"{At(p.X, p.Y)} m {At(p.X, p.Y)} l S");
            return;
        }
        Prepare(marker.Color, null);
        var outline = marker.Outline();
        foreach (var center in centers)
        {
            Path(Array.ConvertAll(outline, p => new Point(p.X + center.X, p.Y + center.Y)), close: true);
            Op("f");
        }
    }

    /// <inheritdoc/>
    public void Text(Point at, string text, TextStyle style)
    {
        Prepare(style.Color, null);
        if (!_fonts.TryGetValue(style.Bold, out var font))
            _fonts[style.Bold] = font = new PdfFont(Typeface.Of(style.Bold), style.Bold ? "FB" : "FR");
        var pen = style.PenStart(at, text);
        var (sin, cos) = Math.SinCos(style.Rotation * Math.PI / 180);
        Op(
            $"BT /{font.Resource} {N(style.Size)} Tf {N(cos)} {N(sin)} {N(-sin)} {N(cos)} {At(pen.X, pen.Y)} Tm "
                + $"{font.Encode(text)} Tj ET"
        );
    }

    /// <inheritdoc/>
    public void Image(Bitmap image, Box destination)
    {
        string space = image.Channels == 1 ? "/DeviceGray" : "/DeviceRGB";
        _images.Add(
            _file.AddStream(
                $"/Type/XObject/Subtype/Image/Width {image.Width}/Height "
                    + $"{image.Height}/ColorSpace{space}/BitsPerComponent 8/Interpolate false",
                image.Pixels
            )
        );
        Prepare(Rgba.Black, null);
        Op(
            $"q {N(destination.Width)} 0 0 {N(destination.Height)} {At(destination.X, destination.Bottom)} cm "
                + $"/I{_images.Count - 1} Do Q"
        );
    }

    /// <inheritdoc/>
    public void PushClip(Box box)
    {
        _outer.Push(_state);
        Op($"q {At(box.X, box.Bottom)} {N(box.Width)} {N(box.Height)} re W n");
    }

    /// <inheritdoc/>
    public void PopClip()
    {
        if (!_outer.TryPop(out _state))
            throw new InvalidOperationException("PopClip came without a PushClip before it.");
        Op("Q");
    }

    /// <summary>The document's bytes; the page takes nothing more afterwards.</summary>
    public byte[] ToDocument()
    {
        int content = _file.AddStream("", Encoding.ASCII.GetBytes(_content.ToString()));
        string fonts = string.Concat(
            _fonts.OrderBy(f => f.Key).Select(f => $"/{f.Value.Resource} {f.Value.Embed(_file)} 0 R")
        );
        string images = string.Concat(_images.Select((number, i) => $"/I{i} {number} 0 R"));
        string opacities = string.Concat(_opacities.Select(o => $"/{o.Key}<</{o.Key[..2]} {N(o.Value / 255.0)}>>"));
        int pages = _file.Reserve();
        int page = _file.Add(
            $"<</Type/Page/Parent {pages} 0 R/MediaBox[0 0 {N(Width)} {N(Height)}]/Contents {content} 0 R"
                + $"/Resources<</Font<<{fonts}>>/XObject<<{images}>>/ExtGState<<{opacities}>>>>>>"
        );
        _file.Set(pages, $"<</Type/Pages/Kids[{page} 0 R]/Count 1>>");
        return _file.ToArray(_file.Add($"<</Type/Catalog/Pages {pages} 0 R>>"), _file.Add("<</Producer(Elbo)>>"));
    }

    private bool Prepare(Rgba? fill, Stroke? stroke, bool roundCaps = false)
    {
        if (fill is { } ink && ink != _state.Fill)
        {
            if (ink.A != _state.Fill.A)
                SetOpacity("ca", ink.A);
            Op($"{Color(ink)} rg");
            _state = _state with { Fill = ink };
        }
        if (stroke is not { } pen)
            return fill is not null;
        if (pen.Color != _state.Stroke)
        {
            if (pen.Color.A != _state.Stroke.A)
                SetOpacity("CA", pen.Color.A);
            Op($"{Color(pen.Color)} RG");
            _state = _state with { Stroke = pen.Color };
        }
        if (roundCaps != _state.RoundCaps)
            Op(roundCaps ? "1 J" : "0 J");
        if (pen.Width != _state.Width || pen.Style != _state.Style)
            Op($"{N(pen.Width)} w 1 j [{string.Join(' ', pen.DashLengths.Select(N))}] 0 d");
        _state = _state with { Width = pen.Width, Style = pen.Style, RoundCaps = roundCaps };
        return true;
    }

    // The state's parameter is ca for fills and CA for strokes; the page calls each setting by it and the opacity.
    private void SetOpacity(string parameter, byte opacity)
    {
        _opacities[$"{parameter}{opacity}"] = opacity;
        Op($"/{parameter}{opacity} gs");
    }

    private void Paint(Rgba? fill, Stroke? stroke) =>
        Op(
            fill is null ? "S"
            : stroke is null ? "f"
            : "B"
        );

    private void Path(ReadOnlySpan<Point> points, bool close)
    {
        for (int i = 0; i < points.Length; i++)
            _content.Append(At(points[i].X, points[i].Y)).Append(i == 0 ? " m " : " l ");
        if (close)
            _content.Append("h ");
    }

    private void Op(string operators) => _content.Append(operators).Append('\n');

    private string At(double x, double y) => $"{N(x)} {N(Height - y)}";

    private static string Color(Rgba color) => $"{Unit(color.R)} {Unit(color.G)} {Unit(color.B)}";

    private static string Unit(byte part) => (part / 255.0).ToString("0.###", CultureInfo.InvariantCulture);

    private static string N(double value) => value.ToString("0.###", CultureInfo.InvariantCulture);
}
