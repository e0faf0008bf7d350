using Elbo.Figures.Fonts;

namespace Elbo.Figures.Drawing;

/// <summary>Draws into pixels with exact coverage for anti-aliasing, on white.</summary>
public sealed class RasterCanvas : ICanvas
{
    private const float LeastVisible = 1f / 512;

    private readonly Bitmap _image;
    private readonly double _scale;
    private readonly CoverageMask _mask = new();
    private readonly Stack<(int Left, int Top, int Right, int Bottom)> _clips = new();

    /// <summary>A white canvas of <paramref name="width"/> × <paramref name="height"/> points.</summary>
    /// <param name="width">Points.</param>
    /// <param name="height">Points.</param>
    /// <param name="pixelsPerPoint">Resolution; 2 gives sharp text on screens.</param>
    /// <exception cref="ArgumentException">A length is not positive.</exception>
    public RasterCanvas(double width, double height, double pixelsPerPoint = 2)
    {
        if (!(width > 0) || !(height > 0) || !(pixelsPerPoint > 0))
            throw new ArgumentException(
                $"a canvas of {width}×{height} points at {pixelsPerPoint} pixels a point came; all must be positive.",
                nameof(width)
            );
        Width = width;
        Height = height;
        _scale = pixelsPerPoint;
        _image = new Bitmap((int)Math.Ceiling(width * pixelsPerPoint), (int)Math.Ceiling(height * pixelsPerPoint), 3);
        _image.Pixels.Fill(255);
        _clips.Push((0, 0, _image.Width, _image.Height));
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    /// <summary>The picture so far, RGB.</summary>
    public Bitmap Bitmap => _image;

    /// <inheritdoc/>
    public void Polyline(ReadOnlySpan<Point> points, Stroke stroke)
    {
        double width = stroke.Width * _scale;
        var pixels = ToPixels(points);
        if (pixels.Length == 2)
            PixelGrid.SnapLine(pixels, width);
        Fill(StrokeOutline.Trace(pixels, width, Array.ConvertAll(stroke.DashLengths, d => d * _scale)), stroke.Color);
    }

    /// <inheritdoc/>
    public void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null)
    {
        if (points.IsEmpty)
            return;
        if (fill is { } color)
            Fill([ToPixels(points)], color);
        if (stroke is { } pen)
            Polyline([.. points, points[0]], pen);
    }

    /// <inheritdoc/>
    public void Circle(Point center, double radius, Rgba? fill, Stroke? stroke = null)
    {
        var disc = StrokeOutline.Disc(ToPixels(center), radius * _scale);
        if (fill is { } color)
            Fill([disc], color);
        if (stroke is { } pen)
            Fill(
                StrokeOutline.Trace(
                    [.. disc, disc[0]],
                    pen.Width * _scale,
                    Array.ConvertAll(pen.DashLengths, d => d * _scale)
                ),
                pen.Color
            );
    }

    /// <inheritdoc/>
    public void Rectangle(Box box, Rgba? fill, Stroke? stroke = null)
    {
        if (fill is { } color)
        {
            var (left, top, right, bottom) = PixelGrid.Round(box, _scale);
            Fill(
                [
                    [new(left, top), new(right, top), new(right, bottom), new(left, bottom)],
                ],
                color
            );
        }
        if (stroke is not { } pen)
            return;
        double inset = pen.Width / 2;
        ReadOnlySpan<Point> corners =
        [
            new(box.X, box.Y),
            new(box.Right, box.Y),
            new(box.Right, box.Bottom),
            new(box.X, box.Bottom),
        ];
        Polyline([new(corners[0].X - inset, corners[0].Y), new(corners[1].X + inset, corners[1].Y)], pen);
        Polyline([new(corners[3].X - inset, corners[3].Y), new(corners[2].X + inset, corners[2].Y)], pen);
        Polyline([corners[0], corners[3]], pen);
        Polyline([corners[1], corners[2]], pen);
    }

