using Elbo.Data;
using Elbo.Engine;
using Elbo.Figures;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Plots;

namespace Elbo.Workflows.Runs;

/// <summary>A figure drawn after an epoch.</summary>
/// <param name="Name">Subject of the figure, such as <c>reconstruction</c>.</param>
/// <param name="Png">The bytes of a PNG file.</param>
public sealed record EpochPicture(string Name, ReadOnlyMemory<byte> Png);

/// <summary>Draws the figures of a run: inputs, reconstructions, samples and the latent space.</summary>
public sealed class RunPictures
{
    private readonly RunFolder _run;
    private readonly RunConfig _config;
    private readonly GenerativeModel _model;
    private readonly ImageDataset _test;
    private readonly bool _noise;
    private readonly float[] _originals;
    private readonly float[] _inputs;
    private readonly ReadOnlyMemory<byte> _labels;
    private readonly GridSize _grid;

    /// <summary>Creates figures of the first test images, with the run's noise if it has any.</summary>
    public RunPictures(RunFolder run, RunConfig config, GenerativeModel model, ImageDataset test)
    {
        (_run, _config, _model, _test) = (run, config, model, test);
        _grid = Options.ReconstructionGrid.For(test.Count);
        int count = (int)Math.Min(_grid.Count, test.Count);
        _noise = config.Noise != NoiseKind.None;
        _originals = ModelInputs.First(model, config, test, count);
        _labels = ClassCondition.Labels(model, test.Slice(0, count));
        _inputs = _noise
            ? InputNoise.Apply(
                model,
                _originals,
                config.Noise,
                config.NoiseFactor,
                new Rng(config.Seed).Fork("picture noise")
            )
            : _originals;
    }

    /// <summary>What the images are, for titles.</summary>
    internal string Subject { get; init; } = "test images";

    private PictureOptions Options => _config.Pictures;

    /// <summary>Checks that the figures of a run can be drawn, before memory for them is allocated.</summary>
    /// <exception cref="ArgumentException">A figure has too many pixels.</exception>
    internal static void RequirePixels(RunConfig config, ImageDataset test)
    {
        RequireReconstructions(config, test);
        if (config.ModelOptions.LatentDim == 2)
            config.Pictures.ManifoldGrid.RequirePixels("manifold-grid", test.Shape);
    }

    /// <inheritdoc cref="RequirePixels"/>
    internal static void RequireReconstructions(RunConfig config, ImageDataset images)
    {
        int panels =
            2
            + (config.Noise == NoiseKind.None ? 0 : 1)
            + (config.ModelOptions.Likelihood.Decoder == DecoderKind.Bernoulli ? 1 : 0);
        config.Pictures.ReconstructionGrid.For(images.Count).RequirePixels("reconstruction-grid", images.Shape, panels);
    }

    /// <summary>Writes <c>input.png</c>, and <c>input_noise.png</c> if the run has noise.</summary>
    public void DrawInputs()
    {
        Grid(_originals).SavePng(_run.Image("input.png"));
        if (_noise)
            Grid(_inputs).SavePng(_run.Image("input_noise.png"));
    }

    /// <summary>
    /// Writes reconstructions after an epoch, and the manifold if codes have two dimensions. Unless only the last epoch
    /// is drawn, it also writes the codes of test images and their scatter plot.
    /// </summary>
    /// <returns>The reconstructions and the manifold.</returns>
    public IReadOnlyList<EpochPicture> DrawEpoch(int epoch)
    {
        var pictures = new List<EpochPicture>
        {
            new(
                "reconstruction",
                FigureWriter.EncodePng(
                    Reconstructions(
                        $"{Subject} after epoch {epoch}",
                        sampled: _model.Options.Likelihood.Decoder == DecoderKind.Bernoulli
                    )
                )
            ),
        };
        if (_model.LatentDim == 2)
            pictures.Add(
                new(
                    "manifold",
                    ManifoldFigure
                        .Compose(
                            Manifold(_model.GivenOr(0)),
                            _model.ImageShape,
                            Options.ManifoldGrid.Columns,
                            Options.ManifoldGrid.Rows
                        )
                        .EncodePng()
                )
            );
        foreach (var (name, png) in pictures)
            AtomicFile.Write(_run.Image($"{name}-epoch-{epoch:D3}.png"), png);
        if (_config.ImageEvery > 0)
            DrawCodes(epoch);
        return pictures;
    }

    /// <summary>Writes the codes of the first test images after an epoch, as a table and as a scatter plot.</summary>
    private void DrawCodes(int epoch)
    {
        int count = Options.PointsOf(_test.Count);
        if (!LatentPlot.IsPossible(_model.LatentDim, count))
            return;
        float[] codes = ModelInputs.Codes(_model, _config, _test, count);
        int kept = LatentFilm.Kept(count, _model.LatentDim);
        SaveCodes(
            LatentFilm.Table(_run, epoch),
            codes[..(kept * _model.LatentDim)],
            _model.LatentDim,
            _test.Slice(0, kept)
        );
        SavePlot(
            (Latent(codes, count, clusters: null) with { Subject = $"test images after epoch {epoch}" }).ToFigure(),
            $"latent-epoch-{epoch:D3}"
        );
    }

