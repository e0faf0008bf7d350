using Elbo.Data;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>An image with its caption.</summary>
/// <param name="Caption">The caption; empty for none.</param>
/// <param name="Image">The image.</param>
public sealed record ImagePanel(string Caption, Bitmap Image)
{
    /// <summary>The caption; empty for none.</summary>
    public string Caption { get; init; } = Caption ?? throw new ArgumentNullException(nameof(Caption));

    /// <summary>The image.</summary>
    public Bitmap Image { get; init; } = Image ?? throw new ArgumentNullException(nameof(Image));
}

/// <summary>A figure of images side by side with captions: "original | noisy | restored".</summary>
public sealed class ImagePanels : IFigure
{
    private const double Gap = 14;
    private const double CaptionGap = 5;

    private static readonly TextStyle CaptionStyle = PlotStyle.Label;

    private readonly IReadOnlyList<ImagePanel> _panels;
    private readonly string _title;
    private readonly double _pointsPerPixel;

    /// <summary>Arranges panels from left to right with aligned tops.</summary>
    /// <param name="panels">At least one panel.</param>
    /// <param name="title">Title of the figure; default none.</param>
    /// <param name="pointsPerPixel">Size of an image pixel in points.</param>
    /// <exception cref="ArgumentException">There are no panels, or the size is not positive.</exception>
    public ImagePanels(IReadOnlyList<ImagePanel> panels, string title = "", double pointsPerPixel = 1)
    {
        Require.Entries(panels);
        ArgumentNullException.ThrowIfNull(title);
        if (panels.Count == 0)
            throw new ArgumentException("got no panels; at least one is needed.", nameof(panels));
        if (!(pointsPerPixel > 0 && double.IsFinite(pointsPerPixel)))
            throw new ArgumentException(
                $"got {pointsPerPixel} points per pixel; a positive size is needed.",
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

    /// <summary>The panels from left to right.</summary>
    public IReadOnlyList<ImagePanel> Panels => _panels;

    private double CaptionTop => PlotStyle.Margin + (_title.Length > 0 ? PlotStyle.Title.Size + PlotStyle.TitleGap : 0);

    private double ImageTop =>
        CaptionTop + (_panels.Any(p => p.Caption.Length > 0) ? CaptionStyle.Size + CaptionGap : 0);

    /// <inheritdoc/>
    public void Draw(Canvas canvas)
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

/// <summary>Figures of images beside their reconstructions, as captioned grids in the same order.</summary>
/// <remarks>All images have intensities in [0, 1], (N, C, H, W).</remarks>
public static class ReconstructionFigure
{
    private const int Padding = 1;

    /// <summary>
    /// Creates "original | reconstruction" or "original | noisy | restored", followed by "sampled" if given.
    /// </summary>
    /// <param name="originals">The clean images.</param>
    /// <param name="reconstructions">Expected images of the codes of the originals, or of the noisy images.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="rows">Number of rows of each grid.</param>
    /// <param name="columns">Number of columns of each grid.</param>
    /// <param name="title">Title of the figure; default none.</param>
    /// <param name="noisy">The encoder's noisy input; default none, without a panel.</param>
    /// <param name="sampled">Images of the same codes with sampled pixels; default none, without a panel.</param>
    /// <exception cref="ArgumentException">
    /// The lists differ in length, are not whole images, or exceed rows·columns.
    /// </exception>
    public static ImagePanels Create(
        ReadOnlySpan<float> originals,
        ReadOnlySpan<float> reconstructions,
        ImageShape shape,
        int rows,
        int columns,
        string title = "",
        ReadOnlySpan<float> noisy = default,
        ReadOnlySpan<float> sampled = default
    )
    {
        RequireSameLength(originals, reconstructions, "reconstructions");
        List<ImagePanel> panels = [Panel("original", originals, shape, rows, columns)];
        if (!noisy.IsEmpty)
        {
            RequireSameLength(originals, noisy, "noisy images");
            panels.Add(Panel("noisy", noisy, shape, rows, columns));
        }
        panels.Add(Panel(noisy.IsEmpty ? "reconstruction" : "restored", reconstructions, shape, rows, columns));
        if (!sampled.IsEmpty)
        {
            RequireSameLength(originals, sampled, "sampled images");
            panels.Add(Panel("sampled", sampled, shape, rows, columns));
        }
        return new ImagePanels(panels, title);
    }

    /// <summary>Creates a grid of images with its own caption, for <see cref="ImagePanels"/>.</summary>
    /// <exception cref="ArgumentException">The values are not whole images, or exceed rows·columns.</exception>
    public static ImagePanel Panel(
        string caption,
        ReadOnlySpan<float> images,
        ImageShape shape,
        int rows,
        int columns
    ) => new(caption, ImageGrid.Compose(images, shape, rows, columns, new ImageGridOptions { Padding = Padding }));

    private static void RequireSameLength(ReadOnlySpan<float> originals, ReadOnlySpan<float> others, string what)
    {
        if (originals.Length != others.Length)
            throw new ArgumentException(
                $"got {originals.Length} values of originals with {others.Length} of {what}; as many are needed.",
                nameof(others)
            );
    }
}
