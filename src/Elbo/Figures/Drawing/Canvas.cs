using SkiaSharp;

namespace Elbo.Figures.Drawing;

/// <summary>
/// A drawing surface in points (1/72 inch) from the top left corner, with y downwards. Later shapes cover earlier ones.
/// </summary>
/// <remarks>
/// It draws on a SkiaSharp canvas: the pixels of a PNG, a page of a PDF, an SVG document, or a window control.
/// </remarks>
public class Canvas
{
    private readonly SKCanvas _target;
    private readonly double _pixelsPerPoint;
    private readonly bool _textAsPaths;
    private readonly List<string> _texts = [];
    private int _open;

    /// <summary>Creates a canvas on a SkiaSharp canvas whose unit is one point.</summary>
    /// <param name="target">The SkiaSharp canvas. Its owner disposes it.</param>
    /// <param name="width">Width in points.</param>
    /// <param name="height">Height in points.</param>
    /// <param name="pixelsPerPoint">
    /// Resolution to which horizontal and vertical lines, boxes and images are aligned for sharp edges; 0 disables
    /// alignment, for vector formats.
    /// </param>
    /// <param name="textAsPaths">Whether to draw text as outlines, which look the same in every viewer.</param>
    public Canvas(SKCanvas target, double width, double height, double pixelsPerPoint = 0, bool textAsPaths = false)
    {
        ArgumentNullException.ThrowIfNull(target);
        (_target, Width, Height, _pixelsPerPoint, _textAsPaths) = (target, width, height, pixelsPerPoint, textAsPaths);
    }

    /// <summary>Width in points.</summary>
    public double Width { get; }

    /// <summary>Height in points.</summary>
    public double Height { get; }

    /// <summary>All texts drawn so far, for formats that draw text as outlines and store it separately.</summary>
    internal IReadOnlyList<string> Words => _texts;

    /// <summary>Draws an open line through points.</summary>
    public virtual void Polyline(ReadOnlySpan<Point> points, Stroke stroke)
    {
        if (points.Length < 2)
            return;
        using var path = PathOf(points, close: false, points.Length == 2 ? stroke.Width : null);
        using var pen = Pen(stroke);
        _target.DrawPath(path, pen);
    }