    /// <summary>Draws images of codes sampled from the prior, the same codes after every epoch.</summary>
    internal EpochPicture DrawSamples() => new("samples", FigureWriter.EncodePng(Samples()));

    /// <summary>
    /// Writes the plots of the finished run as PNG and PDF, the codes of the test images, and an interactive page of
    /// them.
    /// </summary>
    public void DrawResult(MetricsTable metrics)
    {
        SavePlot(Reconstructions(), _noise ? "denoising" : "reconstruction");
        SavePlot(Curves(metrics, _run.Title(_test.Name, "loss")), "curves");
        SavePlot(Samples(), "samples");
        var codes = ModelInputs.Codes(_model, _config, _test, _test.Count);
        var pictures = _model.Prior is IClusteringPrior ? new ClusterPictures(_run, _model, _config, _test) : null;
        int[]? clusters = pictures?.Assign(_test.Count);
        // Only the numbers of the clusters: their names may change after training.
        SaveCodes(_run.Latent("test.csv"), codes, _model.LatentDim, _test, clusters: clusters);
        float[] styles = [];
        int styleDim = 0;
        if (pictures is not null)
        {
            styles = Styles(out styleDim);
            if (styleDim > 0)
                SaveCodes(_run.Latent("test-style.csv"), styles, styleDim, _test, "w");
            DrawClusters(pictures, codes, styles, styleDim);
        }
        if (_config.Tensorboard == TensorboardDetail.All)
            ProjectorFiles.Write(_run, _test, Kinds(codes, styles, styleDim), clusters, pictures?.Names.Labels);
        var given = _model.GivenOr(0);
        if (_model.LatentDim == 2)
            SavePlot(
                ManifoldFigure.Create(
                    Manifold(given),
                    _model.ImageShape,
                    Options.ManifoldGrid.Columns,
                    Options.ManifoldGrid.Rows,
                    Options.ManifoldRange,
                    _run.Title(_test.Name, $"learned manifold{given.AsClass}")
                ),
                "manifold"
            );
        if (!LatentPlot.IsPossible(_model.LatentDim, _test.Count))
            return;
        DrawLatent(codes, pictures);
        LatentFilm.SavePage(_run, _test);
    }

    /// <summary>
    /// Draws those figures of the finished run again that show its clusters, after these got other names. Figures that
    /// the run does not have are not added.
    /// </summary>
    internal void RedrawClusters()
    {
        var pictures = new ClusterPictures(_run, _model, _config, _test);
        float[] codes = ModelInputs.Codes(_model, _config, _test, _test.Count),
            styles = Styles(out int dimensions);
        if (File.Exists(_run.Plot("clusters.png")))
            DrawClusters(pictures, codes, styles, dimensions);
        if (_test.Labels is null && File.Exists(_run.Plot("latent.html")))
            DrawLatent(codes, pictures);
        if (ProjectorFiles.Exist(_run))
            ProjectorFiles.Write(
                _run,
                _test,
                Kinds(codes, styles, dimensions),
                pictures.Assign(_test.Count),
                pictures.Names.Labels
            );
    }

    /// <summary>Codes w of all test images; empty if the prior has none.</summary>
    private float[] Styles(out int dimensions)
    {
        dimensions = Inference.Clustering(_model).StyleDim;
        return dimensions == 0 ? [] : ModelInputs.Styles(_model, _config, _test, _test.Count);
    }

    /// <summary>The kinds of codes of the model: z, and w if the prior has style dimensions.</summary>
    private IReadOnlyList<(string, ReadOnlyMemory<float>, int)> Kinds(float[] codes, float[] styles, int styleDim)
    {
        (string, ReadOnlyMemory<float>, int) z = ("z", codes, _model.LatentDim);
        return styleDim > 0 ? [z, ("w", styles, styleDim)] : [z];
    }

    private void DrawLatent(float[] codes, ClusterPictures? clusters)
    {
        int points = Options.PointsOf(_test.Count);
        if (LatentPlot.IsPossible(_model.LatentDim, points))
            SavePlot(Latent(codes, points, clusters).ToFigure(), "latent");
        Latent(codes, LatentPlot.PageCount, clusters).SavePage(_run.Plot("latent.html"));
    }

    /// <summary>
    /// Writes samples of each cluster, images with their clusters, and codes by label and by cluster.
    /// </summary>
    private void DrawClusters(ClusterPictures pictures, float[] codes, float[] styles, int styleDim)
    {
        int count = Options.PointsOf(_test.Count);
        SavePlot(pictures.Samples(), "clusters");
        SavePlot(pictures.Assignments(), "assignments");
        if (LatentPlot.IsPossible(_model.LatentDim, count))
            SavePlot(pictures.Codes(codes[..(count * _model.LatentDim)]), "latent-clusters");
        if (styleDim > 0 && LatentPlot.IsPossible(styleDim, count))
            SavePlot(pictures.Styles(styles[..(count * styleDim)]), "style-clusters");
    }

