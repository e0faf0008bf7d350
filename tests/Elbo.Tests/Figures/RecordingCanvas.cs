using Elbo.Figures;
using Elbo.Figures.Drawing;
using SkiaSharp;

namespace Elbo.Tests.Figures;

/// <summary>Keeps what is drawn, to be asked about; places are those of the whole figure.</summary>
internal sealed class RecordingCanvas(double width, double height)
    : Canvas(new SKNoDrawCanvas((int)width, (int)height), width, height)
{
    private readonly Stack<Point> _origins = new([default]);

    public List<(Point At, string Text, TextStyle Style)> Texts { get; } = [];

    public List<(Point[] Centers, Marker Marker)> MarkerRuns { get; } = [];

    public List<(Point[] Points, Stroke Stroke)> Lines { get; } = [];

    public List<(Point[] Corners, Rgba? Fill, Stroke? Stroke)> Polygons { get; } = [];

    public List<(Bitmap Image, Box Destination)> Images { get; } = [];

    public List<(Box Box, bool Filled)> Boxes { get; } = [];

    public override void Polyline(ReadOnlySpan<Point> points, Stroke stroke) => Lines.Add((Moved(points), stroke));

    public override void Polygon(ReadOnlySpan<Point> points, Rgba? fill, Stroke? stroke = null) =>
        Polygons.Add((Moved(points), fill, stroke));

    public override void Rectangle(Box box, Rgba? fill, Stroke? stroke = null) =>
        Boxes.Add((Moved(box), fill is not null));

    public override void Markers(ReadOnlySpan<Point> centers, Marker marker) =>
        MarkerRuns.Add((Moved(centers), marker));

    public override void Text(Point at, string text, TextStyle style) => Texts.Add((Moved([at])[0], text, style));

    public override void Image(Bitmap image, Box destination) => Images.Add((image, Moved(destination)));

    public override void PushClip(Box box)
    {
        base.PushClip(box);
        _origins.Push(_origins.Peek());
    }

    public override void PushOrigin(double x, double y)
    {
        base.PushOrigin(x, y);
        _origins.Push(Moved([new(x, y)])[0]);
    }

    public override void Pop()
    {
        base.Pop();
        _origins.Pop();
    }

    public static RecordingCanvas Of(IFigure figure)
    {
        var canvas = new RecordingCanvas(figure.Width, figure.Height);
        figure.Draw(canvas);
        return canvas;
    }

    private Point[] Moved(ReadOnlySpan<Point> points)
    {
        var (x, y) = _origins.Peek();
        return [.. points.ToArray().Select(p => new Point(p.X + x, p.Y + y))];
    }

    private Box Moved(Box box) => box with { X = box.X + _origins.Peek().X, Y = box.Y + _origins.Peek().Y };
}
