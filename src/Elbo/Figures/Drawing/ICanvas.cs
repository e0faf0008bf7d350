namespace Elbo.Figures.Drawing;

/// <summary>
/// A surface to draw on, in points (1/72 inch) from the top left corner, y downwards; later shapes cover earlier ones.
/// </summary>
public interface ICanvas
{
    /// <summary>Width in points.</summary>
    double Width { get; }

    /// <summary>Height in points.</summary>
    double Height { get; }

    /// <summary>An open line through the points.</summary>
    void Polyline(ReadOnlySpan<Point> points, Stroke stroke);

    /// <summary>A closed shape, filled (non-zero winding), outlined, or both.</summary>
    void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null);

    /// <summary>A circle, filled, outlined, or both.</summary>
    void Circle(Point center, double radius, Rgba? fill, Stroke? stroke = null);

    /// <summary>An upright rectangle, filled, outlined, or both.</summary>
    void Rectangle(Box box, Rgba? fill, Stroke? stroke = null);

    /// <summary>The same sign at many places.</summary>
    void Markers(ReadOnlySpan<Point> centers, Marker marker);

    /// <summary>One line of text.</summary>
    void Text(Point at, string text, TextStyle style);

    /// <summary>An image stretched to a box; pixels keep sharp edges.</summary>
    void Image(Bitmap image, Box destination);

    /// <summary>Restricts what follows to a box, within earlier restrictions, until <see cref="PopClip"/>.</summary>
    void PushClip(Box box);

    /// <summary>Ends the latest <see cref="PushClip"/>.</summary>
    void PopClip();
}
