using System.Globalization;

namespace Elbo.Imaging;

/// <summary>
/// The size of an image in pixels, width first, as people write it: <c>64</c> for a square, or <c>64x48</c>.
/// </summary>
/// <param name="Width">Pixels in a row, 1 to <see cref="LongestSide"/>.</param>
/// <param name="Height">Rows, 1 to <see cref="LongestSide"/>.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>The longest side that images can be brought to.</summary>
    public const int LongestSide = 4096;

    /// <summary>Reads <c>64</c> or <c>64x48</c>.</summary>
    /// <param name="text">A side, or width and height.</param>
    /// <param name="size">The size, where the text is one.</param>
    public static bool TryParse(string? text, out ImageSize size)
    {
        string[] sides = (text ?? "").Split('x', 'X', '×');
        size = default;
        if (sides.Length > 2 || !TryParseSide(sides[0], out int width) || !TryParseSide(sides[^1], out int height))
            return false;
        size = new ImageSize(width, height);
        return true;
    }

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() => Width == Height ? $"{Width}" : $"{Width}x{Height}";

    private static bool TryParseSide(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side)
        && side is >= 1 and <= LongestSide;
}
