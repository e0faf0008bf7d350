using System.Globalization;

namespace Elbo.Imaging;

/// <summary>
/// The size of an image in pixels, written with the width first: <c>64</c> for a square, or <c>64x48</c>.
/// </summary>
/// <param name="Width">Width in pixels, 1 to <see cref="LongestSide"/>.</param>
/// <param name="Height">Height in pixels, 1 to <see cref="LongestSide"/>.</param>
public readonly record struct ImageSize(int Width, int Height)
{
    /// <summary>The longest side that images can be resized to.</summary>
    public const int LongestSide = 4096;

    /// <summary>Parses <c>64</c> or <c>64x48</c>.</summary>
    /// <param name="text">One side, or width and height.</param>
    /// <param name="size">The parsed size, if the result is true.</param>
    public static bool TryParse(string? text, out ImageSize size)
    {
        string[] sides = (text ?? "").Split('x', 'X', '×');
        size = default;
        if (sides.Length > 2 || !TryParseSide(sides[0], out int width) || !TryParseSide(sides[^1], out int height))
            return false;
        size = new ImageSize(width, height);
        return true;
    }

    /// <summary>The size in the syntax of <see cref="TryParse"/>.</summary>
    public override string ToString() => Width == Height ? $"{Width}" : $"{Width}x{Height}";

    private static bool TryParseSide(string text, out int side) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out side)
        && side is >= 1 and <= LongestSide;
}
