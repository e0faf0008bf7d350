using System.Globalization;

namespace Elbo.Imaging;

/// <summary>The colour that transparent images lie on: <c>white</c>, <c>black</c>, or <c>#rrggbb</c>.</summary>
/// <param name="Red">0–255.</param>
/// <param name="Green">0–255.</param>
/// <param name="Blue">0–255.</param>
public readonly record struct BackgroundColour(byte Red, byte Green, byte Blue)
{
    /// <summary>#000000.</summary>
    public static BackgroundColour Black => new(0, 0, 0);

    /// <summary>#ffffff.</summary>
    public static BackgroundColour White => new(255, 255, 255);

    /// <summary>What <see cref="TryParse"/> reads, for messages.</summary>
    internal const string Expected = "give white, black, or red, green and blue in hexadecimal, as in #40e0d0";

    /// <summary>Reads <c>white</c>, <c>black</c> or <c>#rrggbb</c>.</summary>
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

    /// <summary>As <see cref="TryParse"/> reads it.</summary>
    public override string ToString() =>
        this == White ? "white"
        : this == Black ? "black"
        : $"#{Red:x2}{Green:x2}{Blue:x2}";

    /// <summary>The value of channel <paramref name="c"/> of <paramref name="channels"/>; 1 is grey.</summary>
    internal byte this[int c, int channels] =>
        channels == 1 ? ImageResampler.Luma(Red, Green, Blue)
        : c == 0 ? Red
        : c == 1 ? Green
        : Blue;
}
