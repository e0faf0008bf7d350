using Elbo.Training.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>
/// Sections with figures: reconstructions and manifold over the epochs, generated images, and clusters.
/// </summary>
internal static class PicturesSection
{
    // Base64 encodes three bytes as four characters. With these limits, five plots and two series take 5.4 MB, or 7.2
    // MB of the page, for images of any size.
    private const int ReconstructionBytes = 2_550_000,
        ManifoldBytes = 1_350_000,
        PlotBytes = 300_000;

    private const string SamplesCaption = "Images that the decoder draws from codes of the prior";

    public static Html Compose(RunContent run)
    {
        var folder = run.Folder;
        bool noise = run.Config.Noise != Training.NoiseKind.None;
        var samples = Plot(run, "samples.png", SamplesCaption);
        if (samples == Html.Empty)
            samples = Picture(run, folder.Image("generate-random.png"), SamplesCaption);
        string grid = $"a grid over ±{run.Config.Pictures.ManifoldRange} of the two latent dimensions";
        return Html.Join(
            Section(
                "Reconstructions",
                PictureSeries.Compose(
                    run,
                    "reconstruction",
                    noise ? "Test images, the same with noise, and restored" : "Test images and their reconstructions",
                    ReconstructionBytes,
                    wide: true
                )
            ),
            Row(
                Section("Samples", samples),
                Section("Manifold", Plot(run, "manifold.png", $"Images decoded on {grid}")),
                Section(
                    "Manifold through the epochs",
                    PictureSeries.Compose(run, "manifold", $"Images decoded on {grid}", ManifoldBytes, wide: false)
                )
            ),
            Section(
                "Clusters",
                Html.Join(
                    ClusterTable.Compose(run),
                    Plot(run, "clusters.png", "Images generated from each cluster, a row for every one"),
                    Plot(run, "assignments.png", "Test images, their reconstructions, and their likeliest clusters"),
                    Plot(
                        run,
                        "latent-clusters.png",
                        "Codes z of test images, by label where there are labels and by cluster"
                    )
                )
            )
        );
    }

    /// <summary>A section with a title; empty if it has no content.</summary>
    public static Html Section(string title, Html content) =>
        content == Html.Empty ? content : Html.Of($"<section>\n<h2>{title}</h2>\n{content}</section>\n");

    /// <summary>A file in <c>plots</c> with its caption; empty if the file does not exist.</summary>
    public static Html Plot(RunContent run, string file, string what) => Picture(run, run.Folder.Plot(file), what);

    private static Html Picture(RunContent run, string path, string what) =>
        EmbeddedPicture.LoadAll([path], PlotBytes) is [{ } picture]
            ? Html.Of(
                $"""
                <figure>
                {picture.Image(what)}<figcaption>{what}. <a href="{run.LinkTo(path)}">Full size</a></figcaption>
                </figure>

                """
            )
            : Html.Empty;

    private static Html Row(params Html[] sections) =>
        sections.All(section => section == Html.Empty)
            ? Html.Empty
            : Html.Of($"<div class=\"row\">\n{sections.AsEnumerable()}</div>\n");
}

/// <summary>A figure after each of many epochs, with a slider that selects the epoch.</summary>
internal static class PictureSeries
{
    /// <summary>Maximum number of images; with more, each would have too few bytes to be recognisable.</summary>
    public const int MostPictures = 500;

    /// <summary>
    /// Creates the element for all <c>images/NAME-epoch-NNN.png</c>, reduced if they exceed
    /// <paramref name="mostBytes"/>; empty if there are none.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="name">Prefix of the file names.</param>
    /// <param name="what">Subject of the images.</param>
    /// <param name="mostBytes">Maximum total size of the images in bytes.</param>
    /// <param name="wide">Whether the images consist of several grids side by side.</param>
    public static Html Compose(RunContent run, string name, string what, int mostBytes, bool wide)
    {
        var files = RunFolder.EpochFiles(run.Folder.Image($"{name}-epoch-*.png"));
        (int Epoch, string Path)[] chosen = [.. Thinning.Evenly(files.Count, MostPictures).Select(i => files[i])];
        var pictures = EmbeddedPicture.LoadAll([.. chosen.Select(file => file.Path)], mostBytes);
        var shown = chosen
            .Zip(pictures, (file, picture) => (file.Epoch, file.Path, Picture: picture!))
            .Where(p => p.Picture is not null)
            .ToArray();
        if (shown.Length == 0)
            return Html.Empty;
        int last = shown.Length - 1;
        var images = shown.Select(
            (p, i) =>
                p.Picture.Image(
                    $"{what} after epoch {p.Epoch}",
                    Html.Of($" data-caption=\"epoch {p.Epoch}\" data-file=\"{run.LinkTo(p.Path)}\""),
                    hidden: i != last
                )
        );
        string rest = shown.Length < files.Count ? $"; {shown.Length} of {files.Count} figures are shown" : "";
        return Html.Of(
            $"""
            <figure data-series="{name}" class="{(wide ? "wide" : "")}">
            <div class="slider" hidden=""><input type="range" min="0" max="{last}" value="{last}"
            aria-label="epoch of: {what}" aria-valuetext="epoch {shown[last].Epoch}" />
            <output>epoch {shown[last].Epoch}</output></div>
            <div class="scroll">
            {images}</div>
            <figcaption>{what}, epochs {shown[0].Epoch} to {shown[last].Epoch}{rest}.
            <a href="{run.LinkTo(shown[last].Path)}">Full size</a></figcaption>
            </figure>

            """
        );
    }
}

/// <summary>Chooses items to show: the first, the last, and evenly spaced ones between.</summary>
internal static class Thinning
{
    /// <summary>
    /// At most <paramref name="most"/> (1 or more) ascending indices below <paramref name="count"/>; a single index is
    /// the last.
    /// </summary>
    public static IReadOnlyList<int> Evenly(int count, int most)
    {
        int shown = Math.Min(count, most);
        return shown switch
        {
            0 => [],
            1 => [count - 1],
            _ => [.. Enumerable.Range(0, shown).Select(i => (int)((long)i * (count - 1) / (shown - 1)))],
        };
    }
}