    private LatentPlot Latent(float[] codes, int count, ClusterPictures? clusters)
    {
        count = Math.Min(count, _test.Count);
        var plot = LatentPlot.Of(codes[..(_model.LatentDim * count)], _model.LatentDim, _test) with { Run = _run.Name };
        return clusters?.WithoutLabels(plot) ?? plot;
    }

    private float[] Manifold(GenerativeModel model) =>
        Inference.Decode(
            model,
            ManifoldGrid.Codes(Options.ManifoldGrid.Columns, Options.ManifoldGrid.Rows, Options.ManifoldRange)
        );

    /// <summary>Creates a figure of the loss and its terms over the epochs.</summary>
    /// <param name="metrics">Metrics of at least one epoch.</param>
    /// <param name="title">Title of the figure.</param>
    public static IFigure Curves(MetricsTable metrics, string title = "Loss")
    {
        ArgumentNullException.ThrowIfNull(metrics);
        var curves = new List<LossCurve>();
        foreach (var split in metrics.Rows.GroupBy(r => r.Split))
        {
            double[] epochs = [.. split.Select(r => (double)r.Epoch)];
            curves.Add(new LossCurve(split.Key, "loss", [.. split.Select(r => r.Loss)], epochs));
            foreach (string term in split.First().Terms.Select(t => t.Name))
                curves.Add(
                    new LossCurve(
                        split.Key,
                        term,
                        [.. split.Select(r => r.Terms.First(t => t.Name == term).Value)],
                        epochs
                    )
                );
        }
        return LossCurves.Create(curves, title);
    }

    /// <summary>
    /// Writes codes, with the labels and the source files of the images if they have them. The ending of the path
    /// chooses the format.
    /// </summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="codes">Codes (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="images">The encoded images.</param>
    /// <param name="column">Prefix of the column names, before their number.</param>
    /// <param name="clusters">The cluster of each image, from 0; null for a model without clusters.</param>
    /// <param name="names">Names of the clusters; null writes only their numbers.</param>
    public static void SaveCodes(
        string path,
        float[] codes,
        int dimensions,
        ImageDataset images,
        string column = "z",
        IReadOnlyList<int>? clusters = null,
        ClusterNames? names = null
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        CodesFile.Save(
            path,
            new LatentCodes(codes, dimensions)
            {
                Labels = images.Labels,
                ClassNames = images.ClassNames,
                Files = images.FileNames is null
                    ? null
                    : [.. Enumerable.Range(0, images.Count).Select(i => images.FilePath(i)!)],
                Column = column,
                Clusters = clusters,
                ClusterNames = names is { Any: true } ? names.All : null,
            }
        );
    }

    /// <summary>The images, with noise if the run has any, beside their reconstructions.</summary>
    internal ImagePanels Reconstructions() => Reconstructions(Subject, sampled: false);

    /// <summary>
    /// Pixels are sampled with the same random numbers after every epoch, so that differences come from the model.
    /// </summary>
    private ImagePanels Reconstructions(string subject, bool sampled)
    {
        var codes = Inference.Encode(_model, _inputs, _labels.Span);
        var classes = ClassCondition.ToDecode(_model, _labels);
        var pixels = sampled
            ? Inference.DecodeSampled(_model, codes, new Rng(_config.Seed).Fork("picture pixels"), classes)
            : null;
        return ReconstructionFigure.Create(
            _originals,
            Inference.Decode(_model, codes, classes),
            _model.ImageShape,
            _grid.Rows,
            _grid.Columns,
            _run.Title(_test.Name, subject),
            noisy: _noise ? _inputs : null,
            sampled: pixels
        );
    }

    /// <summary>
    /// Expected images of codes sampled from the prior, the same codes every time; of a conditional model, each code as
    /// every class.
    /// </summary>
    private IFigure Samples()
    {
        var size = Options.ReconstructionGrid;
        string title = _run.Title(_test.Name, "generated images");
        if (_model.NeedsClass)
        {
            float[] each = Inference.SamplePrior(_model, size.Columns, new Rng(_config.Seed).Fork("picture samples"));
            return ClassRows.Figure(_model, ClassRows.Decode(_model, each), title);
        }
        var codes = Inference.SamplePrior(_model, (int)size.Count, new Rng(_config.Seed).Fork("picture samples"));
        return new ImagePanels(
            [
                ReconstructionFigure.Panel(
                    "samples from the prior",
                    Inference.Decode(_model, codes),
                    _model.ImageShape,
                    size.Rows,
                    size.Columns
                ),
            ],
            title
        );
    }

    private Bitmap Grid(float[] images) =>
        ImageGrid.Compose(images, _model.ImageShape, _grid.Rows, _grid.Columns, new ImageGridOptions { Padding = 1 });

    private void SavePlot(IFigure figure, string name)
    {
        FigureWriter.Save(figure, _run.Plot(name + ".png"));
        FigureWriter.Save(figure, _run.Plot(name + ".pdf"));
    }
}
