using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Tests.Figures;
using Elbo.Tests.Formats.TensorBoard;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Exploring;

/// <summary>Names given to the clusters of a run, and every place that shows them.</summary>
public sealed class LabelClustersTests(LabelClustersTests.Clustered run)
    : IClassFixture<LabelClustersTests.Clustered>,
        IDisposable
{
    private static readonly string[] Names = ["0=round", "2=thin & tall", "3=round"];
    private static readonly string[] Labels = ["0: round", "1", "2: thin & tall", "3: round"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>A run with four clusters and all events.</summary>
    public sealed class Clustered()
        : TrainedRun(
            SmallDigits.Config with
            {
                ImageEvery = 1,
                ModelOptions = GmvaeOptions.WithLayers(12) with
                {
                    LatentDim = 4,
                    Prior = new MixtureOptions
                    {
                        Clusters = 4,
                        PretrainEpochs = 1,
                        MixtureEpochs = 1,
                    },
                },
                Epochs = 3,
                Tensorboard = TensorboardDetail.All,
                Name = "clusters",
            }
        );

    [Fact]
    public void Names_are_stored_and_listed_with_the_images_of_each_cluster()
    {
        using var loaded = Copy();
        var clusters = LabelClustersWorkflow.Run(loaded, Names);
        Assert.Equal(["round", null, "thin & tall", "round"], clusters.Select(c => c.Name));
        Assert.Equal(loaded.Data.Test.Count, clusters.Sum(c => c.Images));
        var (images, assigned) = (loaded.Data.Test, Assigned(loaded));
        foreach (var cluster in clusters.Where(c => c.Images > 0))
        {
            int[] members = [.. Enumerable.Range(0, images.Count).Where(i => assigned[i] == cluster.Number)];
            int most = members.CountBy(i => images.ClassName(i)!).Max(pair => pair.Value);
            Assert.Equal(members.Length, cluster.Images);
            Assert.Equal(most, members.Count(i => images.ClassName(i) == cluster.Class));
            Assert.Equal((double)most / members.Length, cluster.Share, 1e-12);
        }
        Assert.Equal(clusters, LabelClustersWorkflow.Run(loaded, []));
        Assert.Equal(["round", null, null, null], LabelClustersWorkflow.Run(loaded, ["2=", "3="]).Select(c => c.Name));
        Assert.Equal(
            [null, "new", null, null],
            LabelClustersWorkflow.Run(loaded, ["1=new"], new LabelClustersOptions { Clear = true }).Select(c => c.Name)
        );
        Assert.Throws<ArgumentException>(() => LabelClustersWorkflow.Run(loaded, ["1=other", "4=none"]));
        Assert.Equal("new", ClusterNames.Load(loaded.Folder, 4)[1]);
        LabelClustersWorkflow.Run(loaded, [], new LabelClustersOptions { Clear = true });
        Assert.False(File.Exists(loaded.Folder.ClusterNames));
    }

    [Fact]
    public void Figures_of_clusters_show_the_names()
    {
        using var loaded = Copy();
        LabelClustersWorkflow.Run(loaded, Names);
        var pictures = new ClusterPictures(loaded.Folder, loaded.Model, loaded.Config, loaded.Data.Test);
        foreach (
            var figure in new[]
            {
                pictures.Samples(),
                pictures.Codes(ModelInputs.Codes(loaded.Model, loaded.Config, loaded.Data.Test, 300)),
                pictures.Styles(ModelInputs.Styles(loaded.Model, loaded.Config, loaded.Data.Test, 300)),
            }
        )
        {
            string[] texts = [.. RecordingCanvas.Of(figure).Texts.Select(t => t.Text.Replace(" (empty)", ""))];
            Assert.All(Labels, label => Assert.Contains(label, texts));
        }
        string[] beside = [.. RecordingCanvas.Of(pictures.Assignments()).Texts.Select(t => t.Text)];
        string[] rows = [.. beside.Where(text => text.StartsWith("cluster ") && !text.Contains('('))];
        Assert.Equal(10, rows.Length);
        Assert.All(rows, text => Assert.Contains(text["cluster ".Length..], Labels));
        Assert.Contains(rows, text => text.Contains(':'));
    }

    [Fact]
    public void Figures_and_pages_of_the_run_are_drawn_again_with_the_names()
    {
        using var loaded = Copy();
        var before = RunFiles.Snapshot(loaded.Folder.Path);
        var notes = new RecordingNotes();
        LabelClustersWorkflow.Run(loaded, Names, notes: notes);
        Assert.Equal(["the figures of clusters and the report of the run have these names."], notes.All);
        var after = RunFiles.Snapshot(loaded.Folder.Path);
        Assert.Equal(
            [
                "cluster-names.json",
                "events/projector/metadata.tsv",
                "plots/assignments.pdf",
                "plots/assignments.png",
                "plots/clusters.pdf",
                "plots/clusters.png",
                "plots/latent-clusters.pdf",
                "plots/latent-clusters.png",
                "plots/style-clusters.pdf",
                "plots/style-clusters.png",
                "report.html",
            ],
            after.Keys.Where(f => before.GetValueOrDefault(f) != after[f]).Order(StringComparer.Ordinal)
        );
        string report = File.ReadAllText(loaded.Folder.Report);
        Assert.Contains("<td>thin &amp; tall</td>", report);
        Assert.All(
            File.ReadLines(loaded.Folder.Events("projector", "metadata.tsv"))
                .Skip(1)
                .Select(line => line.Split('\t')[1]),
            cluster => Assert.Contains(cluster, Labels)
        );
        string page = PlotWorkflow
            .Run(loaded, new PlotOptions { Kind = PlotKind.LatentClusters, Output = _folder.File("page.html") })
            .Path;
        Assert.Contains("\"legendTitle\":\"cluster\"", File.ReadAllText(page));
        Assert.Contains("2: thin \\u0026 tall", File.ReadAllText(page));

        // Without names, the files are as before, but the pictures have the name of the copied folder.
        LabelClustersWorkflow.Run(loaded, [], new LabelClustersOptions { Clear = true });
        var cleared = RunFiles.Snapshot(loaded.Folder.Path);
        Assert.All(before.Keys, file => Assert.True(IsPicture(file) || cleared[file] == before[file], file));
        Assert.Equal(before.Count, cleared.Count);

        static bool IsPicture(string file) =>
            file == "report.html" || file.StartsWith("plots/", StringComparison.Ordinal);
    }

    [Fact]
    public void Figures_that_the_run_does_not_have_are_not_added()
    {
        using var loaded = Copy();
        Directory.Delete(Path.GetDirectoryName(loaded.Folder.Plot("x"))!, recursive: true);
        Directory.Delete(loaded.Folder.Events(), recursive: true);
        File.Delete(loaded.Folder.Report);
        LabelClustersWorkflow.Run(loaded, Names);
        Assert.False(Directory.Exists(Path.GetDirectoryName(loaded.Folder.Plot("x"))));
        Assert.False(Directory.Exists(loaded.Folder.Events()));
        Assert.False(File.Exists(loaded.Folder.Report));
    }

    [Fact]
    public void Tables_have_a_column_for_the_name()
    {
        using var loaded = Copy();
        LabelClustersWorkflow.Run(loaded, Names);
        int[] assigned = Assigned(loaded);
        string codes = EmbedWorkflow.Run(loaded, new ImageChoice(), _folder.File("codes.csv"), overwrite: false).Path;
        string[] lines = File.ReadAllLines(codes);
        Assert.Equal("z1,z2,z3,z4,cluster,cluster_name,category", lines[0]);
        for (int i = 0; i < 50; i++)
        {
            string name = Labels[assigned[i]].Split(": ")[^1];
            Assert.Equal($",{assigned[i]},{(name.Length > 1 ? name : "")},", Between(lines[i + 1]));
        }
        Assert.Equal(assigned, LatentCsv.Load(codes).Clusters);
        Assert.Equal(4, LatentCsv.Load(codes).Dimensions);
        // The run's own table has only the numbers, because names may change.
        Assert.Equal("z1,z2,z3,z4,cluster,category", File.ReadLines(loaded.Folder.Latent("test.csv")).First());
        Assert.Equal(assigned, LatentCsv.Load(loaded.Folder.Latent("test.csv")).Clusters);

        var found = ClusterWorkflow.Run(loaded, new ClusterOptions { Output = _folder.File("found") });
        string[] table = File.ReadAllLines(Path.Combine(found.Path, "clusters.csv"));
        Assert.Equal("index,file,cluster,cluster_name,probability,label", table[0]);
        Assert.Contains(table, line => line.Contains(",2,thin & tall,"));
        Assert.Contains(
            "\"cluster-names\": [\n    \"round\",\n    null,",
            File.ReadAllText(Path.Combine(found.Path, "clusters.json")).ReplaceLineEndings("\n")
        );

        static string Between(string line)
        {
            string[] cells = line.Split(',');
            return $",{cells[4]},{cells[5]},";
        }
    }

    [Fact]
    public void Generating_accepts_a_name()
    {
        using var loaded = Copy();
        LabelClustersWorkflow.Run(loaded, Names);
        var grid = new GridOptions { Rows = 1, Columns = 2 };
        Assert.Equal(
            "generate-cluster-2.png",
            Path.GetFileName(GenerateWorkflow.Run(loaded, new GenerateOptions { Cluster = "Thin & tall" }, grid))
        );
        Assert.Equal(
            "clusters 0, 3 are all called 'round'; give the number of one.",
            Assert
                .Throws<ArgumentException>(() =>
                    GenerateWorkflow.Run(loaded, new GenerateOptions { Cluster = "round" }, grid)
                )
                .Message
        );
    }

    [Fact]
    public void Resuming_keeps_the_names_and_draws_them()
    {
        using (var loaded = Copy())
            LabelClustersWorkflow.Run(loaded, Names);
        var folder = RunFolder.Open(_folder.File("copy"));
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(folder, epochs: 4, TinyRun.Location, observer);
        Assert.Equal("thin & tall", ClusterNames.Load(folder, 4)[2]);
        Assert.Contains("<td>thin &amp; tall</td>", File.ReadAllText(folder.Report));
        Assert.Contains(
            File.ReadLines(folder.Events("projector", "metadata.tsv")),
            line => line.Contains("\t2: thin & tall\t")
        );
    }

    [Fact]
    public void A_model_without_clusters_points_to_the_command_that_finds_some()
    {
        using var plain = TinyRun.Untrained(_folder.Path, latentDim: 2);
        Assert.Equal(
            $"{plain.Folder.Path} is of vae, whose prior has no clusters to name. 'elbo cluster {plain.Folder.Path}' "
                + "sorts its images into clusters.",
            Assert.Throws<ArgumentException>(() => LabelClustersWorkflow.Run(plain, ["0=smile"])).Message
        );
    }

    [Fact]
    public void Every_parameter_of_a_mixture_has_histograms_of_its_weights_and_gradients()
    {
        using var loaded = LoadedRun.Open(run.Folder.Path);
        string[] tags =
        [
            .. loaded.Model.Parameters.All.SelectMany(p => (string[])[$"weights/{p.Name}", $"gradients/{p.Name}"]),
        ];
        Assert.Contains(tags, tag => tag.StartsWith("weights/decoder.prior", StringComparison.Ordinal));
        var found = EventReader.Folder(run.Folder.Events("train")).Where(v => v.Kind == "histogram").ToArray();
        foreach (long epoch in (long[])[1, 2, 3])
            Assert.Equal(tags.Order(), found.Where(v => v.Step == epoch).Select(v => v.Tag).Order());
        foreach (var parameter in loaded.Model.Parameters.All)
        foreach (var value in found.Where(v => v.Tag[(v.Tag.IndexOf('/') + 1)..] == parameter.Name))
            Assert.Equal(parameter.Value.Shape.Count, value.Histogram!.Counts.Sum());
    }

    private LoadedRun Copy()
    {
        string copy = _folder.File("copy");
        foreach (string file in RunFiles.Of(run.Folder.Path))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, file))!);
            File.Copy(Path.Combine(run.Folder.Path, file), Path.Combine(copy, file));
        }
        return LoadedRun.Open(copy);
    }

    private static int[] Assigned(LoadedRun loaded) =>
        new ClusterPictures(loaded.Folder, loaded.Model, loaded.Config, loaded.Data.Test).Assign(
            loaded.Data.Test.Count
        );

    private sealed class RecordingNotes : IProgress<string>
    {
        public List<string> All { get; } = [];

        public void Report(string value) => All.Add(value);
    }
}
