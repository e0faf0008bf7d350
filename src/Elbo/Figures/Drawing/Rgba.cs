using System.Globalization;

namespace Elbo.Figures.Drawing;

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
