using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Plotting;
using Elbo.Formats;
using Elbo.Projection;
using Elbo.Selection;
using Elbo.Workflows.Plots;

namespace Elbo.Workflows.Selecting;

/// <summary>Writes the files of a selection.</summary>
internal sealed class SelectionWriter
{
    /// <summary>Name of the table in every selection folder.</summary>
    public const string TableName = "selection.csv";

    /// <summary>Name of the file that says how the images were chosen.</summary>
    public const string SettingsName = "selection.json";

    /// <summary>Name of the table for the next round in every selection folder.</summary>
    private const string LabelsName = "labels.csv";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly SelectionSource _source;
    private readonly ImageDataset? _images;
    private readonly SelectionPool _pool;
    private readonly SelectionResult _result;
    private readonly int[] _random;
    private readonly KnownLabels? _known;
    private readonly SelectionEntry _strategy;
    private readonly SelectOptions _options;
    private readonly int[] _indices;
    private readonly SelectionClusters _clusters;
    private readonly SelectionPictures _pictures;

    public SelectionWriter(
        SelectionSource source,
        SelectionPool pool,
        SelectionResult result,
        int[] random,
        KnownLabels? known,
        SelectionEntry strategy,
        SelectOptions options,
        CancellationToken cancellation
    )
    {
        (_source, _images, _pool, _result, _random) = (source, source.Images, pool, result, random);
        (_known, _strategy, _options) = (known, strategy, options);
        _indices = result.Indices();
        Plane =
            pool.Dimensions > 2 ? PlaneProjection.Create(ProjectionMethod.Pca, pool.Codes.Span, pool.Dimensions) : null;
        _clusters = SelectionClusters.Of(pool, result, strategy.Name, Plane, cancellation);
        _pictures = new SelectionPictures(source, pool, _indices, strategy.Name, options.Threads);
    }

    /// <summary>The projection of codes with more than two dimensions, for figures.</summary>
    private PlaneProjection? Plane { get; }

    /// <summary>Writes all files to <paramref name="folder"/>.</summary>
    public void Write(string folder, CancellationToken cancellation)
    {
        _pictures.Write(folder, _options.AllImages, cancellation);
        var table = Table();
        Csv.Save(Path.Combine(folder, TableName), table);
        XlsxFile.Save(
            Path.Combine(folder, Path.ChangeExtension(TableName, ".xlsx")),
            table,
            $"{_indices.Length} by {_strategy.Name}"
        );
        Csv.Save(
            Path.Combine(folder, LabelsName),
            KnownLabels.Next(_known, _source, _indices, index => _images?.ClassName(index))
        );
        AtomicFile.WriteText(Path.Combine(folder, SettingsName), Settings().ToJsonString(Indented) + "\n");
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
        var notes = new List<string>(_source.Remarks);
        if (_known is not null)
            notes.AddRange(LabelledNotes(_known));
        notes.AddRange(_result.Remarks);
        if (_clusters.Caption.Length > 0)
            notes.Add(_clusters.Caption);
        if (_images?.Labels is not null)
            notes.Add(
                $"{ClassesOf(_indices)} of {_images.ClassNames.Count} classes are among the chosen; "
                    + $"{ClassesOf(_random)} among as many at random."
            );
        if (Plane is not null)
            notes.Add($"figures: {Plane.Caption}");
        notes.AddRange(_pictures.Remarks);
        return notes;
    }

    private IEnumerable<string> LabelledNotes(KnownLabels known)
    {
        int labelled = known.Images.Count,
            copies = _pool.Count - labelled - _pool.Available;
        yield return FormattableString.Invariant($"{labelled:N0} labelled {(labelled == 1 ? "image" : "images")} ")
            + $"of {Path.GetFileName(known.Table.Path)} {(labelled == 1 ? "counts" : "count")} as chosen"
            + copies switch
            {
                0 => "",
                1 => ", and so does 1 copy",
                _ => FormattableString.Invariant($", and so do {copies:N0} copies"),
            }
            + string.Create(
                CultureInfo.InvariantCulture,
                $"; after this choice, {_pool.Available - _indices.Length:N0} of {_pool.Count:N0} "
                    + $"{_source.Subject} are left."
            );
        if (known.Remark is { } remark)
            yield return remark;
    }

    /// <summary>The columns of <see cref="TableName"/>, for codes of a number of dimensions.</summary>
    public static string[] Columns(int dimensions) =>
        [
            "order",
            "index",
            "file",
            .. Enumerable.Range(1, dimensions).Select(d => $"z{d}"),
            "cluster",
            "label",
            "round",
            "redundancy",
        ];

    private DataTable Table()
    {
        var table = new DataTable(Columns(_pool.Dimensions));
        for (int k = 0; k < _indices.Length; k++)
        {
            int index = _indices[k];
            var codes = _pool.Code(index).ToArray().Select(value => (object?)value);
            table.Add([
                k + 1,
                index,
                _pictures.File(k),
                .. codes,
                _clusters.Numbers[index],
                _images?.ClassName(index),
                _result.Images[k].Round,
                _result.Images[k].Redundancy,
            ]);
        }
        return table;
    }

    private JsonObject Settings()
    {
        var settings = (JsonObject)_source.Origin.DeepClone();
        settings["images"] = _pool.Count;
        settings["labelled"] = _known?.Images.Count;
        settings["strategy"] = _strategy.Name;
        settings["options"] = new JsonObject(
            _options.StrategyOptions.Select(option => KeyValuePair.Create(option.Key, (JsonNode?)option.Value))
        );
        settings["budget"] = _indices.Length;
        settings["seed"] = _options.Seed;
        settings["notes"] = new JsonArray([.. Notes().Select(note => (JsonNode?)note)]);
        return settings;
    }

    /// <summary>"by label | by cluster", or only the clusters if labels are unknown.</summary>
    private FigureGrid GroupsFigure()
    {
        var panels = new List<IFigure>();
        if (_images?.Labels is not null)
            panels.Add(
                ByLabel().Groups(_images!.LabelIndices(), _images.ClassNames, $"by {LatentPlot.WordOf(_images)}")
            );
        panels.Add(ByCluster().Groups(_clusters.Numbers, _clusters.Names, _clusters.Title));
        return new FigureGrid(panels, Title);
    }

    /// <summary>"random | selection"</summary>
    private FigureGrid ChoiceFigure()
    {
        int[] known = [.. _pool.Labelled];
        string before = known.Length == 0 ? "" : $"; black: {known.Length:N0} labelled";
        var (figure, groups, names) = _images?.Labels is not null
            ? (ByLabel(), _images!.LabelIndices(), _images.ClassNames)
            : (ByCluster(), _clusters.Numbers, _clusters.Names);
        return new FigureGrid(
            [
                figure.Choice(
                    _random,
                    groups,
                    names,
                    $"{_random.Length:N0} of {_pool.Count:N0} at random{before}",
                    labelled: known
                ),
                figure.Choice(
                    _indices,
                    groups,
                    names,
                    $"{_indices.Length:N0} of {_pool.Count:N0} by {_strategy.Name}{before}",
                    labelled: known
                ),
            ],
            Title
        );
    }

    private string Title => _source.Title($"{_source.Subject}{(Plane is null ? "" : $" by {Plane.Name}")}");

    private SelectionFigure ByLabel() => Figure() with { LegendTitle = LatentPlot.WordOf(_images!) };

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

    private int ClassesOf(int[] indices) => indices.Select(i => _images!.Labels!.Value.Span[i]).Distinct().Count();
}
