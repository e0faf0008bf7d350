using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Plotting;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Neighbours;
using Elbo.Projection;
using Elbo.Selection;
using Elbo.Workflows.Plots;

namespace Elbo.Workflows.Selecting;

/// <summary>Writes the files of a selection.</summary>
internal sealed class SelectionWriter
{
    /// <summary>Name of the table in every selection folder.</summary>
    public const string TableName = "selection.csv";

    /// <summary>Maximum number of images on the contact sheet; more would be too small to see.</summary>
    private const int MostOnSheet = 400;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly LoadedRun _run;
    private readonly ImageDataset _images;
    private readonly SelectionPool _pool;
    private readonly SelectionResult _result;
    private readonly int[] _random;
    private readonly SelectionEntry _strategy;
    private readonly SelectOptions _options;
    private readonly int[] _indices;
    private readonly SelectionClusters _clusters;

    public SelectionWriter(
        LoadedRun run,
        ImageDataset images,
        SelectionPool pool,
        SelectionResult result,
        int[] random,
        SelectionEntry strategy,
        SelectOptions options,
        CancellationToken cancellation
    )
    {
        (_run, _images, _pool, _result, _random, _strategy, _options) = (
            run,
            images,
            pool,
            result,
            random,
            strategy,
            options
        );
        _indices = result.Indices();
        _clusters = SelectionClusters.Of(pool, result, strategy.Name, cancellation);
        Plane =
            pool.Dimensions > 2 ? PlaneProjection.Create(ProjectionMethod.Pca, pool.Codes.Span, pool.Dimensions) : null;
    }

    /// <summary>The projection of codes with more than two dimensions, for figures.</summary>
    private PlaneProjection? Plane { get; }

    /// <summary>Writes all files to <paramref name="folder"/>.</summary>
    public void Write(string folder, CancellationToken cancellation)
    {
        var table = Table();
        Csv.Save(Path.Combine(folder, TableName), table);
        XlsxFile.Save(
            Path.Combine(folder, Path.ChangeExtension(TableName, ".xlsx")),
            table,
            $"{_indices.Length} by {_strategy.Name}"
        );
        AtomicFile.WriteText(Path.Combine(folder, "selection.json"), Settings().ToJsonString(Indented) + "\n");
        float[] decoded = Inference.Decode(_run.Model, _pool.Rows(_indices));
        SaveSelected(Path.Combine(folder, "images", "selected"), decoded, cancellation);
        if (_options.AllImages)
            SaveAll(Path.Combine(folder, "images", "all"), cancellation);
        FigureWriter.Save(ContactSheet(decoded), Path.Combine(folder, "contact-sheet.png"));
        foreach (string ending in FigureWriter.Endings)
        {
            cancellation.ThrowIfCancellationRequested();
            FigureWriter.Save(GroupsFigure(), Path.Combine(folder, "groups" + ending));
            FigureWriter.Save(ChoiceFigure(), Path.Combine(folder, "random-and-selection" + ending));
        }
    }

    /// <summary>Remarks for the user, one line each.</summary>
    public IReadOnlyList<string> Notes()
    {
        var notes = new List<string>(_result.Remarks);
        if (_clusters.Caption.Length > 0)
            notes.Add(_clusters.Caption);
        if (_images.Labels is not null)
            notes.Add(
                $"{ClassesOf(_indices)} of {_images.ClassNames.Count} classes are among the chosen; "
                    + $"{ClassesOf(_random)} among as many at random."
            );
        if (Plane is not null)
            notes.Add($"figures: {Plane.Caption}");
        return notes;
    }

    private DataTable Table()
    {
        var table = new DataTable([
            "order",
            "index",
            "file",
            .. Enumerable.Range(1, _pool.Dimensions).Select(d => $"z{d}"),
            "cluster",
            "label",
            "round",
            "votes",
        ]);
        for (int k = 0; k < _indices.Length; k++)
        {
            int index = _indices[k];
            var codes = _pool.Code(index).ToArray().Select(value => (object?)value);
            table.Add([
                k + 1,
                index,
                _images.FileNames?[index] ?? $"images/selected/{Name(k)}.png",
                .. codes,
                _clusters.Numbers[index],
                _images.ClassName(index),
                _result.Images[k].Round,
                _result.Images[k].Votes,
            ]);
        }
        return table;
    }

    private JsonObject Settings() =>
        new()
        {
            ["run"] = _run.Folder.Name,
            ["dataset"] = _images.Name,
            ["split"] = _options.Choice.Images is null ? _options.Choice.SplitName : null,
            ["source"] = _options.Choice.Images,
            ["images"] = _pool.Count,
            ["strategy"] = _strategy.Name,
            ["options"] = new JsonObject(
                _options.StrategyOptions.Select(option => KeyValuePair.Create(option.Key, (JsonNode?)option.Value))
            ),
            ["budget"] = _indices.Length,
            ["seed"] = _options.Seed,
            ["notes"] = new JsonArray([.. Notes().Select(note => (JsonNode?)note)]),
        };

