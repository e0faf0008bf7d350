namespace Elbo.Formats;

/// <summary>The colour types of PNG, with its numbers.</summary>
internal enum PngColour
{
    Grey = 0,
    Rgb = 2,
    Palette = 3,
    GreyAlpha = 4,
    Rgba = 6,
}
