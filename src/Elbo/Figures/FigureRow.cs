using Elbo.Figures.Drawing;

namespace Elbo.Figures;

/// <summary>Figures side by side from left to right, tops aligned: "by label | by cluster".</summary>
public sealed class FigureRow : IFigure
{
    private readonly IReadOnlyList<IFigure> _figures;

    /// <summary>A row of figures.</summary>
    /// <exception cref="ArgumentException">There are none.</exception>
    public FigureRow(params IReadOnlyList<IFigure> figures)
    {
        ArgumentNullException.ThrowIfNull(figures);
        if (figures.Count == 0)
            throw new ArgumentException("no figures came; a row needs at least one.", nameof(figures));
        _figures = figures;
        Width = figures.Sum(f => f.Width);
        Height = figures.Max(f => f.Height);
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    /// <inheritdoc/>
    public void Draw(ICanvas canvas)
    {
        double left = 0;
        foreach (var figure in _figures)
        {
            figure.Draw(new ShiftedCanvas(canvas, left, 0));
            left += figure.Width;
        }
    }
}
