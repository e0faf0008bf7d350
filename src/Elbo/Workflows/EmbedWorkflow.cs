namespace Elbo.Workflows;

/// <summary>What <c>elbo embed</c> does: latent codes with labels as CSV.</summary>
public static class EmbedWorkflow
{
    /// <summary>Writes the means of q(z|x) of every image of a split.</summary>
    /// <returns>The file, and how many codes it holds.</returns>
    /// <exception cref="ArgumentException">There is no such split.</exception>
    /// <exception cref="IOException">The file exists or cannot be written.</exception>
    public static (string Path, int Count) Run(LoadedRun run, string split, string? output, bool overwrite)
    {
        ArgumentNullException.ThrowIfNull(run);
        var images = run.Split(split);
        string path = OutputPath.Choose(output, run.Folder.Latent($"embed-{split}.csv"), overwrite);
        RunPictures.SaveCodes(path, ModelInputs.Codes(run.Model, run.Config, images, images.Count), run.Model.LatentDim, images);
        return (path, images.Count);
    }
}
