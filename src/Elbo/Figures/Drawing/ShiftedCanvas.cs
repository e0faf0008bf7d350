namespace Elbo.Figures.Drawing;

/// <summary>Another canvas seen from a corner that lies elsewhere.</summary>
internal sealed class ShiftedCanvas(ICanvas canvas, double dx, double dy) : ICanvas
{
    /// <inheritdoc/>
    public double Width => canvas.Width - dx;

    /// <inheritdoc/>
    public double Height => canvas.Height - dy;

    /// <inheritdoc/>
    public void Polyline(ReadOnlySpan<Point> points, Stroke stroke) => canvas.Polyline(Shift(points), stroke);

    /// <inheritdoc/>
    public void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null) =>
        canvas.Polygon(Shift(points), fill, stroke);

    /// <inheritdoc/>
    public void Circle(Point center, double radius, Rgba? fill, Stroke? stroke = null) =>
        canvas.Circle(Shift(center), radius, fill, stroke);

    /// <inheritdoc/>
    public void Rectangle(Box box, Rgba? fill, Stroke? stroke = null) => canvas.Rectangle(Shift(box), fill, stroke);

    /// <inheritdoc/>
    public void Markers(ReadOnlySpan<Point> centers, Marker marker) => canvas.Markers(Shift(centers), marker);

    /// <inheritdoc/>
    public void Text(Point at, string text, TextStyle style) => canvas.Text(Shift(at), text, style);

    /// <inheritdoc/>
    public void Image(Bitmap image, Box destination) => canvas.Image(image, Shift(destination));

    /// <inheritdoc/>
    public void PushClip(Box box) => canvas.PushClip(Shift(box));

    /// <inheritdoc/>
    public void PopClip() => canvas.PopClip();

    private Point Shift(Point p) => new(p.X + dx, p.Y + dy);

    private Box Shift(Box box) => box with { X = box.X + dx, Y = box.Y + dy };

    private Point[] Shift(ReadOnlySpan<Point> points)
    {
        var shifted = new Point[points.Length];
        for (int i = 0; i < points.Length; i++)
            shifted[i] = Shift(points[i]);
        return shifted;
    }
}
