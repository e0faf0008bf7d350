using System.Text.Json;
using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Tests.Formats;
using Elbo.Tests.Formats.TensorBoard;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

public sealed partial class RunEventsTests(RunEventsTests.WholeRun whole)
    : IClassFixture<RunEventsTests.WholeRun>,
        IDisposable
{
    private static readonly RunConfig Config = SmallDigits.Config with
    {
        Epochs = 3,
        ImageEvery = 2,
        ValidationFraction = 0.1f,
        Tensorboard = TensorboardDetail.All,
        Name = "run",
    };

    private static readonly string[] Splits = ["train", "validation", "test"];

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingObserver _observer = new();

    public void Dispose()
    {
        _observer.Dispose();
        _folder.Dispose();
    }

    /// <summary>A run with all events.</summary>
    public sealed class WholeRun() : TrainedRun(Config);

    [Fact]
    public void The_graph_has_the_layers_with_their_shapes_and_parameters()
    {
        var nodes = EventReader.Graph(whole.Folder.Events());
        Assert.Equal(
            [
                ("images", "Placeholder"),
                ("encoder/hidden/0", "Linear, relu"),
                ("encoder/mean", "Linear"),
                ("encoder/deviation", "Linear, softplus"),
                ("z", "Sample"),
                ("decoder/hidden/0", "Linear, relu"),
                ("decoder/mean", "Linear"),
                ("loss", "elbo"),
            ],
            nodes.Select(node => (node.Name, node.Operation))
        );
        Assert.Equal<long[]>(
            [
                [-1, 1, 28, 28],
                [-1, 12],
                [-1, 2],
                [-1, 2],
                [-1, 2],
                [-1, 12],
                [-1, 784],
                [],
            ],
            nodes.Select(node => node.Shape)
        );
        Assert.Equal([0, 9_420, 26, 26, 0, 36, 10_192, 0], nodes.Select(node => node.Parameters));
        Assert.Equal<string[]>(
            [
                [],
                ["images"],
                ["encoder/hidden/0"],
                ["encoder/hidden/0"],
                ["encoder/mean", "encoder/deviation"],
                ["z"],
                ["decoder/hidden/0"],
                ["images", "encoder/mean", "encoder/deviation", "decoder/mean"],
            ],
            nodes.Select(node => node.Inputs)
        );
    }

    [Fact]
    public void Every_figure_of_every_split_is_a_point_of_a_curve()
    {
        foreach (string split in Splits)
        {
            var scalars = Read(whole.Folder, split).Where(v => v.Kind == "scalar").ToArray();
            var rows = MetricsTable.Load(whole.Folder.Metrics).Rows.Where(r => r.Split == split).ToArray();
            Assert.Equal(3, rows.Length);
            foreach (var row in rows)
            {
                var expected = row
                    .Terms.Prepend(("loss", row.Loss))
                    .Concat(split == "train" ? [("learning_rate", row.LearningRate)] : []);
                var found = scalars.Where(v => v.Step == row.Epoch).ToArray();
                Assert.Equal(expected.Select(f => f.Item1), found.Select(v => v.Tag));
                Assert.All(
                    expected.Zip(found),
                    pair => Assert.Equal(pair.First.Item2, pair.Second.Scalar, 1e-5 * Math.Abs(pair.First.Item2))
                );
            }
        }
    }

    [Fact]
    public void Histograms_are_of_weights_gradients_and_latent_means()
    {
        var train = Read(whole.Folder, "train").Where(v => v.Kind == "histogram").ToArray();
        using var model = new SafetensorsReader(whole.Folder.Model);
        string[] tags = [.. model.Entries.SelectMany(e => (string[])[$"weights/{e.Name}", $"gradients/{e.Name}"])];
        // Pictures, and with them histograms, come after every second epoch and the last.
        Assert.Equal([2, 3], train.Select(v => v.Step).Distinct());
        foreach (long step in (long[])[2, 3])
            Assert.Equal(tags.Order(), train.Where(v => v.Step == step).Select(v => v.Tag).Order());
        foreach (var entry in model.Entries)
        {
            float[] values = model.ReadFloats(entry.Name).Values.ToArray();
            var weights = train.Single(v => v.Step == 3 && v.Tag == $"weights/{entry.Name}").Histogram!;
            Assert.Equal((values.Min(), values.Max(), values.Length), (weights.Min, weights.Max, weights.Count));
            Assert.Equal(
                values.Length,
                train.Single(v => v.Step == 3 && v.Tag == $"gradients/{entry.Name}").Histogram!.Count
            );
        }
        Assert.Contains(
            train,
            v => v.Tag.StartsWith("gradients/", StringComparison.Ordinal) && v.Histogram!.SumOfSquares > 0
        );

        var means = Read(whole.Folder, "test").Where(v => v.Kind == "histogram").ToArray();
        Assert.Equal(
            ["latent_means/all", "latent_means/z1", "latent_means/z2"],
            means.Where(v => v.Step == 3).Select(v => v.Tag)
        );
        var codes = LatentCsv.Load(whole.Folder.Latent("test.csv")).Codes;
        Assert.Equal(
            (codes.Length, codes.Min(), codes.Max()),
            (means[^3].Histogram!.Count, means[^3].Histogram!.Min, means[^3].Histogram!.Max)
        );
        float[] second = [.. codes.Where((_, i) => i % 2 == 1)];
        Assert.Equal(
            (second.Length, second.Min(), second.Max()),
            (means[^1].Histogram!.Count, means[^1].Histogram!.Min, means[^1].Histogram!.Max)
        );
    }

    [Fact]
    public void Pictures_are_those_of_the_run_and_samples()
    {
        var images = Read(whole.Folder, "test").Where(v => v.Kind == "image").ToArray();
        foreach (int epoch in (int[])[2, 3])
        {
            Assert.Equal(
                ["images/reconstruction", "images/manifold", "images/samples"],
                images.Where(v => v.Step == epoch).Select(v => v.Tag)
            );
            foreach (string name in (string[])["reconstruction", "manifold"])
                Assert.Equal(
                    File.ReadAllBytes(whole.Folder.Image($"{name}-epoch-{epoch:D3}.png")),
                    images.Single(v => v.Step == epoch && v.Tag == $"images/{name}").Image!.Png
                );
        }
        Assert.Equal(File.ReadAllBytes(whole.Folder.Plot("samples.png")), images[^1].Image!.Png);
        var (width, height, _, _) = ImageDecoder.Decode(images[^1].Image!.Png, "samples");
        Assert.Equal((width, height), (images[^1].Image!.Width, images[^1].Image!.Height));
    }

    [Fact]
    public void A_tag_is_of_one_kind_only()
    {
        // TensorBoard would show the first kind and nothing of the other.
        foreach (string split in Splits)
            Assert.All(
                Read(whole.Folder, split).GroupBy(v => v.Tag),
                tag => Assert.Single(tag.Select(v => v.Kind).Distinct())
            );
    }

    [Fact]
    public void Options_that_decide_what_is_computed_are_told_and_others_not()
    {
        var values = EventReader.Folder(whole.Folder.Events());
        Assert.Equal(["_hparams_/session_start_info", "_hparams_/session_end_info"], values.Select(v => v.Tag));
        var names = WireField
            .ReadAll(values[0].Content)
            .Single(f => f.Number == 3)
            .Message.Where(f => f.Number == 1)
            .Select(f => f.Message.Single(p => p.Number == 1).Text)
            .ToHashSet();
        Assert.Superset(
            new HashSet<string>
            {
                "model",
                "dataset",
                "latent-dim",
                "encoder-hidden",
                "learning-rate",
                "epochs",
                "seed",
            },
            names
        );
        Assert.DoesNotContain("name", names);
        Assert.DoesNotContain("tensorboard", names);
    }

    [Fact]
    public void The_projector_finds_codes_labels_and_pictures_of_the_test_images()
    {
        string config = File.ReadAllText(whole.Folder.Events("projector_config.pbtxt"));
        foreach (string file in (string[])["projector/z.tsv", "projector/metadata.tsv", "projector/sprite.png"])
        {
            Assert.Contains($"\"{file}\"", config);
            Assert.True(File.Exists(whole.Folder.Events(file)));
        }
        string[] points = File.ReadAllLines(whole.Folder.Events("projector", "z.tsv")),
            metadata = File.ReadAllLines(whole.Folder.Events("projector", "metadata.tsv"));
        Assert.Equal("label\tindex", metadata[0]);
        Assert.Equal((300, 301), (points.Length, metadata.Length));
        var test = SmallDigits.Images.Test;
        var table = LatentCsv.Load(whole.Folder.Latent("test.csv"));
        Assert.Equal(table.Codes, points.SelectMany(line => line.Split('\t')).Select(float.Parse));
        Assert.Equal(table.Categories.Select((category, i) => $"{category}\t{i}"), metadata.Skip(1));

        var (width, _, channels, pixels) = ImageDecoder.Read(whole.Folder.Events("projector", "sprite.png"));
        Assert.Equal((0, 1), (width % 28, channels));
        int columns = width / 28;
        foreach (int image in (int[])[0, columns - 1, columns, 299])
            for (int y = 0; y < 28; y++)
                Assert.Equal(
                    test.Image(image).Slice(28 * y, 28).ToArray(),
                    pixels.AsSpan(((image / columns * 28) + y) * width + (image % columns * 28), 28).ToArray()
                );
    }

    [Fact]
    public void Less_is_written_where_less_is_asked_for()
    {
        var scalars = TrainWorkflow.Start(
            Config with
            {
                Epochs = 1,
                Tensorboard = TensorboardDetail.Scalars,
                Name = "scalars",
            },
            _folder.Path,
            overwrite: false,
            TinyRun.Location,
            _observer
        );
        Assert.All(Splits, split => Assert.All(Read(scalars, split), v => Assert.Equal("scalar", v.Kind)));
        Assert.False(File.Exists(scalars.Events("projector_config.pbtxt")));
        var none = TrainWorkflow.Start(
            Config with
            {
                Epochs = 1,
                Tensorboard = TensorboardDetail.None,
                Name = "none",
            },
            _folder.Path,
            overwrite: false,
            TinyRun.Location,
            _observer
        );
        Assert.False(Directory.Exists(none.Events()));
    }

    [Fact]
    public void A_model_with_clusters_tells_its_figures_and_both_codes()
    {
        var network = GmvaeOptions.WithLayers(8) with
        {
            LatentDim = 3,
            Prior = new MixtureOptions
            {
                Clusters = 4,
                MixtureEpochs = 0,
                PretrainEpochs = 0,
            },
        };
        var run = TrainWorkflow.Start(
            Config with
            {
                Epochs = 1,
                ModelOptions = network,
            },
            _folder.Path,
            overwrite: false,
            TinyRun.Location,
            _observer
        );
        var row = MetricsTable.Load(run.Metrics).Rows.Single(r => r.Split == "test");
        Assert.NotEmpty(row.Figures);
        Assert.Superset(
            row.Terms.Concat(row.Figures).Select(t => t.Name).ToHashSet(),
            Read(run, "test").Where(v => v.Kind == "scalar").Select(v => v.Tag).ToHashSet()
        );
        Assert.Equal("label\tcluster\tindex", File.ReadLines(run.Events("projector", "metadata.tsv")).First());
        Assert.Equal(
            (3, 2),
            (
                File.ReadLines(run.Events("projector", "z.tsv")).First().Split('\t').Length,
                File.ReadLines(run.Events("projector", "w.tsv")).First().Split('\t').Length
            )
        );
    }

    [PythonFact("google.protobuf", "python3-protobuf")]
    public void The_library_of_the_format_s_authors_reads_the_same()
    {
        foreach (
            string folder in (string[])[whole.Folder.Events(), .. Splits.Select(split => whole.Folder.Events(split))]
        )
        {
            var expected = EventReader
                .Folder(folder)
                .Select(v =>
                    (
                        v.Step,
                        v.Tag,
                        v.Kind,
                        v.Kind switch
                        {
                            "scalar" => v.Scalar,
                            "histogram" => v.Histogram!.Count,
                            "image" => v.Image!.Png.Length,
                            _ => (double)v.Content.Length,
                        }
                    )
                );
            var lines = PythonFactAttribute
                .Run(
                    "google.protobuf",
                    Path.Combine(AppContext.BaseDirectory, "Formats", "TensorBoard", "read_events.py"),
                    Directory.GetFiles(folder, "*.tfevents.*").Single()
                )
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonDocument.Parse(line).RootElement);
            Assert.Equal(
                expected,
                lines.Select(l =>
                    (
                        l.GetProperty("step").GetInt64(),
                        l.GetProperty("tag").GetString()!,
                        l.GetProperty("kind").GetString()!,
                        l.GetProperty("number").GetDouble()
                    )
                )
            );
        }
    }

    private static string Contents(ReadValue value) => JsonSerializer.Serialize(value);

    private static IReadOnlyList<ReadValue> Read(RunFolder run, string split) => EventReader.Folder(run.Events(split));
}
