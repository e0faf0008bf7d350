using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>A perspective camera that looks at the cube ±1, with z upwards.</summary>
/// <param name="Azimuth">
/// Angle of view about the vertical axis in degrees: 0 from the x direction, 90 from the y direction.
/// </param>
/// <param name="Elevation">Angle of view above the horizon, −90 to 90 degrees.</param>
/// <param name="Center">Position of the cube's centre on the canvas.</param>
/// <param name="Scale">Points per half side of the cube at the distance of its centre.</param>
internal sealed record Camera(double Azimuth, double Elevation, Point Center, double Scale)
{
    /// <summary>Distance from the cube's centre to the camera, in half sides.</summary>
    private const double Distance = 6;

    private readonly (double Sin, double Cos) _azimuth = Math.SinCos(Azimuth * Math.PI / 180);
    private readonly (double Sin, double Cos) _elevation = Math.SinCos(Elevation * Math.PI / 180);

    /// <summary>The camera that shows the cube centred and as large as possible in a part of the canvas.</summary>
    public static Camera Fitting(double azimuth, double elevation, Box room)
    {
        var unit = new Camera(azimuth, elevation, new Point(0, 0), 1);
        Point[] corners =
        [
            .. Enumerable
                .Range(0, 8)
                .Select(c =>
                    unit.Project(new SpacePoint((2 * (c & 1)) - 1, (2 * ((c >> 1) & 1)) - 1, (2 * (c >> 2)) - 1))
                ),
        ];
        double left = corners.Min(p => p.X),
            right = corners.Max(p => p.X),
            top = corners.Min(p => p.Y),
            bottom = corners.Max(p => p.Y);
        double scale = Math.Max(1, Math.Min(room.Width / (right - left), room.Height / (bottom - top)));
        return unit with
        {
            Scale = scale,
            Center = new Point(
                room.CenterX - (scale * (left + right) / 2),
                room.CenterY - (scale * (top + bottom) / 2)
            ),
        };
    }

    /// <summary>Position of the camera.</summary>
    public SpacePoint Eye =>
        new(
            Distance * _elevation.Cos * _azimuth.Cos,
            Distance * _elevation.Cos * _azimuth.Sin,
            Distance * _elevation.Sin
        );

    /// <summary>The distance by which a point is nearer to the camera than the cube's centre, in half sides.</summary>
    public double Nearness(SpacePoint p) =>
        (_elevation.Cos * ((_azimuth.Cos * p.X) + (_azimuth.Sin * p.Y))) + (_elevation.Sin * p.Z);

    /// <summary>Projects a point to the canvas.</summary>
    public Point Project(SpacePoint p)
    {
        double scale = Scale * Distance / (Distance - Nearness(p));
        double right = (_azimuth.Cos * p.Y) - (_azimuth.Sin * p.X);
        double up = (_elevation.Cos * p.Z) - (_elevation.Sin * ((_azimuth.Cos * p.X) + (_azimuth.Sin * p.Y)));
        return new Point(Center.X + (scale * right), Center.Y - (scale * up));
    }
}

/// <summary>
/// The box around three-dimensional data: grids on the faces behind the data, edges, ticks and axis labels.
/// </summary>
/// <param name="Middle">The data point at the centre of the box.</param>
/// <param name="Half">Half the side of the box in data units, equal for all axes.</param>
/// <param name="Camera">The camera.</param>
internal sealed record SpaceFrame(SpacePoint Middle, double Half, Camera Camera)
{
    private const double PointsPerTick = 24;
    private const double TickTextDistance = 13;
    private const double LabelDistance = 32;
    private const int MostTicks = 6;

    /// <summary>Creates the box around points. Those that are not finite are ignored.</summary>
    /// <param name="points">Points in data coordinates.</param>
    /// <param name="smallest">Minimum side of the box.</param>
    /// <param name="camera">The camera.</param>
    public static SpaceFrame Around(IEnumerable<SpacePoint> points, double smallest, Camera camera)
    {
        const double margin = 1.04;
        SpacePoint low = new(double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity),
            high = new(double.NegativeInfinity, double.NegativeInfinity, double.NegativeInfinity);
        foreach (var p in points.Where(p => p.IsFinite))
        {
            low = new(Math.Min(low.X, p.X), Math.Min(low.Y, p.Y), Math.Min(low.Z, p.Z));
            high = new(Math.Max(high.X, p.X), Math.Max(high.Y, p.Y), Math.Max(high.Z, p.Z));
        }
        if (!(low.X <= high.X))
            (low, high) = (new(-1, -1, -1), new(1, 1, 1));
        double half = Math.Max(
            Math.Max(smallest / 2, 1e-6),
            Math.Max(high.X - low.X, Math.Max(high.Y - low.Y, high.Z - low.Z)) / 2 * margin
        );
        return new SpaceFrame(new((low.X + high.X) / 2, (low.Y + high.Y) / 2, (low.Z + high.Z) / 2), half, camera);
    }

