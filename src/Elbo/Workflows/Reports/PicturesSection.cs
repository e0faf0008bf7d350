namespace Elbo.Workflows.Reports;

/// <summary>Reconstructions and manifold through the epochs, new images, and the latent space.</summary>
internal static class PicturesSection
{
    // With these the page stays below RunReport.MostBytes whatever the size of the images.
    private const int ReconstructionBytes = 1_700_000,
        ManifoldBytes = 900_000,
        PlotBytes = 450_000;

    public static Html Compose(RunContent run)
    {
        var folder = run.Folder;
        bool noise = run.Config.Noise != Training.NoiseKind.None;
        var samples = Plot(folder.Plot("samples.png"), "Images that the decoder draws from codes of the prior");
        if (samples == Html.Empty)
            samples = Plot(
                folder.Image("generate-random.png"),
                "Images that the decoder draws from codes of the prior"
            );
        var reconstructions = PictureSeries.Compose(
            folder,
            "reconstruction",
            noise ? "Test images, the same with noise, and restored" : "Test images and their reconstructions",
            ReconstructionBytes,
            wide: true
        );
        var manifold = PictureSeries.Compose(
            folder,
            "manifold",
            $"Images decoded on a grid over ±{RunPictures.ManifoldRange} of the two latent dimensions",
            ManifoldBytes,
            wide: false
        );
        return Html.Join(
            Section("Reconstructions", reconstructions),
            Html.Of($"<div class=\"pair\">\n{Section("Samples", samples)}{Section("Manifold", manifold)}</div>\n"),
            Section(
                "Clusters",
                Html.Join(
                    Plot(folder.Plot("clusters.png"), "Images generated from each cluster, a row for every one"),
                    Plot(
                        folder.Plot("assignments.png"),
                        "Test images, their reconstructions, and which clusters the model takes them to be of"
                    ),
                    Plot(
                        folder.Plot("latent-clusters.png"),
                        "Codes z of test images, by label where there are labels and by cluster"
                    )
                )
            ),
            Section(
                "Latent space",
                LatentSpace.Compose(run) is { Markup.Length: > 0 } scatter
                    ? scatter
                    : Plot(
                        folder.Plot("latent.png"),
                        "Codes of test images in two dimensions, coloured by class where images have one"
                    )
            )
        );
    }

    private static Html Section(string title, Html content) =>
        content == Html.Empty ? content : Html.Of($"<section>\n<h2>{title}</h2>\n{content}</section>\n");

    private static Html Plot(string path, string what) =>
        EmbeddedPicture.TryLoad(path, PlotBytes / 4 * 3) is { } picture
            ? Html.Of($"<figure>\n{picture.Image(what)}<figcaption>{what}.</figcaption>\n</figure>\n")
            : Html.Empty;
}
