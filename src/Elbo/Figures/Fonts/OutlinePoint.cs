namespace Elbo.Figures.Fonts;

/// <summary>
/// A point of a glyph's contour in font units, y up; a point off the curve controls a quadratic Bézier arc.
/// </summary>
internal readonly record struct OutlinePoint(double X, double Y, bool OnCurve);
