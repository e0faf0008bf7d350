using System.Text;
using Elbo.Figures.Drawing;
using Elbo.Formats;

namespace Elbo.Figures;

/// <summary>Saves figures; the file's ending says the format: <c>.png</c>, <c>.pdf</c> or <c>.svg</c>.</summary>
/// <remarks>The same figure gives the same bytes, and no file is ever left half-written.</remarks>
public static class FigureWriter
{
    private static readonly (string Ending, Func<IFigure, double, byte[]> Encode)[] Formats =
    [
        (".png", EncodePng),
        (".pdf", (figure, _) => EncodePdf(figure)),
        (".svg", (figure, _) => EncodeSvg(figure)),
    ];

    /// <summary>The endings that <see cref="Save"/> takes.</summary>
    public static IReadOnlyList<string> Endings { get; } = [.. Formats.Select(f => f.Ending)];

    /// <summary>
    /// Draws <paramref name="figure"/> into the file <paramref name="path"/>, making its folder when missing.
    /// </summary>
    /// <param name="figure">What to draw.</param>
    /// <param name="path">File to write; capitals in the ending do not matter.</param>
    /// <param name="pixelsPerPoint">Resolution of a PNG.</param>
    /// <exception cref="ArgumentException">The ending is none of <see cref="Endings"/>.</exception>
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

    /// <summary>The bytes of a PNG file.</summary>
    /// <exception cref="ArgumentException">The figure or the resolution is not positive.</exception>
    public static byte[] EncodePng(IFigure figure, double pixelsPerPoint = 2)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var canvas = new RasterCanvas(figure.Width, figure.Height, pixelsPerPoint);
        figure.Draw(canvas);
        return canvas.Bitmap.EncodePng();
    }

    /// <summary>The bytes of a PDF file of one page.</summary>
    public static byte[] EncodePdf(IFigure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var canvas = new PdfCanvas(figure.Width, figure.Height);
        figure.Draw(canvas);
        return canvas.ToDocument();
    }

    /// <summary>The bytes of an SVG file, UTF-8.</summary>
    public static byte[] EncodeSvg(IFigure figure)
    {
        ArgumentNullException.ThrowIfNull(figure);
        var canvas = new SvgCanvas(figure.Width, figure.Height);
        figure.Draw(canvas);
        return Encoding.UTF8.GetBytes(canvas.ToDocument());
    }
}