    /// <summary>Draws a closed polygon, filled (non-zero winding), outlined, or both.</summary>
    public virtual void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null)
    {
        if (points.IsEmpty)
            return;
        using var path = PathOf(points, close: true);
        Paint(fill, stroke, path);
    }

    /// <summary>Draws a circle, filled, outlined, or both.</summary>
    public virtual void Circle(Point center, double radius, Rgba? fill, Stroke? stroke = null)
    {
        using var path = new SKPath();
        path.AddCircle((float)center.X, (float)center.Y, (float)radius);
        Paint(fill, stroke, path);
    }

    /// <summary>Draws an axis-aligned rectangle, filled, outlined, or both.</summary>
    public virtual void Rectangle(Box box, Rgba? fill, Stroke? stroke = null)
    {
        if (fill is not null)
        {
            using var path = new SKPath();
            path.AddRect(Aligned(box));
            Paint(fill, null, path);
        }
        if (stroke is { } pen)
        {
            double left = Aligned(box.X, pen.Width),
                top = Aligned(box.Y, pen.Width);
            using var path = new SKPath();
            path.AddRect(
                new SKRect(
                    (float)left,
                    (float)top,
                    (float)Aligned(box.Right, pen.Width),
                    (float)Aligned(box.Bottom, pen.Width)
                )
            );
            Paint(null, pen, path);
        }
    }

    /// <summary>Draws the same marker at many positions. Overlapping discs do not get darker.</summary>
    public virtual void Markers(ReadOnlySpan<Point> centers, Marker marker)
    {
        if (centers.IsEmpty)
            return;
        if (marker.Shape == MarkerShape.Circle)
        {
            // Zero-length lines with round caps are discs that take only a few bytes each in PDF and SVG.
            using var dots = new SKPath();
            foreach (var center in centers)
            {
                dots.MoveTo(ToSkia(center));
                dots.LineTo(ToSkia(center));
            }
            using var pen = Pen(new Stroke(marker.Color, marker.Size));
            pen.StrokeCap = SKStrokeCap.Round;
            _target.DrawPath(dots, pen);
            return;
        }
        using var ink = Ink(marker.Color);
        using var outline = new SKPath();
        outline.AddPoly(Array.ConvertAll(marker.Outline(), ToSkia));
        foreach (var center in centers)
        {
            using var moved = new SKPath(outline);
            moved.Transform(SKMatrix.CreateTranslation((float)center.X, (float)center.Y));
            _target.DrawPath(moved, ink);
        }
    }

    /// <summary>Draws a line of text.</summary>
    public virtual void Text(Point at, string text, TextStyle style)
    {
        ArgumentNullException.ThrowIfNull(text);
        _texts.Add(text);
        using var font = style.CreateFont();
        using var ink = Ink(style.Color);
        var start = ToSkia(style.PenStart(at, text));
        _target.Save();
        _target.Translate(start);
        _target.RotateDegrees((float)-style.Rotation);
        if (_textAsPaths)
        {
            using var outlines = font.GetTextPath(text, SKPoint.Empty);
            _target.DrawPath(outlines, ink);
        }
        else
            _target.DrawText(text, SKPoint.Empty, font, ink);
        _target.Restore();
    }

    /// <summary>Draws an image stretched to a box, with sharp pixel edges.</summary>
    public virtual void Image(Bitmap image, Box destination)
    {
        ArgumentNullException.ThrowIfNull(image);
        using var picture = image.ToSkia();
        _target.DrawImage(picture, Aligned(destination), new SKSamplingOptions(SKFilterMode.Nearest));
    }

    /// <summary>Clips subsequent drawing to a box, in addition to earlier clips, until <see cref="Pop"/>.</summary>
    public virtual void PushClip(Box box)
    {
        _open++;
        _target.Save();
        _target.ClipRect(Aligned(box));
    }

    /// <summary>Translates the origin of subsequent drawing until <see cref="Pop"/>.</summary>
    public virtual void PushOrigin(double x, double y)
    {
        _open++;
        _target.Save();
        _target.Translate((float)Aligned(x), (float)Aligned(y));
    }

    /// <summary>Ends the latest <see cref="PushClip"/> or <see cref="PushOrigin"/>.</summary>
    /// <exception cref="InvalidOperationException">There is no clip or origin to end.</exception>
    public virtual void Pop()
    {
        if (_open == 0)
            throw new InvalidOperationException("Pop came without a PushClip or PushOrigin before it.");
        _open--;
        _target.Restore();
    }

    private void Paint(Rgba? fill, Stroke? stroke, SKPath path)
    {
        if (fill is { } color)
        {
            using var ink = Ink(color);
            _target.DrawPath(path, ink);
        }
        if (stroke is { } line)
        {
            using var pen = Pen(line);
            _target.DrawPath(path, pen);
        }
    }

    /// <summary>
    /// Creates a path. Horizontal and vertical segments are aligned to pixels for a pen of the given width.
    /// </summary>
    private SKPath PathOf(ReadOnlySpan<Point> points, bool close, double? upright = null)
    {
        var corners = Array.ConvertAll(points.ToArray(), ToSkia);
        if (upright is { } width && points[0].X == points[1].X)
            corners[0].X = corners[1].X = (float)Aligned(points[0].X, width);
        if (upright is { } height && points[0].Y == points[1].Y)
            corners[0].Y = corners[1].Y = (float)Aligned(points[0].Y, height);
        var path = new SKPath();
        path.AddPoly(corners, close);
        return path;
    }

    private static SKPaint Ink(Rgba color) =>
        new() { Color = new(color.R, color.G, color.B, color.A), IsAntialias = true };

    private static SKPaint Pen(Stroke stroke)
    {
        var pen = Ink(stroke.Color);
        pen.Style = SKPaintStyle.Stroke;
        pen.StrokeWidth = (float)stroke.Width;
        pen.StrokeJoin = SKStrokeJoin.Round;
        if (stroke.Style != LineStyle.Solid)
            pen.PathEffect = SKPathEffect.CreateDash(Array.ConvertAll(stroke.DashLengths, d => (float)d), 0);
        return pen;
    }

    private double Aligned(double position) =>
        _pixelsPerPoint > 0 ? Math.Round(position * _pixelsPerPoint) / _pixelsPerPoint : position;

    /// <summary>The centre of a line, moved so that its edges lie on pixel boundaries.</summary>
    private double Aligned(double middle, double width) => Aligned(middle - (width / 2)) + (width / 2);

    /// <summary>The box moved to pixel boundaries, at least one pixel wide and high.</summary>
    private SKRect Aligned(Box box)
    {
        double least = _pixelsPerPoint > 0 ? 1 / _pixelsPerPoint : 0,
            left = Aligned(box.X),
            top = Aligned(box.Y);
        return new SKRect(
            (float)left,
            (float)top,
            (float)Math.Max(left + least, Aligned(box.Right)),
            (float)Math.Max(top + least, Aligned(box.Bottom))
        );
    }

    private static SKPoint ToSkia(Point p) => new((float)p.X, (float)p.Y);
}
