using System.Numerics.Tensors;
using Elbo.Data;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;

namespace Elbo.Figures;

/// <summary>
/// A figure with one row per image: the image, its reconstruction, and its cluster probabilities as bars.
/// </summary>
public sealed class AssignmentFigure : IFigure
{
    private const double Side = 42;
    private const double RowGap = 8;
    private const double ColumnGap = 14;
    private const double LineGap = 4;
    private const double WidestBar = 16;
    private const double BarsWidth = 220;
    private const int MostNumbered = 16;
    private const string ReconstructionCaption = "reconstruction";

    private static readonly TextStyle Words = PlotStyle.Legend;

    private readonly Bitmap[] _inputs;
    private readonly Bitmap[] _reconstructions;
    private readonly float[] _probabilities;
    private readonly int _clusters;
    private readonly string _title;
    private readonly (string Cluster, string Label)[] _words;
    private readonly double _wordsWidth;
    private readonly double _imageWidth;
    private readonly double _columnWidth;

    /// <summary>Creates a figure of N rows.</summary>
    /// <param name="inputs">Intensities in [0, 1], (N, C, H, W).</param>
    /// <param name="reconstructions">Reconstructions in the same order and shape.</param>
    /// <param name="probabilities">Cluster probabilities (N, K), rows with sum 1.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="clusters">Number of clusters K.</param>
    /// <param name="title">Title of the figure.</param>
    /// <param name="labels">Label of each image, such as <c>digit 5</c>; null if unknown.</param>
    /// <param name="clusterNames">
    /// What to write beside an image for each cluster; null writes <c>cluster 0</c>, <c>cluster 1</c> and so on.
    /// </param>
    /// <exception cref="ArgumentException">There are no images, or the numbers of values do not match.</exception>
    public AssignmentFigure(
        ReadOnlySpan<float> inputs,
        ReadOnlySpan<float> reconstructions,
        ReadOnlySpan<float> probabilities,
        ImageShape shape,
        int clusters,
        string title,
        IReadOnlyList<string>? labels = null,
        IReadOnlyList<string>? clusterNames = null
    )
    {
        shape.Require();
        ArgumentNullException.ThrowIfNull(title);
        ArgumentOutOfRangeException.ThrowIfLessThan(clusters, 1);
        if (labels is not null)
            Require.Entries(labels);
        if (clusterNames is not null)
            Require.Entries(clusterNames);
        Require.Intensities(probabilities, "probabilities", "Give those that ClusterProbabilities returns.");
        int count = inputs.Length / shape.PixelCount;
        if (
            count == 0
            || inputs.Length % shape.PixelCount != 0
            || reconstructions.Length != inputs.Length
            || probabilities.Length != (long)count * clusters
            || (labels is not null && labels.Count != count)
        )
            throw new ArgumentException(
                $"got {inputs.Length} values of images, {reconstructions.Length} of reconstructions and "
                    + $"{probabilities.Length} probabilities"
                    + $"{(labels is null ? "" : $" and {labels.Count} labels")}; "
                    + $"N images of {shape} need as many, and N·{clusters} probabilities.",
                nameof(inputs)
            );
        if (clusterNames is not null && clusterNames.Count != clusters)
            throw new ArgumentException(
                $"got {clusterNames.Count} names for {clusters} clusters; each needs one.",
                nameof(clusterNames)
            );
        _inputs = Split(inputs, shape, count);
        _reconstructions = Split(reconstructions, shape, count);
        (_probabilities, _clusters, _title) = (probabilities.ToArray(), clusters, title);
        _words = new (string, string)[count];
        for (int i = 0; i < count; i++)
        {
            int likeliest = TensorPrimitives.IndexOfMax(probabilities.Slice(i * clusters, clusters));
            _words[i] = (clusterNames?[likeliest] ?? $"cluster {likeliest}", labels?[i] ?? "");
        }
        _wordsWidth = _words.Max(words => Math.Max(Words.Measure(words.Cluster), Words.Measure(words.Label)));
        _imageWidth = Side * shape.Width / shape.Height;
        _columnWidth = Math.Max(_imageWidth, PlotStyle.Label.Measure(ReconstructionCaption));
        Width = Math.Max(
            (2 * PlotStyle.Margin) + (2 * (_columnWidth + ColumnGap)) + _wordsWidth + ColumnGap + BarsWidth,
            (2 * PlotStyle.Margin) + PlotStyle.Title.Measure(title)
        );
        Height =
            Top
            + (count * (Side + RowGap))
            + PlotStyle.TickGap
            + PlotStyle.XTick.Size
            + PlotStyle.LabelGap
            + PlotStyle.Label.Size
            + PlotStyle.Margin;
    }

