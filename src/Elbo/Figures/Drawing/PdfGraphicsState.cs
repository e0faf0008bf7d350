namespace Elbo.Figures.Drawing;

/// <summary>What a PDF page's pen is set to, so that only changes are written.</summary>
internal readonly record struct PdfGraphicsState(Rgba Fill, Rgba Stroke, double Width, LineStyle Style, bool RoundCaps)
{
    /// <summary>What every page starts with: black, one point, solid, butt caps.</summary>
    public static PdfGraphicsState Initial => new(Rgba.Black, Rgba.Black, 1, LineStyle.Solid, false);
}
