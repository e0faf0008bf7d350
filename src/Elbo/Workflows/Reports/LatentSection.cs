using Elbo.Figures.Interactive;
using Elbo.Formats;
using Elbo.Projection;
using Elbo.Workflows.Plots;

namespace Elbo.Workflows.Reports;

/// <summary>
/// An interactive scatter plot of the test images' codes, and one whose points move through the epochs, with links to
/// the pages that also show the images. From four dimensions on, codes are projected to their first two principal
/// components.
/// </summary>
internal static class LatentSection
{
    /// <summary>Maximum size of the positions in bytes; Base64 takes a third more.</summary>
    private const int FilmBytes = 320_000;

    /// <summary>
    /// The scatter plot, or the static plot if there is none, and the codes through the epochs; empty if the run has
    /// neither.
    /// </summary>
    public static Html Compose(RunContent run)
    {
        var scatter = Scatter(run);
        if (scatter == Html.Empty)
            scatter = PicturesSection.Plot(
                run,
                "latent.png",
                "Codes of test images in two dimensions, coloured by class where images have one"
            );
        string page = run.Folder.Plot("latent.html");
        var link = File.Exists(page)
            ? Html.Of($"<p><a href=\"{run.LinkTo(page)}\">The same plot with the images of its points</a></p>\n")
            : Html.Empty;
        return Html.Join(
            PicturesSection.Section("Latent space", Html.Join(scatter, link)),
            PicturesSection.Section("Latent space through the epochs", Film(run))
        );
    }

    private static Html Film(RunContent run)
    {
        if (
            LatentFilm.Load(run.Folder, run.Config.Dataset, run.Record?.ClassNames ?? [], FilmBytes, run.Cancellation)
            is not { } film
        )
            return Html.Empty;
        string page = run.Folder.Plot(LatentFilm.PageName);
        var link = File.Exists(page)
            ? Html.Of($"<p><a href=\"{run.LinkTo(page)}\">The same with the images of its points</a></p>\n")
            : Html.Empty;
        return Html.Join(new Html(film.ToFragment("latent-epochs") + "\n"), link);
    }

    private static Html Scatter(RunContent run)
    {
        string path = run.Folder.Latent("test.csv");
        if (run.Config.ModelOptions.LatentDim is < 2 or > LatentPlot.MostDimensions || !File.Exists(path))
            return Html.Empty;
        try
        {
            var table = LatentCsv.Load(path, LatentPlot.FigureCount, run.Cancellation);
            var plane =
                table.Dimensions > 3
                    ? PlaneProjection.Create(ProjectionMethod.Pca, table.Codes, table.Dimensions)
                    : null;
            string[] names = table.ClassNames(run.Record?.ClassNames ?? []);
            string what = $"Codes of {table.Codes.Length / table.Dimensions:N0} test images";
            var scatter = new InteractiveScatter
            {
                Coordinates = plane?.Coordinates ?? table.Codes,
                Dimensions = plane is null ? table.Dimensions : 2,
                Classes = [.. table.Categories.Select(category => Array.IndexOf(names, category))],
                ClassNames = table.Categories.Count > 0 ? names : [],
                AxisLabels = plane?.AxisLabels,
                Title = $"{run.Title}: {what}",
                Caption = $"{what}. {plane?.Caption}".TrimEnd(),
            };
            // Without labels, clusters say more than points of one colour.
            if (table is { Categories.Count: 0, Clusters.Count: > 0 } && ClusterTable.Names(run) is { } clusters)
                scatter = scatter with
                {
                    Classes = table.Clusters,
                    ClassNames = clusters.Labels,
                    LegendTitle = "cluster",
                };
            return new Html(scatter.ToFragment("latent") + "\n");
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            // Damaged or not finite: the page omits the plot.
            return Html.Empty;
        }
    }
}
