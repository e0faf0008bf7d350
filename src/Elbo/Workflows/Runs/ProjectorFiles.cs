using System.Globalization;
using Elbo.Data;
using Elbo.Figures.Interactive;
using Elbo.Formats;
using Elbo.Formats.TensorBoard;
using Elbo.Training.Runs;
using Elbo.Workflows.Plots;

namespace Elbo.Workflows.Runs;

/// <summary>Writes codes of test images with their labels and images, for TensorBoard's embedding projector.</summary>
internal static class ProjectorFiles
{
    private const string Folder = "projector",
        MetadataFile = "metadata.tsv",
        SpriteFile = "sprite.png";

    /// <summary>Whether the run has these files.</summary>
    public static bool Exist(RunFolder run) => File.Exists(run.Events(ProjectorConfig.FileName));

    /// <summary>
    /// Writes the files to the run's <c>events/</c> folder. The number of images is limited by the maximum size of the
    /// image grid.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="images">The encoded images.</param>
    /// <param name="codes">
    /// The kinds of codes: name, values in row-major order with one row per image, and number of dimensions.
    /// </param>
    /// <param name="clusters">The cluster of each image; null for a model without clusters.</param>
    /// <param name="clusterLabels">What to write for each cluster; null writes its number.</param>
    public static void Write(
        RunFolder run,
        ImageDataset images,
        IReadOnlyList<(string Name, ReadOnlyMemory<float> Values, int Dimensions)> codes,
        IReadOnlyList<int>? clusters,
        IReadOnlyList<string>? clusterLabels = null
    )
    {
        int most = Math.Min(LatentPlot.PageCount, images.Count);
        var atlas = ThumbnailAtlas.Create(images.Slice(0, most));
        AtomicFile.Write(run.Events(Folder, SpriteFile), atlas.Png);
        AtomicFile.WriteText(
            run.Events(Folder, MetadataFile),
            ProjectorTable.OfMetadata([.. Columns(images, clusters, clusterLabels)], atlas.Count)
        );
        foreach (var (name, values, dimensions) in codes)
            AtomicFile.WriteText(
                run.Events(Folder, $"{name}.tsv"),
                ProjectorTable.OfPoints(values.Span[..(atlas.Count * dimensions)], dimensions)
            );
        // Written last, so that the files it refers to exist.
        AtomicFile.WriteText(
            run.Events(ProjectorConfig.FileName),
            new ProjectorConfig
            {
                Points = [.. codes.Select(code => (code.Name, $"{Folder}/{code.Name}.tsv"))],
                Metadata = $"{Folder}/{MetadataFile}",
                Sprite = $"{Folder}/{SpriteFile}",
                Image = (atlas.Tile.Width, atlas.Tile.Height),
            }.ToString()
        );
    }

    private static IEnumerable<(string Name, Func<int, string> Value)> Columns(
        ImageDataset images,
        IReadOnlyList<int>? clusters,
        IReadOnlyList<string>? clusterLabels
    )
    {
        // The projector labels points by the first column.
        if (images.Labels is { } labels)
            yield return ("label", i => images.ClassNames[labels.Span[i]]);
        if (clusters is not null)
            yield return (
                "cluster",
                i => clusterLabels?[clusters[i]] ?? clusters[i].ToString(CultureInfo.InvariantCulture)
            );
        yield return ("index", i => i.ToString(CultureInfo.InvariantCulture));
    }
}