    /// <inheritdoc/>
    public void Markers(ReadOnlySpan<Point> centers, Marker marker)
    {
        var shape =
            marker.Shape == MarkerShape.Circle
                ? StrokeOutline.Disc(default, marker.Size * _scale / 2)
                : Array.ConvertAll(marker.Outline(), p => new Point(p.X * _scale, p.Y * _scale));
        var moved = new Point[shape.Length];
        Point[][] contours = [moved];
        foreach (var center in centers)
        {
            var at = ToPixels(center);
            for (int i = 0; i < shape.Length; i++)
                moved[i] = new Point(shape[i].X + at.X, shape[i].Y + at.Y);
            Fill(contours, marker.Color);
        }
    }

    /// <inheritdoc/>
    public void Text(Point at, string text, TextStyle style) =>
        Fill(
            TextContours.Trace(
                Typeface.Of(style.Bold),
                text,
                ToPixels(style.PenStart(at, text)),
                style.Size * _scale,
                style.Rotation
            ),
            style.Color
        );

    /// <inheritdoc/>
    public void Image(Bitmap image, Box destination)
    {
        var (left, top, right, bottom) = PixelGrid.Round(destination, _scale);
        var clip = _clips.Peek();
        int width = right - left,
            height = bottom - top;
        for (int y = Math.Max(top, clip.Top); y < Math.Min(bottom, clip.Bottom); y++)
        for (int x = Math.Max(left, clip.Left); x < Math.Min(right, clip.Right); x++)
        {
            int sourceX = (int)((x - left + 0.5) * image.Width / width),
                sourceY = (int)((y - top + 0.5) * image.Height / height);
            for (int c = 0; c < 3; c++)
                _image[x, y, c] = image[sourceX, sourceY, image.Channels == 1 ? 0 : c];
        }
    }

    /// <inheritdoc/>
    public void PushClip(Box box)
    {
        var (left, top, right, bottom) = PixelGrid.Round(box, _scale);
        var outer = _clips.Peek();
        _clips.Push(
            (
                Math.Max(left, outer.Left),
                Math.Max(top, outer.Top),
                Math.Min(right, outer.Right),
                Math.Min(bottom, outer.Bottom)
            )
        );
    }

    /// <inheritdoc/>
    public void PopClip()
    {
        if (_clips.Count == 1)
            throw new InvalidOperationException("PopClip came without a PushClip before it.");
        _clips.Pop();
    }

    private void Fill(IReadOnlyList<Point[]> contours, Rgba color)
    {
        double left = double.MaxValue,
            top = double.MaxValue,
            right = double.MinValue,
            bottom = double.MinValue;
        foreach (var contour in contours)
        foreach (var p in contour)
        {
            (left, right) = (Math.Min(left, p.X), Math.Max(right, p.X));
            (top, bottom) = (Math.Min(top, p.Y), Math.Max(bottom, p.Y));
        }
        var clip = _clips.Peek();
        bool any = _mask.Begin(
            (int)Math.Max(clip.Left, Math.Floor(left)),
            (int)Math.Max(clip.Top, Math.Floor(top)),
            (int)Math.Min(clip.Right, Math.Ceiling(right)),
            (int)Math.Min(clip.Bottom, Math.Ceiling(bottom))
        );
        if (!any)
            return;
        foreach (var contour in contours)
            _mask.AddContour(contour);
        for (int row = 0; row < _mask.Height; row++)
            Blend(_mask.Row(row), _mask.Left, _mask.Top + row, color);
    }

    private void Blend(ReadOnlySpan<float> coverage, int left, int y, Rgba color)
    {
        float opacity = color.A / 255f;
        var pixels = _image.Pixels.Slice(((y * _image.Width) + left) * 3, coverage.Length * 3);
        for (int i = 0; i < coverage.Length; i++)
        {
            float a = coverage[i] * opacity;
            if (a < LeastVisible)
                continue;
            int at = 3 * i;
            pixels[at] = Mix(pixels[at], color.R, a);
            pixels[at + 1] = Mix(pixels[at + 1], color.G, a);
            pixels[at + 2] = Mix(pixels[at + 2], color.B, a);
        }
    }

    private static byte Mix(byte under, byte over, float a) => (byte)(under + ((over - under) * a) + 0.5f);

    private Point ToPixels(Point p) => new(p.X * _scale, p.Y * _scale);

    private Point[] ToPixels(ReadOnlySpan<Point> points)
    {
        var pixels = new Point[points.Length];
        for (int i = 0; i < points.Length; i++)
            pixels[i] = ToPixels(points[i]);
        return pixels;
    }
}
