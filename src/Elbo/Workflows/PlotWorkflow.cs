using Elbo.Models;
using Elbo.Training;
using Elbo.Visualization;

namespace Elbo.Workflows;

/// <summary>What <c>elbo plot</c> does.</summary>
public static class PlotWorkflow
{
    /// <summary>Draws one plot of a run; the file's ending decides the format.</summary>
    /// <param name="run">The run.</param>
    /// <param name="kind">What to draw.</param>
    /// <param name="range">For <see cref="PlotKind.Manifold"/>: the plane covers ±this.</param>
    /// <param name="output">The file; null writes a PNG into the run folder.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <returns>The file.</returns>
    /// <exception cref="ArgumentException">The run has no such plot, or the ending is unknown.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static string Run(LoadedRun run, PlotKind kind, float range, string? output, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(run);
        new GridOptions { Output = output }.Validate();
        if (!(range > 0 && float.IsFinite(range))) throw new ArgumentException($"range is {range}; it must be a positive number.");
        if (kind != PlotKind.Curves && run.Model.LatentDim != 2) throw new ArgumentException($"{run.Folder.Path} has {run.Model.LatentDim} latent dimensions; a {OptionName.Name(kind)} plot needs 2. 'elbo embed' writes codes of any size.");
        string path = OutputPath.Choose(output, run.Folder.Plot($"{OptionName.Name(kind)}.png"), overwrite);
        FigureWriter.Save(Draw(run, kind, range), path);
        return path;
    }

    private static IFigure Draw(LoadedRun run, PlotKind kind, float range)
    {
        const int Size = RunPictures.ManifoldSize;
        switch (kind)
        {
            case PlotKind.Manifold:
                return ManifoldFigure.Create(Inference.Decode(run.Model, ManifoldGrid.Codes(Size, Size, range)), run.Model.ImageShape, Size, Size, range);
            case PlotKind.Latent:
                int count = Math.Min(RunPictures.ScatterCount, run.Data.Test.Count);
                return RunPictures.Scatter(ModelInputs.Codes(run.Model, run.Config, run.Data.Test, count), run.Data.Test);
            default:
                return RunPictures.Curves(MetricsTable.Load(run.Folder.Metrics));
        }
    }
}
