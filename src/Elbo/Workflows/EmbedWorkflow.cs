using Elbo.Formats;
using Elbo.Models.Priors;
using Elbo.Projection;
using Elbo.Training.Runs;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Runs;

namespace Elbo.Workflows;

/// <summary>The <c>elbo embed</c> command: writes latent codes with labels and source files.</summary>
public static class EmbedWorkflow
{
    /// <summary>
    /// Writes the means of q(z|x) for every image, or their projection to a plane; with the image's cluster if the
    /// model has clusters.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="choice">The images to encode.</param>
    /// <param name="output">
    /// Path of the file, ending in .csv, .npy, .npz, .parquet or .xlsx; null writes a CSV file to the run folder.
    /// </param>
    /// <param name="overwrite">Whether an existing file may be replaced.</param>
    /// <param name="projection">Projection to a plane; null writes the codes unchanged.</param>
    /// <param name="options">Options of t-SNE; null uses the defaults.</param>
    /// <param name="seed">Seed for t-SNE's initial positions.</param>
    /// <returns>
    /// The path of the file, the number of codes, and a caption that describes the projection; empty without one.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The ending of the file is unknown, the split does not exist, or the codes cannot be projected in this way.
    /// </exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static (string Path, int Count, string Caption) Run(
        LoadedRun run,
        ImageChoice choice,
        string? output,
        bool overwrite,
        ProjectionMethod? projection = null,
        TSneOptions? options = null,
        ulong seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(choice);
        if (!string.IsNullOrWhiteSpace(output))
            CodesFile.RequireKnown(output);
        var images = run.Images(choice);
        string usual = projection is { } method
            ? $"embed-{choice.Name}-{OptionName.Name(method)}.csv"
            : $"embed-{choice.Name}.csv";
        string path = OutputPath.Choose(output, run.Folder.Latent(usual), overwrite);
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, images.Count, run.Cancellation);
        int[]? clusters = null;
        ClusterNames? names = null;
        if (run.Model.Prior is IClusteringPrior)
        {
            var pictures = new ClusterPictures(run.Folder, run.Model, run.Config, images);
            (clusters, names) = (pictures.Assign(images.Count), pictures.Names);
        }
        if (projection is null)
        {
            RunPictures.SaveCodes(path, codes, run.Model.LatentDim, images, "z", clusters, names);
            return (path, images.Count, "");
        }
        var plane = PlaneProjection.Create(projection.Value, codes, run.Model.LatentDim, options, seed);
        string column = projection == ProjectionMethod.Pca ? "pc" : "tsne";
        RunPictures.SaveCodes(path, plane.Coordinates, 2, images, column, clusters, names);
        return (path, images.Count, plane.Caption);
    }
}
