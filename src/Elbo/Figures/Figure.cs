using System.Globalization;
using System.Security;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;
using Elbo.Formats;
using SkiaSharp;

namespace Elbo.Figures;

/// <summary>A figure of fixed size that draws itself on a canvas. <see cref="FigureWriter"/> saves it.</summary>
public interface IFigure
{
    /// <summary>Width in points (1/72 inch).</summary>
    double Width { get; }

    /// <summary>Height in points.</summary>
    double Height { get; }

    /// <summary>Draws the figure from the top left corner of the canvas.</summary>
    void Draw(Canvas canvas);
}

/// <summary>Saves figures. The file extension selects the format: <c>.png</c>, <c>.pdf</c> or <c>.svg</c>.</summary>
/// <remarks>The same figure gives the same bytes. Files are written atomically.</remarks>
public static partial class FigureWriter
{
    /// <summary>Largest side of a rendered figure: a picture of 30,000 by 30,000 pixels takes 3.6 GB.</summary>
    private const int LongestSide = 30_000;

    private static readonly (string Ending, Func<IFigure, double, byte[]> Encode)[] Formats =
    [
        (".png", EncodePng),
        (".pdf", (figure, _) => EncodePdf(figure)),
        (".svg", (figure, _) => EncodeSvg(figure)),
    ];

    /// <summary>The supported file extensions.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. Formats.Select(f => f.Ending)];

    /// <summary>Draws <paramref name="figure"/> to a file, and creates its folder if missing.</summary>
    /// <param name="figure">The figure.</param>
    /// <param name="path">Path of the file. The case of the extension does not matter.</param>
    /// <param name="pixelsPerPoint">Resolution of a PNG.</param>
    /// <exception cref="ArgumentException">The extension is not one of <see cref="Endings"/>.</exception>
    public static void Save(IFigure figure, string path, double pixelsPerPoint = 2)
    {
        ArgumentNullException.ThrowIfNull(figure);
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        string ending = Path.GetExtension(path);
        int format = Array.FindIndex(Formats, f => f.Ending.Equals(ending, StringComparison.OrdinalIgnoreCase));
        if (format < 0)
            throw new ArgumentException(
                $"'{path}' ends in '{ending}'; figures are saved as {string.Join(", ", Endings)}.",
                nameof(path)
            );
        AtomicFile.Write(path, Formats[format].Encode(figure, pixelsPerPoint));
    }

    /// <summary>Encodes a figure as a PNG file.</summary>
    /// <exception cref="ArgumentException">
    /// The size of the figure or the resolution is not positive, or the picture too large.
    /// </exception>
    public static byte[] EncodePng(IFigure figure, double pixelsPerPoint = 2) =>
        Render(figure, pixelsPerPoint).EncodePng();

