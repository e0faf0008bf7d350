using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>An image in a row of <see cref="ImageRows"/>.</summary>
/// <param name="Image">The image.</param>
/// <param name="Caption">Text below it, shortened if long; default none.</param>
/// <param name="Marked">Whether it has a coloured frame.</param>
public sealed record ImageCell(Bitmap Image, string Caption = "", bool Marked = false)
{
    /// <summary>The image.</summary>
    public Bitmap Image { get; init; } = Image ?? throw new ArgumentNullException(nameof(Image));

    /// <summary>Text below it, shortened if long.</summary>
    public string Caption { get; init; } = Caption ?? throw new ArgumentNullException(nameof(Caption));
}

/// <summary>A row of <see cref="ImageRows"/>.</summary>
/// <param name="Title">Text on the left of the row; long texts are shortened.</param>
/// <param name="Cells">Images of equal size, from left to right; null leaves a column empty.</param>
/// <param name="Subtitle">Second line of the title; default none.</param>
public sealed record ImageRow(string Title, IReadOnlyList<ImageCell?> Cells, string Subtitle = "")
{
    /// <summary>Text on the left of the row.</summary>
    public string Title { get; init; } = Title ?? throw new ArgumentNullException(nameof(Title));

    /// <summary>Images of equal size, from left to right; null leaves a column empty.</summary>
    public IReadOnlyList<ImageCell?> Cells { get; init; } = Cells ?? throw new ArgumentNullException(nameof(Cells));

    /// <summary>Second line of the title.</summary>
    public string Subtitle { get; init; } = Subtitle ?? throw new ArgumentNullException(nameof(Subtitle));
}

/// <summary>A figure with rows of images, with a title on the left of each row and captions below the images.</summary>
public sealed class ImageRows : IFigure
{
    private const double SmallestSide = 40;
    private const double Gap = 5;
    private const double LineGap = 3;
    private const double WidestTitle = 230;
    private const double WidestCaption = 78;
    private const double FrameWidth = 2;

    private static readonly TextStyle TitleStyle = PlotStyle.YTick;
    private static readonly TextStyle CaptionStyle = PlotStyle.XTick with { Size = 7 };
    private static readonly Rgba Frame = Palette.LineColor(1);

    private readonly IReadOnlyList<ImageRow> _rows;
    private readonly IReadOnlyList<string> _heads;
    private readonly string _title;
    private readonly (string Title, string Subtitle)[] _titles;
    private readonly double _titleWidth;
    private readonly double _imageWidth;
    private readonly double _imageHeight;
    private readonly double _cellWidth;
    private readonly double[] _rowHeights;

