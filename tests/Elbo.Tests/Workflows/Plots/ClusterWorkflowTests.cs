using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Priors;
using Elbo.Projection;
using Elbo.Tests.Figures;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Plots;

/// <summary>What a run of a model with clusters leaves behind, and what can be made of it.</summary>
public sealed class ClusterWorkflowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_run_with_clusters_judges_them_every_epoch_and_draws_them()
    {
        using var observer = new RecordingObserver();
        var network = GmvaeOptions.WithLayers(12) with
        {
            LatentDim = 4,
            Prior = new MixtureOptions
            {
                Clusters = 5,
                PretrainEpochs = 1,
                MixtureEpochs = 1,
            },
        };
        var run = TrainWorkflow.Start(
            SmallDigits.Config with
            {
                ImageEvery = 1,
                ModelOptions = network,
                Epochs = 3,
                Name = "clusters",
            },
            _folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );

        var rows = MetricsTable.Load(run.Metrics).Rows;
        Assert.All(rows.Where(r => r.Split == "train"), row => Assert.Empty(row.Figures));
        Assert.All(
            rows.Where(r => r.Split == "test"),
            row =>
            {
                Assert.Equal(["accuracy", "purity", "nmi", "ari", "clusters"], row.Figures.Select(f => f.Name));
                var figures = row.Figures.ToDictionary(f => f.Name, f => f.Value);
                Assert.InRange(figures["accuracy"], 0.1, figures["purity"]);
                Assert.InRange(figures["clusters"], 1, 5);
            }
        );
        // Five clusters of ten classes: half can be right at most, and a mixture of codes is better than chance.
        Assert.InRange(rows[^1].Figures.First(f => f.Name == "purity").Value, 0.2, 0.55);
        foreach (string plot in (string[])["clusters", "assignments", "latent-clusters", "style-clusters"])
            Assert.True(File.Exists(run.Plot($"{plot}.png")) && File.Exists(run.Plot($"{plot}.pdf")), plot);
        Assert.Equal("w1,w2,category", File.ReadLines(run.Latent("test-style.csv")).First());
        string report = File.ReadAllText(run.Report);
        Assert.Contains("<h2>Clusters</h2>", report);
        Assert.Contains("test accuracy", report);

        using var loaded = LoadedRun.Open(run.Path);
        foreach (var kind in (PlotKind[])[PlotKind.Clusters, PlotKind.Assignments, PlotKind.StyleClusters])
            Assert.True(
                File.Exists(
                    PlotWorkflow.Run(loaded, new PlotOptions { Kind = kind, Output = _folder.File($"{kind}.svg") }).Path
                )
            );
        Assert.Throws<ArgumentException>(() =>
            PlotWorkflow.Run(loaded, new PlotOptions { Kind = PlotKind.Clusters, Projection = ProjectionMethod.Pca })
        );
        // Three images are of three clusters at most: others are empty.
        var few = new ClusterPictures(loaded.Folder, loaded.Model, loaded.Config, loaded.Data.Test.Slice(0, 3));
        int[] assigned = few.Assign(3);
        Assert.Equal(
            Enumerable.Range(0, 5).Select(k => assigned.Contains(k) ? $"{k}" : $"{k} (empty)"),
            RecordingCanvas.Of(few.Samples()).Texts.Skip(1).Select(t => t.Text)
        );

        var grid = new GridOptions { Rows = 2, Columns = 2 };
        Assert.Equal(
            "generate-cluster-4.png",
            Path.GetFileName(GenerateWorkflow.Run(loaded, new GenerateOptions { Cluster = "4" }, grid))
        );
        Assert.Equal(
            "cluster is 5; there are 5, counted from 0.",
            Assert
                .Throws<ArgumentException>(() =>
                    GenerateWorkflow.Run(loaded, new GenerateOptions { Cluster = "5" }, grid)
                )
                .Message
        );
        Assert.Equal(
            "--cluster 1 was given with --mode uniform; it is for --mode random.",
            Assert
                .Throws<ArgumentException>(() =>
                    new GenerateOptions { Cluster = "1", Mode = GenerationMode.Uniform }.Validate()
                )
                .Message
        );
    }

    [Fact]
    public void A_run_without_style_codes_has_the_other_figures_of_clusters()
    {
        using var observer = new RecordingObserver();
        var run = TrainWorkflow.Start(
            SmallDigits.Config with
            {
                ImageEvery = 1,
                ModelOptions = new VadeOptions
                {
                    LatentDim = 4,
                    Network = DenseOptions.WithLayers([12], [12]),
                    Prior = new VadePriorOptions { Clusters = 5, PretrainEpochs = 1 },
                },
                Epochs = 2,
                Name = "vade",
                Tensorboard = TensorboardDetail.All,
            },
            _folder.Path,
            overwrite: false,
            TinyRun.Location,
            observer
        );
        foreach (string plot in (string[])["clusters", "assignments", "latent-clusters"])
            Assert.True(File.Exists(run.Plot($"{plot}.png")) && File.Exists(run.Plot($"{plot}.pdf")), plot);
        Assert.False(File.Exists(run.Plot("style-clusters.png")));
        Assert.False(File.Exists(run.Latent("test-style.csv")));
        Assert.Contains("<h2>Clusters</h2>", File.ReadAllText(run.Report));
        Assert.Contains("<th scope=\"col\">cluster</th>", File.ReadAllText(run.Report));

        using var loaded = LoadedRun.Open(run.Path);
        LabelClustersWorkflow.Run(loaded, ["3=three"]);
        Assert.Equal("three", ClusterNames.Load(run, 5)[3]);
        Assert.True(
            File.Exists(GenerateWorkflow.Run(loaded, new GenerateOptions { Cluster = "three" }, new GridOptions()))
        );
        Assert.Contains(
            "p(y|z)",
            RecordingCanvas
                .Of(new ClusterPictures(run, loaded.Model, loaded.Config, loaded.Data.Test).Assignments())
                .Texts.Select(t => t.Text)
        );
        Assert.EndsWith(
            "is of vade, which has no style codes w; --kind latent-clusters draws its codes z. A model with --prior "
                + "mixture, such as gmvae, has both.",
            Assert
                .Throws<ArgumentException>(() =>
                    PlotWorkflow.Run(loaded, new PlotOptions { Kind = PlotKind.StyleClusters })
                )
                .Message
        );
        Assert.StartsWith(
            "the prior is vade, which has no style dimensions.",
            Assert.Throws<ArgumentException>(() => Inference.EncodeStyle(loaded.Model, [])).Message
        );
    }

    [Fact]
    public void A_run_without_clusters_says_so()
    {
        using var plain = TinyRun.Untrained(_folder.Path, latentDim: 2);
        Assert.EndsWith(
            "which has no clusters; train a model with --prior mixture or vade, such as gmvae.",
            Assert
                .Throws<ArgumentException>(() =>
                    PlotWorkflow.Run(plain, new PlotOptions { Kind = PlotKind.Assignments })
                )
                .Message
        );
        Assert.Equal(
            "cluster is 0; vae has no clusters.",
            Assert
                .Throws<ArgumentException>(() =>
                    GenerateWorkflow.Run(plain, new GenerateOptions { Cluster = "0" }, new GridOptions())
                )
                .Message
        );
    }
}
