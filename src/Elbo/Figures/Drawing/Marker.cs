namespace Elbo.Figures.Drawing;

/// <summary>A filled sign of one shape, size and colour.</summary>
/// <param name="Shape">Its outline.</param>
/// <param name="Size">Diameter in points of the disc whose area it has.</param>
/// <param name="Color">Its fill.</param>
public readonly record struct Marker(MarkerShape Shape, double Size, Rgba Color)
{
    // Half-extents that give every shape the area π/4 of the disc of diameter 1.
    private const double SquareHalf = 0.4431;
    private const double DiamondHalf = 0.6267;
    private const double TriangleSide = 1.3468;
    private const double PlusHalf = 0.5945;
    private const double PlusArm = 0.1982;

    /// <summary>
    /// The outline about the origin, in points with y downwards; empty for the disc, which canvases draw exactly.
    /// </summary>
    internal Point[] Outline()
    {
        double height = TriangleSide * Math.Sqrt(3) / 2;
        Point[] unit = Shape switch
        {
            MarkerShape.Square =>
            [
                new(-SquareHalf, -SquareHalf),
                new(SquareHalf, -SquareHalf),
                new(SquareHalf, SquareHalf),
                new(-SquareHalf, SquareHalf),
            ],
            MarkerShape.Diamond =>
            [
                new(0, -DiamondHalf),
                new(DiamondHalf, 0),
                new(0, DiamondHalf),
                new(-DiamondHalf, 0),
            ],
            MarkerShape.TriangleUp =>
            [
                new(0, -2 * height / 3),
                new(TriangleSide / 2, height / 3),
                new(-TriangleSide / 2, height / 3),
            ],
            MarkerShape.TriangleDown =>
            [
                new(0, 2 * height / 3),
                new(-TriangleSide / 2, -height / 3),
                new(TriangleSide / 2, -height / 3),
            ],
            MarkerShape.Plus =>
            [
                new(-PlusArm, -PlusHalf),
                new(PlusArm, -PlusHalf),
                new(PlusArm, -PlusArm),
                new(PlusHalf, -PlusArm),
                new(PlusHalf, PlusArm),
                new(PlusArm, PlusArm),
                new(PlusArm, PlusHalf),
                new(-PlusArm, PlusHalf),
                new(-PlusArm, PlusArm),
                new(-PlusHalf, PlusArm),
                new(-PlusHalf, -PlusArm),
                new(-PlusArm, -PlusArm),
            ],
            _ => [],
        };
        double size = Size;
        return Array.ConvertAll(unit, p => new Point(p.X * size, p.Y * size));
    }
}
