using Elbo.Figures;
using Elbo.Figures.Drawing;

namespace Elbo.Tests.Figures;

/// <summary>Keeps what is drawn, to be asked about.</summary>
internal sealed class RecordingCanvas(double width, double height) : ICanvas
{
    public double Width => width;

    public double Height => height;

    public List<(Point At, string Text, TextStyle Style)> Texts { get; } = [];

    public List<(Point[] Centers, Marker Marker)> MarkerRuns { get; } = [];

    public List<(Point[] Points, Stroke Stroke)> Lines { get; } = [];

    public List<(Bitmap Image, Box Destination)> Images { get; } = [];

    public List<(Box Box, bool Filled)> Boxes { get; } = [];

    public void Polyline(ReadOnlySpan<Point> points, Stroke stroke) => Lines.Add((points.ToArray(), stroke));

    public List<(Point[] Corners, Rgba? Fill, Stroke? Stroke)> Polygons { get; } = [];

    public void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null) =>
        Polygons.Add((points.ToArray(), fill, stroke));

    public void Circle(Point center, double radius, Rgba? fill, Stroke? stroke = null) { }

    public void Rectangle(Box box, Rgba? fill, Stroke? stroke = null) => Boxes.Add((box, fill is not null));

    public void Markers(ReadOnlySpan<Point> centers, Marker marker) => MarkerRuns.Add((centers.ToArray(), marker));

    public void Text(Point at, string text, TextStyle style) => Texts.Add((at, text, style));

    public void Image(Bitmap image, Box destination) => Images.Add((image, destination));

    public void PushClip(Box box) { }

    public void PopClip() { }

    public static RecordingCanvas Of(IFigure figure)
    {
        var canvas = new RecordingCanvas(figure.Width, figure.Height);
        figure.Draw(canvas);
        return canvas;
    }
}
