using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>Images side by side, each with a caption above: "original | noisy | restored".</summary>
public sealed class ImagePanels : IFigure
{
    private const double Gap = 14;
    private const double CaptionGap = 5;

    private static readonly TextStyle CaptionStyle = PlotStyle.Label;

    private readonly IReadOnlyList<ImagePanel> _panels;
    private readonly string _title;
    private readonly double _pointsPerPixel;

    /// <summary>Lays panels out from left to right, tops aligned.</summary>
    /// <param name="panels">At least one.</param>
    /// <param name="title">What stands above all; default nothing.</param>
    /// <param name="pointsPerPixel">How large a pixel of the images is drawn.</param>
    /// <exception cref="ArgumentException">There are no panels, or the size is not positive.</exception>
    public ImagePanels(IReadOnlyList<ImagePanel> panels, string title = "", double pointsPerPixel = 1)
    {
        ArgumentNullException.ThrowIfNull(panels);
        if (panels.Count == 0)
            throw new ArgumentException("no panels came; at least one is needed.", nameof(panels));
        if (!(pointsPerPixel > 0))
            throw new ArgumentException(
                $"{pointsPerPixel} points a pixel came; a positive size is needed.",
                nameof(pointsPerPixel)
            );
        _panels = panels;
        _title = title;
        _pointsPerPixel = pointsPerPixel;
        double titleWidth = title.Length > 0 ? PlotStyle.Title.Measure(title) : 0;
        Width = (2 * PlotStyle.Margin) + Math.Max(titleWidth, panels.Sum(ColumnWidth) + (Gap * (panels.Count - 1)));
        Height = ImageTop + (panels.Max(p => p.Image.Height) * pointsPerPixel) + PlotStyle.Margin;
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    /// <summary>The panels, from left to right.</summary>
    public IReadOnlyList<ImagePanel> Panels => _panels;

    private double CaptionTop => PlotStyle.Margin + (_title.Length > 0 ? PlotStyle.Title.Size + PlotStyle.TitleGap : 0);

    private double ImageTop =>
        CaptionTop + (_panels.Any(p => p.Caption.Length > 0) ? CaptionStyle.Size + CaptionGap : 0);

    /// <inheritdoc/>
    public void Draw(ICanvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        if (_title.Length > 0)
            canvas.Text(new Point(Width / 2, PlotStyle.Margin), _title, PlotStyle.Title);
        double x = (Width - _panels.Sum(ColumnWidth) - (Gap * (_panels.Count - 1))) / 2;
        foreach (var panel in _panels)
        {
            double column = ColumnWidth(panel),
                width = panel.Image.Width * _pointsPerPixel;
            if (panel.Caption.Length > 0)
                canvas.Text(new Point(x + (column / 2), CaptionTop), panel.Caption, CaptionStyle);
            canvas.Image(
                panel.Image,
                new Box(x + ((column - width) / 2), ImageTop, width, panel.Image.Height * _pointsPerPixel)
            );
            x += column + Gap;
        }
    }

    private double ColumnWidth(ImagePanel panel) =>
        Math.Max(panel.Image.Width * _pointsPerPixel, CaptionStyle.Measure(panel.Caption));
}
