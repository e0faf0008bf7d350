using Elbo.Figures.Drawing;

namespace Elbo.Figures;

/// <summary>A picture of a fixed size that draws itself on any canvas; <see cref="FigureWriter"/> saves it.</summary>
public interface IFigure
{
    /// <summary>Width in points (1/72 inch).</summary>
    double Width { get; }

    /// <summary>Height in points.</summary>
    double Height { get; }

    /// <summary>Draws the whole figure, its top left corner at the canvas's.</summary>
    void Draw(ICanvas canvas);
}
