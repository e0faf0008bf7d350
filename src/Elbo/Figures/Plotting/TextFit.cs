using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Keeps a line of text within a width: first by a smaller size, then by leaving out its end.</summary>
internal static class TextFit
{
    private const double SmallestShare = 0.75;

    /// <summary>The text and style that fit.</summary>
    public static (string Text, TextStyle Style) Fit(string text, TextStyle style, double width)
    {
        double natural = style.Measure(text);
        if (natural <= width)
            return (text, style);
        style = style with { Size = style.Size * Math.Max(SmallestShare, width / natural) };
        return (Shorten(text, style, width), style);
    }

    /// <summary>The text, or as much of its beginning as fits with an ellipsis.</summary>
    public static string Shorten(string text, TextStyle style, double width)
    {
        // A hair of tolerance, for a size that was chosen to make the text exactly as wide as the room.
        if (style.Measure(text) <= width * (1 + 1e-9))
            return text;
        int length = text.Length;
        while (length > 1 && style.Measure(text[..length] + "…") > width)
            length--;
        return text[..length].TrimEnd() + "…";
    }
}
