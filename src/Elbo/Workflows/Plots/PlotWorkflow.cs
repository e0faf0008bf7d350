using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Drawing;
using Elbo.Figures.Plotting;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Projection;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>The <c>elbo plot</c> command.</summary>
public static class PlotWorkflow
{
    /// <summary>Diameter of marks over images, in points; a little larger than on a plain background.</summary>
    private const double MarkOverImages = 3.4;

    /// <summary>Draws a plot of a run. The extension of the file selects the format.</summary>
    /// <param name="run">The run.</param>
    /// <param name="options">Options of the plot; null draws the latent space.</param>
    /// <returns>The path of the file, and a caption that describes the projection; empty without one.</returns>
    /// <exception cref="ArgumentException">The run does not have such a plot, or an option is out of range.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static (string Path, string Caption) Run(LoadedRun run, PlotOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(run);
        options ??= new PlotOptions();
        options.Validate();
        RequireDimensions(run, options);
        var config = run.Config with { Pictures = options.Over(run.Config.Pictures) };
        string path = OutputPath.Choose(
            options.Output,
            run.Folder.Plot($"{OptionName.Name(options.Kind)}.png"),
            options.Overwrite
        );
        if (options.IsPage)
        {
            var page = options.Kind == PlotKind.Latent ? Latent(run, config, options) : ByCluster(run, config, options);
            page.SavePage(path);
            return (path, page.Caption);
        }
        if (options.Kind != PlotKind.Latent)
        {
            FigureWriter.Save(Figure(run, config, options), path);
            return (path, "");
        }
        var plot = Latent(run, config, options);
        FigureWriter.Save(plot.ToFigure(options.Azimuth, options.Elevation), path);
        return (path, plot.Caption);
    }

    private static IFigure Figure(LoadedRun run, RunConfig config, PlotOptions options)
    {
        if (options.Kind == PlotKind.Manifold)
            return Manifold(run, config.Pictures, options);
        if (options.Kind == PlotKind.Reconstruction)
            return Reconstruction(run, config, options);
        if (options.Kind == PlotKind.Curves)
            return RunPictures.Curves(
                MetricsTable.Load(run.Folder.Metrics),
                run.Folder.Title(run.Config.Dataset, "loss")
            );
        var (pictures, images) = Clusters(run, config, options);
        int count = config.Pictures.PointsOf(images.Count);
        return options.Kind switch
        {
            PlotKind.Clusters => pictures.Samples(),
            PlotKind.Assignments => pictures.Assignments(),
            PlotKind.LatentClusters => pictures.Codes(
                ModelInputs.Codes(run.Model, run.Config, images, count, run.Cancellation),
                options.Projection,
                options.TSneOptions,
                options.Seed
            ),
            _ => pictures.Styles(
                ModelInputs.Styles(run.Model, run.Config, images, count),
                options.Projection,
                options.TSneOptions,
                options.Seed
            ),
        };
    }

    private static (ClusterPictures Pictures, ImageDataset Images) Clusters(
        LoadedRun run,
        RunConfig config,
        PlotOptions options
    )
    {
        if (run.Model.Prior is not IClusteringPrior prior)
            throw new ArgumentException(
                $"{run.Folder.Path} is of {run.Config.Model}, which has no clusters; train a model "
                    + "with --prior mixture or vade, such as gmvae."
            );
        if (options.Kind == PlotKind.StyleClusters && prior.StyleDim == 0)
            throw new ArgumentException(
                $"{run.Folder.Path} is of {run.Config.Model}, which has no style codes w; --kind latent-clusters draws "
                    + "its codes z. A model with --prior mixture, such as gmvae, has both."
            );
        var images = run.Images(options.Choice);
        return (
            new ClusterPictures(run.Folder, run.Model, config, images) { Subject = options.Choice.Subject },
            images
        );
    }

    /// <summary>Codes z or w coloured by cluster, for an interactive page.</summary>
    private static LatentPlot ByCluster(LoadedRun run, RunConfig config, PlotOptions options)
    {
        var (pictures, images) = Clusters(run, config, options);
        int count = config.Pictures.PointsOf(images.Count);
        bool style = options.Kind == PlotKind.StyleClusters;
        return pictures.ByCluster(
            style
                ? ModelInputs.Styles(run.Model, run.Config, images, count)
                : ModelInputs.Codes(run.Model, run.Config, images, count, run.Cancellation),
            style ? Inference.Clustering(run.Model).StyleDim : run.Model.LatentDim,
            style ? "w" : "z",
            options.Projection,
            options.TSneOptions,
            options.Seed
        );
    }

    private static void RequireDimensions(LoadedRun run, PlotOptions options)
    {
        int dimensions = run.Model.LatentDim;
        string has = $"{run.Folder.Path} has {dimensions} latent dimension{(dimensions == 1 ? "" : "s")}";
        if (options.Kind == PlotKind.Manifold && dimensions != 2)
            throw new ArgumentException(
                $"{has}; a manifold plot needs 2. 'elbo generate --mode uniform' draws any two of them."
            );
        if (options.Kind == PlotKind.Latent && dimensions == 1 && options.Projection != ProjectionMethod.Tsne)
            throw new ArgumentException(
                $"{has}; a latent plot needs 2 or more, or --projection tsne. 'elbo embed' writes codes of any size."
            );
    }

    private static LatentPlot Latent(LoadedRun run, RunConfig config, PlotOptions options)
    {
        var images = run.Images(options.Choice);
        int count = config.Pictures.PointsOf(images.Count);
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, count, run.Cancellation);
        var plot = LatentPlot.Of(
            codes,
            run.Model.LatentDim,
            images,
            options.Projection,
            options.TSneOptions,
            options.Seed
        ) with
        {
            Run = run.Folder.Name,
            Subject = options.Choice.Subject,
        };
        return run.Model.Prior is IClusteringPrior
            ? new ClusterPictures(run.Folder, run.Model, config, images).WithoutLabels(plot)
            : plot;
    }

    private static ImagePanels Reconstruction(LoadedRun run, RunConfig config, PlotOptions options)
    {
        var images = run.ImagesToDecode(options.Choice);
        RunPictures.RequireReconstructions(config, images);
        return new RunPictures(run.Folder, config, run.Model, images)
        {
            Subject = options.Choice.Subject,
        }.Reconstructions();
    }

    private static Plot Manifold(LoadedRun run, PictureOptions pictures, PlotOptions options)
    {
        var (columns, rows) = pictures.ManifoldGrid;
        pictures.ManifoldGrid.RequirePixels("manifold-grid", run.Model.ImageShape);
        var model = run.Model.GivenOr(0);
        var shown = options.WithCodes ? run.ImagesToDecode(options.Choice) : null;
        string word = shown is null ? "" : LatentPlot.WordOf(shown);
        string title = run.Folder.Title(
            run.Config.Dataset,
            $"learned manifold{model.AsClass}{(options.Quantiles ? " at the prior's quantiles" : "")}"
        );
        var codes = shown is null ? null : Codes(run, shown, pictures);
        float[] grid = options.Quantiles
            ? ManifoldGrid.QuantileCodes(columns, rows)
            : ManifoldGrid.Codes(columns, rows, pictures.ManifoldRange);
        float[] images = Inference.Decode(model, grid);
        return options.Quantiles
            ? ManifoldFigure.CreateQuantiles(images, run.Model.ImageShape, columns, rows, title, codes, word)
            : ManifoldFigure.Create(
                images,
                run.Model.ImageShape,
                columns,
                rows,
                pictures.ManifoldRange,
                title,
                codes,
                word
            );
    }

    private static ScatterSeries Codes(LoadedRun run, ImageDataset images, PictureOptions pictures)
    {
        int count = pictures.PointsOf(images.Count);
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, count, run.Cancellation);
        Point[] points = [.. Enumerable.Range(0, count).Select(i => new Point(codes[2 * i], codes[(2 * i) + 1]))];
        return images.Labels is not null
            ? new ScatterSeries(points, images.LabelIndices(count), images.ClassNames)
            {
                Opacity = 1,
                MarkerSize = MarkOverImages,
            }
            : new ScatterSeries(points) { Opacity = 1, MarkerSize = MarkOverImages };
    }
}
