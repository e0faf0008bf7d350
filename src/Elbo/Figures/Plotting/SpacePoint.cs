namespace Elbo.Figures.Plotting;

/// <summary>A place in data of three dimensions.</summary>
public readonly record struct SpacePoint(double X, double Y, double Z)
{
    /// <summary>Whether all coordinates are numbers.</summary>
    public bool IsFinite => double.IsFinite(X) && double.IsFinite(Y) && double.IsFinite(Z);

    /// <summary>Coordinate 0, 1 or 2.</summary>
    public double this[int axis] =>
        axis switch
        {
            0 => X,
            1 => Y,
            _ => Z,
        };

    /// <summary>This point with another coordinate along an axis.</summary>
    public SpacePoint With(int axis, double value) =>
        axis switch
        {
            0 => this with { X = value },
            1 => this with { Y = value },
            _ => this with { Z = value },
        };
}
