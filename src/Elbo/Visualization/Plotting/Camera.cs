using Elbo.Visualization.Drawing;

namespace Elbo.Visualization.Plotting;

/// <summary>An eye that looks at the cube ±1 from a distance, z upwards, in perspective.</summary>
/// <param name="Azimuth">Degrees about the upright axis from which the eye looks: 0 from the side of x, 90 from the side of y.</param>
/// <param name="Elevation">Degrees above the horizon, −90 to 90.</param>
/// <param name="Center">Where the middle of the cube appears on the canvas.</param>
/// <param name="Scale">Points that half a side of the cube is long where it neither comes nearer nor goes away.</param>
internal sealed record Camera(double Azimuth, double Elevation, Point Center, double Scale)
{
    /// <summary>Half-sides from the middle of the cube to the eye.</summary>
    private const double Distance = 6;

    private readonly (double Sin, double Cos) _azimuth = Math.SinCos(Azimuth * Math.PI / 180);
    private readonly (double Sin, double Cos) _elevation = Math.SinCos(Elevation * Math.PI / 180);

    /// <summary>Where the eye is.</summary>
    public SpacePoint Eye => new(Distance * _elevation.Cos * _azimuth.Cos, Distance * _elevation.Cos * _azimuth.Sin, Distance * _elevation.Sin);

    /// <summary>Half-sides by which a point is nearer to the eye than the middle of the cube.</summary>
    public double Nearness(SpacePoint p) => (_elevation.Cos * ((_azimuth.Cos * p.X) + (_azimuth.Sin * p.Y))) + (_elevation.Sin * p.Z);

    /// <summary>Where a point appears on the canvas.</summary>
    public Point Project(SpacePoint p)
    {
        double scale = Scale * Distance / (Distance - Nearness(p));
        double right = (_azimuth.Cos * p.Y) - (_azimuth.Sin * p.X);
        double up = (_elevation.Cos * p.Z) - (_elevation.Sin * ((_azimuth.Cos * p.X) + (_azimuth.Sin * p.Y)));
        return new Point(Center.X + (scale * right), Center.Y - (scale * up));
    }
}
