using Elbo.Data;
using Elbo.Data.Arrays;
using Elbo.Studio.Access;
using Elbo.Studio.Layout;
using Elbo.Training.Runs;

namespace Elbo.Studio.Pages.Train;

/// <summary>Finds out what is wrong with the places of images, without reading any.</summary>
/// <param name="studio">Where datasets are, and whether they may be downloaded.</param>
/// <param name="allowed">The folders that images may come from.</param>
internal sealed class DataCheck(StudioOptions studio, AllowedFolders allowed)
{
    /// <summary>Checks that pages may read a path.</summary>
    /// <exception cref="UnauthorizedAccessException">They may not.</exception>
    public void RequireAllowed(string path) => allowed.Require(path);

    /// <summary>What is wrong, and the option that says where the images are; null if they may be there.</summary>
    public (string Option, string Message)? Find(RunConfig config)
    {
        string blamed =
            config.DatasetOptions.Images is not null ? "images"
            : config.DataDir is not null ? "data-dir"
            : "dataset";
        return Missing(config) is { } missing ? (blamed, missing) : null;
    }

    /// <summary>
    /// The folder of datasets that the studio was started with, if a run needs it; the command line has to name it.
    /// </summary>
    public string? ImpliedFolder(RunConfig? config) =>
        studio.DataDir is { } folder
        && config is { DataDir: null, DatasetOptions.Images: null }
        && DatasetCatalog.Get(config.Dataset).NeedsFiles
            ? Path.GetFullPath(folder)
            : null;

    /// <summary>The message of the command line if the images cannot be found; null if they may be there.</summary>
    private string? Missing(RunConfig config)
    {
        var source = DatasetCatalog.Get(config.Dataset);
        var location = DataLocation.FromEnvironment(config.DataDir ?? studio.DataDir);
        try
        {
            bool mayBeThere = config.DatasetOptions.Images is { } images
                ? Path.Exists(images) || ArrayPath.FormatOf(images) is not null
                : !source.NeedsFiles || source.Find(location) is not null || !(location.IsGiven || location.Offline);
            if (!mayBeThere)
                // Fails at once, with the words of the command line.
                source.Load(location, config.DatasetOptions);
            return null;
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            return Problems.Text(e);
        }
    }
}