    /// <summary>Writes every chosen image, beside its reconstruction.</summary>
    private void SaveSelected(string folder, float[] decoded, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        int size = _images.Shape.PixelCount;
        new Partition(_options.Threads).Run(
            _indices.Length,
            (first, last) =>
            {
                for (int k = first; k < last; k++)
                {
                    // The folder gets its name only when all files are written, so single files need not be atomic.
                    File.WriteAllBytes(
                        Path.Combine(folder, Name(k) + ".png"),
                        Bitmap.FromImage(_images.Image(_indices[k]), _images.Shape).EncodePng()
                    );
                    File.WriteAllBytes(
                        Path.Combine(folder, Name(k) + "-decoded.png"),
                        Bitmap.FromImage(decoded.AsSpan(k * size, size), _images.Shape).EncodePng()
                    );
                }
            },
            cancellation: cancellation
        );
    }

    private void SaveAll(string folder, CancellationToken cancellation)
    {
        Directory.CreateDirectory(folder);
        new Partition(_options.Threads).Run(
            _images.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    File.WriteAllBytes(
                        Path.Combine(folder, $"{i:D5}.png"),
                        Bitmap.FromImage(_images.Image(i), _images.Shape).EncodePng()
                    );
            },
            cancellation: cancellation
        );
    }

    private ImagePanels ContactSheet(float[] decoded)
    {
        int shown = Math.Min(MostOnSheet, _indices.Length),
            columns = (int)Math.Ceiling(Math.Sqrt(shown)),
            rows = (shown + columns - 1) / columns;
        float[] originals = _images.ToIntensities(_indices.AsSpan(0, shown));
        string all =
            shown < _indices.Length
                ? $"the first {shown:N0} of {_indices.Length:N0} chosen images"
                : $"{shown:N0} chosen {(shown == 1 ? "image" : "images")}";
        return new ImagePanels(
            [
                ReconstructionFigure.Panel("original", originals, _images.Shape, rows, columns),
                ReconstructionFigure.Panel(
                    "decoded",
                    decoded.AsSpan(0, originals.Length),
                    _images.Shape,
                    rows,
                    columns
                ),
            ],
            _run.Folder.Title(_images.Name, $"{all} by {_strategy.Name}")
        );
    }

    /// <summary>"by label | by cluster", or only the clusters if labels are unknown.</summary>
    private FigureGrid GroupsFigure()
    {
        var panels = new List<IFigure>();
        if (_images.Labels is not null)
            panels.Add(ByLabel().Groups(Labels(), _images.ClassNames, $"by {LatentPlot.WordOf(_images)}"));
        panels.Add(ByCluster().Groups(_clusters.Numbers, _clusters.Names, _clusters.Title));
        return new FigureGrid(panels, Title);
    }

    /// <summary>"random | selection"</summary>
    private FigureGrid ChoiceFigure()
    {
        var (figure, groups, names) = _images.Labels is not null
            ? (ByLabel(), Labels(), _images.ClassNames)
            : (ByCluster(), _clusters.Numbers, _clusters.Names);
        return new FigureGrid(
            [
                figure.Choice(_random, groups, names, $"{_random.Length:N0} of {_pool.Count:N0} at random"),
                figure.Choice(_indices, groups, names, $"{_indices.Length:N0} of {_pool.Count:N0} by {_strategy.Name}"),
            ],
            Title
        );
    }

    private string Title =>
        _run.Folder.Title(_images.Name, $"{_options.Choice.Subject}{(Plane is null ? "" : $" by {Plane.Name}")}");

    private SelectionFigure ByLabel() => Figure() with { LegendTitle = LatentPlot.WordOf(_images) };

    private SelectionFigure ByCluster() => Figure() with { LegendTitle = "cluster", Colors = ColorScheme.Clusters };

    private SelectionFigure Figure()
    {
        if (Plane is not null)
            return new SelectionFigure(Plane.Coordinates, Plane.AxisLabels);
        if (_pool.Dimensions == 2)
            return new SelectionFigure(_pool.Codes, ["z₁", "z₂"]);
        // With one dimension, the vertical axis shows the index of the image.
        float[] points = new float[2 * _pool.Count];
        for (int i = 0; i < _pool.Count; i++)
            (points[2 * i], points[(2 * i) + 1]) = (_pool.Code(i)[0], i);
        return new SelectionFigure(points, ["z₁", "index of the image"]) { EqualAspect = false };
    }

    /// <summary>
    /// Position in the order of choice and index, so that files sort by choice and can be identified.
    /// </summary>
    private string Name(int k) => $"{(k + 1).ToString().PadLeft(4, '0')}-{_indices[k]:D5}";

    private int[] Labels() => [.. _images.Labels!.Value.ToArray().Select(label => (int)label)];

    private int ClassesOf(int[] indices) => indices.Select(i => _images.Labels!.Value.Span[i]).Distinct().Count();
}
