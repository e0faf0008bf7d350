using System.Globalization;

namespace Elbo.Figures.Drawing;

/// <summary>A point in canvas units (points), x to the right and y downwards; or in data units, y upwards.</summary>
public readonly record struct Point(double X, double Y);

/// <summary>An axis-aligned rectangle on a canvas, in points from its top left corner.</summary>
public readonly record struct Box(double X, double Y, double Width, double Height)
{
    /// <summary>Coordinate of the right side.</summary>
    public double Right => X + Width;

    /// <summary>Coordinate of the lower side.</summary>
    public double Bottom => Y + Height;

    /// <summary>Horizontal centre.</summary>
    public double CenterX => X + (Width / 2);

    /// <summary>Vertical centre.</summary>
    public double CenterY => Y + (Height / 2);
}

/// <summary>A colour in sRGB with opacity <paramref name="A"/>, each component 0–255.</summary>
public readonly record struct Rgba(byte R, byte G, byte B, byte A = 255)
{
    /// <summary>Black, #000000.</summary>
    public static Rgba Black => new(0, 0, 0);

    /// <summary>White, #FFFFFF.</summary>
    public static Rgba White => new(255, 255, 255);

    /// <summary>Parses <c>#RRGGBB</c>.</summary>
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
        throw new FormatException($"got '{hex}' as a colour; #RRGGBB is needed.");
    }

    /// <summary>The same colour with opacity in [0, 1].</summary>
    public Rgba WithOpacity(double opacity) => this with { A = (byte)Math.Round(Math.Clamp(opacity, 0, 1) * 255) };

    /// <summary>The colour as <c>#rrggbb</c>, without opacity.</summary>
    public string ToHex() => $"#{R:x2}{G:x2}{B:x2}";
}

/// <summary>Dash patterns of lines, so that curves differ in greyscale too.</summary>
public enum LineStyle
{
    /// <summary>A solid line.</summary>
    Solid,

    /// <summary>Dashes.</summary>
    Dashed,

    /// <summary>Dots.</summary>
    Dotted,

    /// <summary>Alternating dashes and dots.</summary>
    DashDotted,
}

/// <summary>A pen with colour, width in points and dash pattern.</summary>
public readonly record struct Stroke(Rgba Color, double Width = 1, LineStyle Style = LineStyle.Solid)
{
    /// <summary>Alternating lengths of dashes and gaps in points; empty for a solid line.</summary>
    public double[] DashLengths =>
        Style switch
        {
            LineStyle.Dashed => [4.2 * Width, 2.2 * Width],
            LineStyle.Dotted => [1.2 * Width, 1.8 * Width],
            LineStyle.DashDotted => [5 * Width, 2 * Width, 1.2 * Width, 2 * Width],
            LineStyle.Solid => [],
            _ => throw new ArgumentException($"the line style is {Style:D}, which does not exist."),
        };
}

/// <summary>The shape of a data marker.</summary>
public enum MarkerShape
{
    /// <summary>A disc.</summary>
    Circle,

    /// <summary>A square.</summary>
    Square,

    /// <summary>A triangle pointing up.</summary>
    TriangleUp,

    /// <summary>A square on a corner.</summary>
    Diamond,

    /// <summary>A triangle pointing down.</summary>
    TriangleDown,

    /// <summary>A plus sign.</summary>
    Plus,
}

/// <summary>A filled marker with shape, size and colour.</summary>
/// <param name="Shape">Shape of the marker.</param>
/// <param name="Size">Diameter in points of a disc with the same area.</param>
/// <param name="Color">Fill colour.</param>
public readonly record struct Marker(MarkerShape Shape, double Size, Rgba Color)
{
    // Half-extents for which every shape has the area π/4 of a disc with diameter 1.
    private const double SquareHalf = 0.4431;
    private const double DiamondHalf = 0.6267;
    private const double TriangleSide = 1.3468;
    private const double PlusHalf = 0.5945;
    private const double PlusArm = 0.1982;

    /// <summary>
    /// The outline around the origin, in points with y downwards; empty for discs, which canvases draw exactly.
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
            MarkerShape.Circle => [],
            _ => throw new ArgumentException($"the marker shape is {Shape:D}, which does not exist."),
        };
        double size = Size;
        return Array.ConvertAll(unit, p => new Point(p.X * size, p.Y * size));
    }
}