    /// <summary>Arranges rows of images. Small images are enlarged.</summary>
    /// <param name="rows">At least one row with an image; rows may have different lengths.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="heads">Texts above the columns; null for none.</param>
    /// <exception cref="ArgumentException">There are no images, or their sizes differ.</exception>
    public ImageRows(IReadOnlyList<ImageRow> rows, string title = "", IReadOnlyList<string>? heads = null)
    {
        Require.Entries(rows);
        ArgumentNullException.ThrowIfNull(title);
        (_rows, _title, _heads) = (rows, title, heads ?? []);
        ImageCell[] cells = [.. rows.SelectMany(row => row.Cells.OfType<ImageCell>())];
        if (cells.Length == 0)
            throw new ArgumentException("got no images; at least one is needed.", nameof(rows));
        var (width, height) = (cells[0].Image.Width, cells[0].Image.Height);
        if (cells.FirstOrDefault(cell => (cell.Image.Width, cell.Image.Height) != (width, height)) is { } other)
            throw new ArgumentException(
                $"got an image of {other.Image.Width}×{other.Image.Height} with others of {width}×{height}; all must "
                    + "have the same size.",
                nameof(rows)
            );
        // Halves of a point, so that every pixel of an image has the same number of pixels in a PNG of two per point.
        double scale = Math.Max(1, Math.Ceiling(2 * SmallestSide / Math.Max(width, height)) / 2);
        (_imageWidth, _imageHeight) = (width * scale, height * scale);
        _titles = [.. rows.Select(row => (TitleOf(row.Title), TitleOf(row.Subtitle)))];
        _titleWidth = _titles.Max(t => Math.Max(TitleStyle.Measure(t.Title), TitleStyle.Measure(t.Subtitle)));
        if (_titleWidth > 0)
            _titleWidth += PlotStyle.LabelGap;
        _cellWidth = cells
            .Select(CaptionOf)
            .Concat(_heads)
            .Max(text => Math.Max(_imageWidth + FrameWidth, CaptionStyle.Measure(text)));
        _rowHeights =
        [
            .. rows.Select(row =>
                _imageHeight + Gap + (row.Cells.Any(c => c?.Caption.Length > 0) ? CaptionStyle.Size + LineGap : 0)
            ),
        ];
        Columns = rows.Max(row => row.Cells.Count);
        Width = (2 * PlotStyle.Margin) + Math.Max(PlotStyle.Title.Measure(title), _titleWidth + RowsWidth);
        Height = Top + _rowHeights.Sum() + PlotStyle.Margin;
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    /// <summary>The rows from top to bottom.</summary>
    public IReadOnlyList<ImageRow> Rows => _rows;

    private int Columns { get; }

    private double RowsWidth => (Columns * _cellWidth) + ((Columns - 1) * Gap);

    private double HeadTop => PlotStyle.Margin + (_title.Length > 0 ? PlotStyle.Title.Size + PlotStyle.TitleGap : 0);

    private double Top => HeadTop + (_heads.Count > 0 ? CaptionStyle.Size + LineGap : 0);

    /// <inheritdoc/>
    public void Draw(Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        if (_title.Length > 0)
            canvas.Text(new Point(Width / 2, PlotStyle.Margin), _title, PlotStyle.Title);
        double left = ((Width - _titleWidth - RowsWidth) / 2) + _titleWidth,
            y = Top;
        for (int column = 0; column < _heads.Count; column++)
            canvas.Text(new Point(Middle(left, column), HeadTop), _heads[column], CaptionStyle);
        for (int row = 0; row < _rows.Count; row++)
        {
            DrawTitle(canvas, _titles[row], new Point(left - PlotStyle.LabelGap, y + (_imageHeight / 2)));
            for (int column = 0; column < _rows[row].Cells.Count; column++)
                if (_rows[row].Cells[column] is { } cell)
                    DrawCell(canvas, cell, Middle(left, column), y);
            y += _rowHeights[row];
        }
    }

    private double Middle(double left, int column) => left + (column * (_cellWidth + Gap)) + (_cellWidth / 2);

    private void DrawCell(Canvas canvas, ImageCell cell, double middle, double top)
    {
        var box = new Box(middle - (_imageWidth / 2), top, _imageWidth, _imageHeight);
        canvas.Image(cell.Image, box);
        if (cell.Marked)
            canvas.Rectangle(
                new Box(
                    box.X - (FrameWidth / 2),
                    box.Y - (FrameWidth / 2),
                    box.Width + FrameWidth,
                    box.Height + FrameWidth
                ),
                null,
                new Stroke(Frame, FrameWidth)
            );
        if (cell.Caption.Length > 0)
            canvas.Text(new Point(middle, top + _imageHeight + LineGap), CaptionOf(cell), CaptionStyle);
    }

    private static void DrawTitle(Canvas canvas, (string Title, string Subtitle) lines, Point middle)
    {
        double apart = lines.Subtitle.Length > 0 ? (TitleStyle.Size + LineGap) / 2 : 0;
        canvas.Text(middle with { Y = middle.Y - apart }, lines.Title, TitleStyle);
        if (lines.Subtitle.Length > 0)
            canvas.Text(middle with { Y = middle.Y + apart }, lines.Subtitle, TitleStyle);
    }

    private static string TitleOf(string text) => TextFit.Shorten(text, TitleStyle, WidestTitle);

    private string CaptionOf(ImageCell cell) =>
        TextFit.Shorten(cell.Caption, CaptionStyle, Math.Max(WidestCaption, _imageWidth));
}
