using Elbo.Projection;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>What <c>elbo embed</c> does: latent codes with labels as CSV.</summary>
public static class EmbedWorkflow
{
    /// <summary>
    /// Writes the means of q(z|x) of every image of a split, or where a projection puts them in a plane.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="split"><c>train</c> or <c>test</c>.</param>
    /// <param name="output">The file; null writes a CSV into the run folder.</param>
    /// <param name="overwrite">Whether a file that is there may be replaced.</param>
    /// <param name="projection">How to bring codes to a plane; null writes them as they are.</param>
    /// <param name="options">For t-SNE; null takes the defaults.</param>
    /// <param name="seed">For t-SNE: where points begin.</param>
    /// <returns>
    /// The file, how many codes it holds, and what a reader has to know about a projection: empty where there is none.
    /// </returns>
    /// <exception cref="ArgumentException">There is no such split, or the projection cannot be had of these
    /// codes.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static (string Path, int Count, string Caption) Run(
        LoadedRun run,
        string split,
        string? output,
        bool overwrite,
        ProjectionMethod? projection = null,
        TSneOptions? options = null,
        ulong seed = 0
    )
    {
        ArgumentNullException.ThrowIfNull(run);
        var images = run.Split(split);
        string usual = projection is { } method ? $"embed-{split}-{OptionName.Name(method)}.csv" : $"embed-{split}.csv";
        string path = OutputPath.Choose(output, run.Folder.Latent(usual), overwrite);
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, images.Count);
        if (projection is null)
        {
            RunPictures.SaveCodes(path, codes, run.Model.LatentDim, images);
            return (path, images.Count, "");
        }
        var plane = PlaneProjection.Create(projection.Value, codes, run.Model.LatentDim, options, seed);
        RunPictures.SaveCodes(path, plane.Coordinates, 2, images, projection == ProjectionMethod.Pca ? "pc" : "tsne");
        return (path, images.Count, plane.Caption);
    }
}