    /// <summary>Renders a figure to pixels, RGB on white.</summary>
    /// <exception cref="ArgumentException">
    /// The size of the figure or the resolution is not positive, or the picture too large.
    /// </exception>
    public static Bitmap Render(IFigure figure, double pixelsPerPoint = 2)
    {
        ArgumentNullException.ThrowIfNull(figure);
        if (!(figure.Width > 0) || !(figure.Height > 0) || !(pixelsPerPoint > 0))
            throw new ArgumentException(
                $"got a figure of {figure.Width}×{figure.Height} points at {pixelsPerPoint} pixels per point; all must "
                    + "be positive.",
                nameof(figure)
            );
        double across = Math.Ceiling(figure.Width * pixelsPerPoint),
            down = Math.Ceiling(figure.Height * pixelsPerPoint);
        if (!(across <= LongestSide && down <= LongestSide))
            throw new ArgumentException(
                $"got a figure of {figure.Width}×{figure.Height} points at {pixelsPerPoint} pixels per point; a side has "
                    + $"{LongestSide} pixels at most. Use fewer pixels per point.",
                nameof(pixelsPerPoint)
            );
        var (width, height) = ((int)across, (int)down);
        using var surface = SKSurface.Create(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul));
        surface.Canvas.Clear(SKColors.White);
        surface.Canvas.Scale((float)pixelsPerPoint);
        // Outlines instead of glyphs, because glyph smoothing depends on the platform.
        figure.Draw(new Canvas(surface.Canvas, figure.Width, figure.Height, pixelsPerPoint, textAsPaths: true));
        return Bitmap.FromSkia(surface, width, height);
    }

    /// <summary>Encodes a figure as a PDF file with one page. Its text can be selected and searched.</summary>
    public static byte[] EncodePdf(IFigure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        using var file = new MemoryStream();
        // No date and no identifier, which would differ from run to run; lossless images.
        var metadata = SKDocumentPdfMetadata.Default with
        {
            Producer = "Elbo",
            EncodingQuality = 101,
        };
        using (var document = SKDocument.CreatePdf(file, metadata))
        {
            var page = document.BeginPage((float)figure.Width, (float)figure.Height);
            figure.Draw(new Canvas(page, figure.Width, figure.Height));
            document.EndPage();
            document.Close();
        }
        return file.ToArray();
    }

    /// <summary>
    /// Encodes a figure as an SVG file in UTF-8. Text is drawn as outlines, which need no font; the element <c>desc</c>
    /// contains the texts for search and screen readers.
    /// </summary>
    public static byte[] EncodeSvg(IFigure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        using var file = new MemoryStream();
        float width = (float)figure.Width,
            height = (float)figure.Height;
        IReadOnlyList<string> texts;
        using (var document = SKSvgCanvas.Create(SKRect.Create(width, height), file))
        {
            document.Clear(SKColors.White);
            var canvas = new Canvas(document, figure.Width, figure.Height, textAsPaths: true);
            figure.Draw(canvas);
            texts = canvas.Words;
        }
        return Encoding.UTF8.GetBytes(Finish(Encoding.UTF8.GetString(file.ToArray()), width, height, texts));
    }

    /// <summary>
    /// Completes SkiaSharp's SVG with the view box, without which a viewer cannot scale the document; the scaling of
    /// images; the texts; and stable numbers for clips and images, which SkiaSharp numbers per process.
    /// </summary>
    private static string Finish(string svg, float width, float height, IReadOnlyList<string> texts)
    {
        string box = string.Create(CultureInfo.InvariantCulture, $"0 0 {width} {height}");
        string plain = string.Concat(string.Join('\n', texts).Where(XmlConvert.IsXmlChar));
        string words = $"\n\t<desc>{SecurityElement.Escape(plain)}</desc>";
        var numbers = new Dictionary<string, int>();
        return RunningNumber()
            .Replace(
                svg,
                id =>
                {
                    numbers.TryAdd(id.Value, numbers.Count);
                    return $"{id.Groups[1].Value}_{numbers[id.Value]}";
                }
            )
            .Insert(svg.IndexOf('>', svg.IndexOf("<svg", StringComparison.Ordinal)) + 1, words)
            .Replace("<svg ", $"<svg viewBox=\"{box}\" image-rendering=\"pixelated\" ", StringComparison.Ordinal);
    }

    [GeneratedRegex("\\b(cl|img)_[0-9a-f]+\\b")]
    private static partial Regex RunningNumber();
}

/// <summary>A figure of figures in rows with aligned tops: "by digit | by cluster".</summary>
public sealed class FigureGrid : IFigure
{
    private readonly IReadOnlyList<IFigure> _figures;
    private readonly string _title;
    private readonly double[] _widths;
    private readonly double[] _heights;

    /// <summary>Arranges figures. A column is as wide as its widest figure, a row as high as its highest.</summary>
    /// <param name="figures">At least one figure.</param>
    /// <param name="title">Title above all figures; default none.</param>
    /// <param name="columns">Number of figures per row; 0 puts all into one row.</param>
    /// <exception cref="ArgumentException">There are no figures, or the number of columns is negative.</exception>
    public FigureGrid(IReadOnlyList<IFigure> figures, string title = "", int columns = 0)
    {
        Require.Entries(figures);
        ArgumentNullException.ThrowIfNull(title);
        ArgumentOutOfRangeException.ThrowIfNegative(columns);
        if (figures.Count == 0)
            throw new ArgumentException("got no figures; a grid needs at least one.", nameof(figures));
        (_figures, _title) = (figures, title);
        int width = columns == 0 ? figures.Count : Math.Min(columns, figures.Count);
        _widths =
        [
            .. Enumerable.Range(0, width).Select(c => figures.Where((_, i) => i % width == c).Max(f => f.Width)),
        ];
        _heights = [.. figures.Chunk(width).Select(row => row.Max(f => f.Height))];
        Width = Math.Max(_widths.Sum(), PlotStyle.Title.Measure(title) + (2 * PlotStyle.Margin));
        Height = Top + _heights.Sum();
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    private double Top => _title.Length > 0 ? PlotStyle.Margin + PlotStyle.Title.Size : 0;

    /// <inheritdoc/>
    public void Draw(Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        if (_title.Length > 0)
            canvas.Text(new Point(Width / 2, PlotStyle.Margin), _title, PlotStyle.Title);
        double y = Top;
        for (int i = 0; i < _figures.Count; i++)
        {
            int column = i % _widths.Length;
            canvas.PushOrigin(((Width - _widths.Sum()) / 2) + _widths[..column].Sum(), y);
            _figures[i].Draw(canvas);
            canvas.Pop();
            if (column == _widths.Length - 1)
                y += _heights[i / _widths.Length];
        }
    }
}
