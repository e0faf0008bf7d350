using Elbo.Data;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>A figure with one row of images per cluster, numbered on the left.</summary>
public sealed class ClusterFigure : IFigure
{
    private const double LabelGap = 6;
    private const double SmallestRow = 12;

    private static readonly TextStyle RowStyle = PlotStyle.YTick;

    private readonly Bitmap[] _rows;
    private readonly string[] _labels;
    private readonly string _title;
    private readonly double _scale;
    private readonly double _labelWidth;

    /// <summary>Creates a figure of K rows.</summary>
    /// <param name="images">Intensities in [0, 1], (K·<paramref name="columns"/>, C, H, W), cluster by cluster.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="columns">Number of images per cluster.</param>
    /// <param name="labels">Label of each row.</param>
    /// <param name="title">Title of the figure.</param>
    /// <exception cref="ArgumentException">There are no rows, or the number of values does not match.</exception>
    public ClusterFigure(
        ReadOnlySpan<float> images,
        ImageShape shape,
        int columns,
        IReadOnlyList<string> labels,
        string title
    )
    {
        Require.Entries(labels);
        ArgumentNullException.ThrowIfNull(title);
        shape.Require();
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(columns, Array.MaxLength / shape.PixelCount);
        int row = columns * shape.PixelCount;
        if (labels.Count == 0 || images.Length != (long)row * labels.Count)
            throw new ArgumentException(
                $"got {images.Length} values; {labels.Count} rows of {columns} images of {shape} need "
                    + $"{(long)row * labels.Count}.",
                nameof(images)
            );
        _rows = new Bitmap[labels.Count];
        for (int k = 0; k < _rows.Length; k++)
            _rows[k] = ImageGrid.Compose(
                images.Slice(k * row, row),
                shape,
                1,
                columns,
                new ImageGridOptions { Padding = 1 }
            );
        (_labels, _title) = ([.. labels], title);
        _scale = Math.Max(1, SmallestRow / shape.Height);
        _labelWidth = _labels.Max(RowStyle.Measure) + LabelGap;
        Width =
            (2 * PlotStyle.Margin) + Math.Max(PlotStyle.Title.Measure(title), _labelWidth + (_rows[0].Width * _scale));
        Height = Top + (_rows.Length * RowHeight) + PlotStyle.Margin;
    }

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    private static double Top => PlotStyle.Margin + PlotStyle.Title.Size + PlotStyle.TitleGap;

    private double RowHeight => (_rows[0].Height + 1) * _scale;

    /// <inheritdoc/>
    public void Draw(Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        canvas.Text(new Point(Width / 2, PlotStyle.Margin), _title, PlotStyle.Title);
        double left = ((Width - _labelWidth - (_rows[0].Width * _scale)) / 2) + _labelWidth;
        for (int k = 0; k < _rows.Length; k++)
        {
            var box = new Box(left, Top + (k * RowHeight), _rows[k].Width * _scale, _rows[k].Height * _scale);
            canvas.Text(new Point(left - LabelGap, box.CenterY), _labels[k], RowStyle);
            canvas.Image(_rows[k], box);
        }
    }
}
