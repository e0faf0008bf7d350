using System.Globalization;

namespace Elbo.Imaging;

/// <summary>Background colour for transparent images: <c>white</c>, <c>black</c> or <c>#rrggbb</c>.</summary>
/// <param name="Red">Red, 0–255.</param>
/// <param name="Green">Green, 0–255.</param>
/// <param name="Blue">Blue, 0–255.</param>
public readonly record struct BackgroundColour(byte Red, byte Green, byte Blue)
{
    /// <summary>Black, #000000.</summary>
    public static BackgroundColour Black => new(0, 0, 0);

    /// <summary>White, #ffffff.</summary>
    public static BackgroundColour White => new(255, 255, 255);

    /// <summary>The syntax that <see cref="TryParse"/> accepts, for messages.</summary>
    internal const string Expected = "give white, black, or red, green and blue in hexadecimal, as in #40e0d0";

    /// <summary>Parses <c>white</c>, <c>black</c> or <c>#rrggbb</c>.</summary>
    public static bool TryParse(string? text, out BackgroundColour colour)
    {
        colour = text == "white" ? White : Black;
        if (text is "white" or "black")
            return true;
        if (
            text is not ['#', _, _, _, _, _, _]
            || !uint.TryParse(
                text.AsSpan(1),
                NumberStyles.AllowHexSpecifier,
                CultureInfo.InvariantCulture,
                out uint rgb
            )
        )
            return false;
        colour = new BackgroundColour((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        return true;
    }

    /// <summary>The colour in the syntax of <see cref="TryParse"/>.</summary>
    public override string ToString() =>
        this == White ? "white"
        : this == Black ? "black"
        : $"#{Red:x2}{Green:x2}{Blue:x2}";

    /// <summary>
    /// The value of channel <paramref name="c"/> of <paramref name="channels"/>; with one channel, grey.
    /// </summary>
    internal byte this[int c, int channels] =>
        channels == 1 ? ImageResampler.Luma(Red, Green, Blue)
        : c == 0 ? Red
        : c == 1 ? Green
        : Blue;
}