    /// <summary>Maps a data point to the cube ±1.</summary>
    public SpacePoint Normalize(SpacePoint data) =>
        new((data.X - Middle.X) / Half, (data.Y - Middle.Y) / Half, (data.Z - Middle.Z) / Half);

    /// <summary>Draws light grid lines on the three faces behind the data.</summary>
    public void DrawGrid(Canvas canvas)
    {
        for (int axis = 0; axis < 3; axis++)
        {
            foreach (int across in (int[])[(axis + 1) % 3, (axis + 2) % 3])
            {
                foreach (var tick in Ticks(across))
                {
                    var from = new SpacePoint(-1, -1, -1).With(axis, Back(axis)).With(across, Along(across, tick));
                    Line(canvas, from, from.With(3 - axis - across, 1), PlotStyle.GridLine);
                }
            }
        }
    }

    /// <summary>
    /// Draws the edges behind the data and on the outline. For each axis, one edge has ticks, tick labels and the axis
    /// label.
    /// </summary>
    public void DrawAxes(Canvas canvas, IReadOnlyList<string> labels)
    {
        for (int axis = 0; axis < 3; axis++)
        {
            var edges = Edges(axis).Where(edge => !IsInFront(axis, edge)).ToList();
            foreach (var edge in edges)
                Line(canvas, edge, edge.With(axis, 1), PlotStyle.Frame);
            // An edge between a face behind the data and one in front of it lies on the outline, with free space beyond
            // it.
            var outline = edges.Where(edge => IsBack((axis + 1) % 3, edge) != IsBack((axis + 2) % 3, edge)).ToList();
            if (outline.Count > 0)
                DrawScale(canvas, axis, outline.MinBy(edge => Rank(axis, edge)), labels[axis]);
        }
    }

    private static IEnumerable<SpacePoint> Edges(int axis) =>
        from a in (double[])[-1, 1]
        from b in (double[])[-1, 1]
        select new SpacePoint(-1, -1, -1).With((axis + 1) % 3, a).With((axis + 2) % 3, b);

    /// <summary>
    /// Which of the two faces across an axis is behind the data: the one that faces away from the camera.
    /// </summary>
    private double Back(int axis) => Camera.Eye[axis] > 0 ? -1 : 1;

    private bool IsBack(int axis, SpacePoint edge) => edge[axis] == Back(axis);

    private bool IsInFront(int axis, SpacePoint edge) =>
        IsTurnedToEye((axis + 1) % 3, edge) && IsTurnedToEye((axis + 2) % 3, edge);

    private bool IsTurnedToEye(int axis, SpacePoint edge) => edge[axis] * Camera.Eye[axis] > 1;

    /// <summary>The vertical axis is labelled on the left, the others at the bottom.</summary>
    private double Rank(int axis, SpacePoint edge)
    {
        var middle = Camera.Project(edge.With(axis, 0));
        return axis == 2 ? middle.X : -middle.Y;
    }

    private void DrawScale(Canvas canvas, int axis, SpacePoint edge, string label)
    {
        Point first = Camera.Project(edge),
            last = Camera.Project(edge.With(axis, 1)),
            middle = Camera.Project(edge.With(axis, 0));
        double length = Math.Max(1e-9, Math.Sqrt(Math.Pow(last.X - first.X, 2) + Math.Pow(last.Y - first.Y, 2)));
        var normal = new Point((last.Y - first.Y) / length, (first.X - last.X) / length);
        // Of the two directions across the edge, the one away from the centre of the box.
        double side =
            (normal.X * (middle.X - Camera.Center.X)) + (normal.Y * (middle.Y - Camera.Center.Y)) < 0 ? -1 : 1;
        var outward = new Point(side * normal.X, side * normal.Y);
        Point Beyond(Point at, double distance) => new(at.X + (distance * outward.X), at.Y + (distance * outward.Y));

        var ticks = Ticks(axis);
        int every = (int)Math.Ceiling(ticks.Count / Math.Max(1, Math.Floor(length / PointsPerTick)));
        for (int k = 0; k < ticks.Count; k += every)
        {
            var at = Camera.Project(edge.With(axis, Along(axis, ticks[k])));
            canvas.Polyline([at, Beyond(at, PlotStyle.TickLength)], PlotStyle.Frame);
            canvas.Text(
                Beyond(at, TickTextDistance),
                ticks[k].Label,
                PlotStyle.XTick with
                {
                    Vertical = VerticalAlignment.Middle,
                }
            );
        }
        canvas.Text(Beyond(middle, LabelDistance), label, PlotStyle.Label with { Vertical = VerticalAlignment.Middle });
    }

    private IReadOnlyList<Tick> Ticks(int axis) =>
        NiceTicks.Multiples(Middle[axis] - Half, Middle[axis] + Half, NiceTicks.Step(2 * Half / MostTicks));

    private double Along(int axis, Tick tick) => (tick.Value - Middle[axis]) / Half;

    private void Line(Canvas canvas, SpacePoint from, SpacePoint to, Stroke stroke) =>
        canvas.Polyline([Camera.Project(from), Camera.Project(to)], stroke);
}
