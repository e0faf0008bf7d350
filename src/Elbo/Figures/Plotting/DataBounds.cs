namespace Elbo.Figures.Plotting;

/// <summary>The smallest and largest values of data in both directions.</summary>
public readonly record struct DataBounds(double XMin, double XMax, double YMin, double YMax)
{
    /// <summary>The bounds of nothing, which every union leaves out.</summary>
    public static DataBounds Empty =>
        new(double.PositiveInfinity, double.NegativeInfinity, double.PositiveInfinity, double.NegativeInfinity);

    /// <summary>Whether there is any data.</summary>
    public bool IsEmpty => XMin > XMax || YMin > YMax;

    /// <summary>These bounds with a point added; one that is not finite changes nothing.</summary>
    public DataBounds Include(double x, double y) =>
        double.IsFinite(x) && double.IsFinite(y)
            ? new(Math.Min(XMin, x), Math.Max(XMax, x), Math.Min(YMin, y), Math.Max(YMax, y))
            : this;

    /// <summary>The bounds of both.</summary>
    public DataBounds Union(DataBounds other) =>
        new(
            Math.Min(XMin, other.XMin),
            Math.Max(XMax, other.XMax),
            Math.Min(YMin, other.YMin),
            Math.Max(YMax, other.YMax)
        );
}