    /// <summary>What the bars show.</summary>
    public string Probabilities { get; init; } = "p(y|w, z)";

    /// <inheritdoc/>
    public double Width { get; }

    /// <inheritdoc/>
    public double Height { get; }

    private static double CaptionTop => PlotStyle.Margin + PlotStyle.Title.Size + PlotStyle.TitleGap;

    private static double Top => CaptionTop + PlotStyle.Label.Size + RowGap;

    /// <inheritdoc/>
    public void Draw(Canvas canvas)
    {
        ArgumentNullException.ThrowIfNull(canvas);
        canvas.Text(new Point(Width / 2, PlotStyle.Margin), _title, PlotStyle.Title);
        double first = PlotStyle.Margin + (_columnWidth / 2),
            second = first + _columnWidth + ColumnGap,
            words = PlotStyle.Margin + (2 * (_columnWidth + ColumnGap)),
            bars = words + _wordsWidth + ColumnGap;
        canvas.Text(new Point(first, CaptionTop), "input", PlotStyle.Label);
        canvas.Text(new Point(second, CaptionTop), ReconstructionCaption, PlotStyle.Label);
        canvas.Text(new Point(bars + (BarsWidth / 2), CaptionTop), Probabilities, PlotStyle.Label);
        double y = Top;
        for (int i = 0; i < _inputs.Length; i++, y += Side + RowGap)
        {
            canvas.Image(_inputs[i], new Box(first - (_imageWidth / 2), y, _imageWidth, Side));
            canvas.Image(_reconstructions[i], new Box(second - (_imageWidth / 2), y, _imageWidth, Side));
            DrawWords(canvas, _words[i], new Point(words, y + (Side / 2)));
            DrawBars(canvas, _probabilities.AsSpan(i * _clusters, _clusters), new Box(bars, y, BarsWidth, Side));
        }
        DrawAxis(canvas, bars, y - RowGap + PlotStyle.TickGap);
    }

    /// <summary>Draws the most probable cluster and, below it, the label of the image.</summary>
    private static void DrawWords(Canvas canvas, (string Cluster, string Label) words, Point middle)
    {
        double apart = words.Label.Length > 0 ? (Words.Size + LineGap) / 2 : 0;
        canvas.Text(middle with { Y = middle.Y - apart }, words.Cluster, Words);
        if (words.Label.Length > 0)
            canvas.Text(middle with { Y = middle.Y + apart }, words.Label, Words with { Color = PlotStyle.Soft });
    }

    private void DrawBars(Canvas canvas, ReadOnlySpan<float> probabilities, Box area)
    {
        double slot = area.Width / _clusters,
            width = Math.Min(slot * 0.7, WidestBar);
        canvas.Rectangle(area, null, PlotStyle.Frame);
        for (int k = 0; k < _clusters; k++)
        {
            double height = area.Height * Math.Clamp(probabilities[k], 0, 1);
            if (height > 0)
                canvas.Rectangle(
                    new Box(area.X + ((k + 0.5) * slot) - (width / 2), area.Y + area.Height - height, width, height),
                    Palette.ClassColor(k, ColorScheme.Clusters)
                );
        }
    }

    /// <summary>
    /// Draws cluster numbers below the last row; only every second, fifth and so on if there are many.
    /// </summary>
    private void DrawAxis(Canvas canvas, double left, double top)
    {
        double slot = BarsWidth / _clusters;
        int every =
            _clusters <= MostNumbered ? 1
            : _clusters <= 5 * MostNumbered ? 5
            : 50;
        for (int k = 0; k < _clusters; k += every)
            canvas.Text(new Point(left + ((k + 0.5) * slot), top), $"{k}", PlotStyle.XTick);
        canvas.Text(
            new Point(left + (BarsWidth / 2), top + PlotStyle.XTick.Size + PlotStyle.LabelGap),
            "cluster (each box: 0 to 1)",
            PlotStyle.Label
        );
    }

    private static Bitmap[] Split(ReadOnlySpan<float> images, ImageShape shape, int count)
    {
        var result = new Bitmap[count];
        for (int i = 0; i < count; i++)
            result[i] = ImageGrid.Compose(images.Slice(i * shape.PixelCount, shape.PixelCount), shape, 1, 1);
        return result;
    }
}
