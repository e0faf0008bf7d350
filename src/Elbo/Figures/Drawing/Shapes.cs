using System.Globalization;

namespace Elbo.Figures.Drawing;

/// <summary>A place on a canvas in points, x to the right, y downwards; or in data, y upwards.</summary>
public readonly record struct Point(double X, double Y);

/// <summary>An upright rectangle on a canvas, in points from its top left corner.</summary>
public readonly record struct Box(double X, double Y, double Width, double Height)
{
    /// <summary>Right side.</summary>
    public double Right => X + Width;

    /// <summary>Lower side.</summary>
    public double Bottom => Y + Height;

    /// <summary>Middle from left to right.</summary>
    public double CenterX => X + (Width / 2);

    /// <summary>Middle from top to bottom.</summary>
    public double CenterY => Y + (Height / 2);
}

/// <summary>A colour in sRGB with opacity <paramref name="A"/>, each part 0–255.</summary>
public readonly record struct Rgba(byte R, byte G, byte B, byte A = 255)
{
    /// <summary>#000000.</summary>
    public static Rgba Black => new(0, 0, 0);

    /// <summary>#FFFFFF.</summary>
    public static Rgba White => new(255, 255, 255);

    /// <summary>Reads <c>#RRGGBB</c>.</summary>
    /// <exception cref="FormatException">The text has another form.</exception>
    public static Rgba FromHex(string hex)
    {
        ArgumentNullException.ThrowIfNull(hex);
        if (
            hex.Length == 7
            && hex[0] == '#'
            && uint.TryParse(hex.AsSpan(1), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint rgb)
        )
            return new Rgba((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        throw new FormatException($"'{hex}' came as a colour; #RRGGBB is needed.");
    }

    /// <summary>The same colour with opacity in [0, 1].</summary>
    public Rgba WithOpacity(double opacity) => this with { A = (byte)Math.Round(Math.Clamp(opacity, 0, 1) * 255) };

    /// <summary><c>#rrggbb</c>, without the opacity.</summary>
    public string ToHex() => $"#{R:x2}{G:x2}{B:x2}";
}

/// <summary>How a line is interrupted, so that curves differ in greyscale too.</summary>
public enum LineStyle
{
    /// <summary>Without gaps.</summary>
    Solid,

    /// <summary>Dashes.</summary>
    Dashed,

    /// <summary>Dots.</summary>
    Dotted,

    /// <summary>Dashes and dots by turns.</summary>
    DashDotted,
}

/// <summary>A pen: colour, width in points, dashes.</summary>
public readonly record struct Stroke(Rgba Color, double Width = 1, LineStyle Style = LineStyle.Solid)
{
    /// <summary>Lengths of dashes and gaps by turns, in points; empty for a solid line.</summary>
    public double[] DashLengths =>
        Style switch
        {
            LineStyle.Dashed => [4.2 * Width, 2.2 * Width],
            LineStyle.Dotted => [1.2 * Width, 1.8 * Width],
            LineStyle.DashDotted => [5 * Width, 2 * Width, 1.2 * Width, 2 * Width],
            _ => [],
        };
}

/// <summary>The sign that stands for a point of data.</summary>
public enum MarkerShape
{
    /// <summary>A disc.</summary>
    Circle,

    /// <summary>An upright square.</summary>
    Square,

    /// <summary>A triangle on its base.</summary>
    TriangleUp,

    /// <summary>A square on a corner.</summary>
    Diamond,

    /// <summary>A triangle on its tip.</summary>
    TriangleDown,

    /// <summary>An upright cross.</summary>
    Plus,
}

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
