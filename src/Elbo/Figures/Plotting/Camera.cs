using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>An eye that looks at the cube ±1 from a distance, z upwards, in perspective.</summary>
/// <param name="Azimuth">Degrees about the upright axis from which the eye looks: 0 from the side of x, 90 from the
/// side of y.</param>
/// <param name="Elevation">Degrees above the horizon, −90 to 90.</param>
/// <param name="Center">Where the middle of the cube appears on the canvas.</param>
/// <param name="Scale">Points that half a side of the cube is long where it neither comes nearer nor goes away.</param>
internal sealed record Camera(double Azimuth, double Elevation, Point Center, double Scale)
{
    /// <summary>Half-sides from the middle of the cube to the eye.</summary>
    private const double Distance = 6;

    private readonly (double Sin, double Cos) _azimuth = Math.SinCos(Azimuth * Math.PI / 180);
    private readonly (double Sin, double Cos) _elevation = Math.SinCos(Elevation * Math.PI / 180);

    /// <summary>
    /// The camera that shows the cube as large as a part of the canvas allows, and in the middle of it.
    /// </summary>
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

    /// <summary>Where the eye is.</summary>
    public SpacePoint Eye =>
        new(
            Distance * _elevation.Cos * _azimuth.Cos,
            Distance * _elevation.Cos * _azimuth.Sin,
            Distance * _elevation.Sin
        );

    /// <summary>Half-sides by which a point is nearer to the eye than the middle of the cube.</summary>
    public double Nearness(SpacePoint p) =>
        (_elevation.Cos * ((_azimuth.Cos * p.X) + (_azimuth.Sin * p.Y))) + (_elevation.Sin * p.Z);

    /// <summary>Where a point appears on the canvas.</summary>
    public Point Project(SpacePoint p)
    {
        double scale = Scale * Distance / (Distance - Nearness(p));
        double right = (_azimuth.Cos * p.Y) - (_azimuth.Sin * p.X);
        double up = (_elevation.Cos * p.Z) - (_elevation.Sin * ((_azimuth.Cos * p.X) + (_azimuth.Sin * p.Y)));
        return new Point(Center.X + (scale * right), Center.Y - (scale * up));
    }
}
