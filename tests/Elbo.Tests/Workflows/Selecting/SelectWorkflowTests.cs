using System.Globalization;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Workflows.Selecting;

/// <summary>What <c>elbo select</c> writes.</summary>
[Collection(TinyRunTests.Name)]
public class SelectWorkflowTests(TinyRun run)
{
    [Fact]
    public void Every_row_of_the_table_is_of_the_image_it_names()
    {
        using var folder = new TemporaryFolder();
        var summary = SelectWorkflow.Run(
            run.Loaded,
            new SelectOptions
            {
                Strategy = "typiclust",
                Budget = 30,
                Output = folder.File("s"),
                Seed = 2,
            }
        );
        string[] lines = File.ReadAllLines(folder.File("s/selection.csv"));
        Assert.Equal("order,index,file,z1,z2,cluster,label,round,redundancy", lines[0]);
        Assert.Equal(31, lines.Length);
        var images = run.Loaded.Data.Test;
        int[] indices = summary.Result.Indices();
        float[] codes = Inference.Encode(run.Loaded.Model, images, indices);
        float[] decoded = Inference.Decode(run.Loaded.Model, codes);
        for (int k = 0; k < indices.Length; k++)
        {
            string[] cells = lines[k + 1].Split(',');
            Assert.Equal([$"{k + 1}", $"{indices[k]}", $"images/selected/{k + 1:D4}-{indices[k]:D5}.png"], cells[..3]);
            Bits.AssertEqual(
                codes.AsSpan(2 * k, 2),
                [
                    float.Parse(cells[3], CultureInfo.InvariantCulture),
                    float.Parse(cells[4], CultureInfo.InvariantCulture),
                ]
            );
            Assert.Equal(
                [
                    $"{summary.Result.Clusters![indices[k]]}",
                    images.ClassNames[images.Labels!.Value.Span[indices[k]]],
                    "",
                    "",
                ],
                cells[5..]
            );
            Assert.Equal(
                images.Image(indices[k]).ToArray(),
                ImageDecoder.Read(folder.File($"s/{cells[2]}")).Pixels.ToArray()
            );
            byte[] shown = ImageDecoder.Read(folder.File($"s/{cells[2][..^4]}-decoded.png")).Pixels.ToArray();
            Assert.Equal(
                decoded[(k * 784)..((k + 1) * 784)].Select(p => (int)Math.Round(p * 255)),
                shown.Select(p => (int)p),
                (a, b) => Math.Abs(a - b) <= 1
            );
        }
        Assert.Equal(60, Directory.GetFiles(folder.File("s/images/selected")).Length);
        foreach (
            string file in (string[])
                [
                    "selection.xlsx",
                    "selection.json",
                    "contact-sheet.png",
                    "groups.png",
                    "groups.pdf",
                    "groups.svg",
                    "random-and-selection.png",
                    "random-and-selection.pdf",
                    "random-and-selection.svg",
                ]
        )
            Assert.True(new FileInfo(folder.File("s/" + file)).Length > 100, file);
    }

    [Fact]
    public void Vote_mi_chooses_digits_of_all_classes_in_their_proportions()
    {
        using var folder = new TemporaryFolder();
        var options = new SelectOptions
        {
            Strategy = "vote-mi",
            Budget = 100,
            Output = folder.File("s"),
        };
        var summary = SelectWorkflow.Run(run.Loaded, options);
        var labels = run.Loaded.Data.Test.Labels!.Value.ToArray();
        int[] perClass =
        [
            .. Enumerable.Range(0, 10).Select(digit => summary.Result.Indices().Count(i => labels[i] == digit)),
        ];
        // A tenth of the images are of each class; a random choice of 100 has 1 to 25 of each with a chance of 99.9 %.
        Assert.All(perClass, count => Assert.InRange(count, 1, 25));
        Assert.Contains("10 of 10 classes are among the chosen; 10 among as many at random.", summary.Notes);
        Assert.Equal(90, summary.Result.Images.Count(image => image.Round == 2));
    }

    [Fact]
    public void The_budget_is_a_number_or_a_share_and_all_images_can_be_written()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            5,
            SelectWorkflow
                .Run(
                    run.Loaded,
                    new SelectOptions
                    {
                        Strategy = "random",
                        Fraction = 0.0025,
                        Output = folder.File("a"),
                        AllImages = true,
                    }
                )
                .Result.Images.Count
        );
        Assert.Equal(2_000, Directory.GetFiles(folder.File("a/images/all")).Length);
        Assert.Equal(
            run.Loaded.Data.Test.Image(1999).ToArray(),
            ImageDecoder.Read(folder.File("a/images/all/01999.png")).Pixels.ToArray()
        );
        Assert.Equal(
            12_000,
            SelectWorkflow
                .Run(
                    run.Loaded,
                    new SelectOptions
                    {
                        Strategy = "random",
                        Budget = 3,
                        Choice = ImageChoice.OfSplit("train"),
                        Output = folder.File("b"),
                    }
                )
                .PoolCount
        );
        var complaint = Assert.Throws<ArgumentException>(() =>
            SelectWorkflow.Run(run.Loaded, new SelectOptions { Budget = 2_001, Output = folder.File("c") })
        );
        Assert.Equal("budget is 2,001; there are 2,000 test images.", complaint.Message);
        Assert.Equal(
            "budget and fraction were both given; either says how many images are chosen.",
            Assert.Throws<ArgumentException>(() => new SelectOptions { Budget = 2, Fraction = 0.1 }.Validate()).Message
        );
        Assert.Equal(
            "there is no split 'valid'; there are train, test and all.",
            Assert
                .Throws<ArgumentException>(() =>
                    SelectWorkflow.Run(run.Loaded, new SelectOptions { Choice = ImageChoice.OfSplit("valid") })
                )
                .Message
        );
        Assert.False(Directory.Exists(folder.File("c")));
    }

    [Fact]
    public void A_strategy_without_clusters_is_shown_with_those_of_DBSCAN_and_noise_is_in_none()
    {
        using var folder = new TemporaryFolder();
        var summary = SelectWorkflow.Run(
            run.Loaded,
            new SelectOptions
            {
                Strategy = "k-center-greedy",
                Budget = 40,
                Output = folder.File("s"),
            }
        );
        Assert.Contains(
            summary.Notes,
            note =>
                note.StartsWith("clusters: ", StringComparison.Ordinal)
                && note.Contains(" by DBSCAN with eps ", StringComparison.Ordinal)
        );
        Assert.All(
            File.ReadLines(folder.File("s/selection.csv")).Skip(1),
            line => Assert.InRange(int.Parse(line.Split(',')[5], CultureInfo.InvariantCulture), -1, 1_999)
        );
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void Codes_of_any_size_will_do(int latentDim)
    {
        using var folder = new TemporaryFolder();
        using var other = TinyRun.Untrained(folder.Path, latentDim);
        var summary = SelectWorkflow.Run(other, new SelectOptions { Budget = 10 });
        Assert.Equal(other.Folder.Selection("trimmed-medoids-test-10"), summary.Path);
        Assert.Equal(
            other.Folder.Selection("trimmed-medoids-test-10-2"),
            SelectWorkflow.Run(other, new SelectOptions { Budget = 10 }).Path
        );
        Assert.Equal(
            latentDim > 2,
            summary.Notes.Any(note => note.StartsWith("figures: PCA of 5 latent dimensions", StringComparison.Ordinal))
        );
    }

    [Fact]
    public void Images_of_a_folder_without_labels_come_with_their_files()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("pictures"));
        for (int i = 0; i < 60; i++)
            File.WriteAllBytes(
                folder.File($"pictures/{i}.png"),
                PngEncoder.Encode(8, 8, 1, [.. Enumerable.Range(0, 64).Select(p => (byte)((p * i) + (i * i)))])
            );
        using var observer = new RecordingObserver();
        var config = TinyRun.Config with
        {
            Dataset = "image-folder",
            DatasetOptions = new() { Images = folder.File("pictures"), TestFraction = 0.5f },
            Epochs = 1,
            BatchSize = 10,
            Name = "mine",
        };
        TrainWorkflow.Start(config, folder.Path, overwrite: false, TinyRun.Location, observer);
        using var mine = LoadedRun.Open(folder.File("mine"));
        var summary = SelectWorkflow.Run(mine, new SelectOptions { Budget = 7 });
        string[][] rows =
        [
            .. File.ReadLines(Path.Combine(summary.Path, "selection.csv")).Skip(1).Select(line => line.Split(',')),
        ];
        Assert.Equal(summary.Result.Indices().Select(i => mine.Data.Test.FileNames![i]), rows.Select(row => row[2]));
        Assert.All(rows, row => Assert.Equal(("", 7), (row[6], rows.Length)));
        for (int k = 0; k < rows.Length; k++)
            Assert.Equal(
                ImageDecoder.Read(folder.File($"pictures/{rows[k][2]}")).Pixels.ToArray(),
                ImageDecoder
                    .Read(
                        Directory
                            .GetFiles(Path.Combine(summary.Path, "images", "selected"), $"{k + 1:D4}-?????.png")
                            .Single()
                    )
                    .Pixels.ToArray()
            );
        Assert.DoesNotContain(summary.Notes, note => note.Contains("classes", StringComparison.Ordinal));
        Assert.Equal(
            $"the images of {folder.File("mine")} have no labels; a comparison classifies by them.",
            Assert
                .Throws<ArgumentException>(() =>
                    CompareWorkflow.Run(mine, new ComparisonOptions { Budgets = [2, 3], Pool = 10 })
                )
                .Message
        );
    }

    [Fact]
    public void What_is_cancelled_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        var progress = new CancelWhen("writing", source);
        Assert.ThrowsAny<OperationCanceledException>(() =>
            SelectWorkflow.Run(run.Loaded, new SelectOptions { Output = folder.File("s") }, progress, source.Token)
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_comparison_is_of_labels_that_were_chosen_and_repeats_with_its_seed()
    {
        using var folder = new TemporaryFolder();
        var options = new ComparisonOptions
        {
            Strategies = ["trimmed-medoids", "random", "k-center-greedy"],
            Budgets = [10, 40],
            Repeats = 3,
            Pool = 1_000,
        };
        var (path, results) = CompareWorkflow.Run(run.Loaded, options with { Output = folder.File("a"), Threads = 1 });
        var again = CompareWorkflow.Run(run.Loaded, options with { Output = folder.File("b"), Threads = 3 });
        Assert.Equal(
            File.ReadAllText(Path.Combine(path, "repeats.csv")),
            File.ReadAllText(Path.Combine(again.Path, "repeats.csv"))
        );
        Assert.Equal(
            (12, 13, 37),
            (
                results.Count,
                File.ReadAllLines(Path.Combine(path, "comparison.csv")).Length,
                File.ReadAllLines(Path.Combine(path, "repeats.csv")).Length
            )
        );
        Assert.All(
            results,
            result =>
                Assert.True(
                    result.Mean is > 0.1 and < 1
                        && result.Accuracies.Count == 3
                        && result.Accuracies.Distinct().Count() > 1
                        && result.Classes.Count == 3
                        && result.Classes.All(classes => classes is > 1 and <= 10),
                    $"{result}"
                )
        );
        foreach (var strategy in results.GroupBy(result => (result.Strategy, result.Classifier)))
            Assert.True(strategy.Last().Mean > strategy.First().Mean, "more labels tell more");
        foreach (string ending in (string[])[".png", ".pdf", ".svg"])
            Assert.True(new FileInfo(Path.Combine(path, "comparison" + ending)).Length > 1_000);
    }

    [Fact]
    public void A_band_is_a_confidence_interval_by_students_distribution()
    {
        var result = new StrategyAccuracy("s", "1-NN", 10, [0.5, 0.6, 0.7, 0.4], [5, 6, 6, 4]);
        Assert.Equal(0.55, result.Mean, 12);
        Assert.Equal(0.12909944, result.Deviation, 8);
        // t(3) leaves 2.5 % beyond 3.182446.
        Assert.Equal(3.182446 * 0.12909944 / 2, result.HalfWidth, 6);
    }

    [Theory]
    [InlineData(
        """{ "select": 3 }""",
        "here: select must be an object of options, as in { \"strategy\": \"random\" }."
    )]
    [InlineData("""{ "select": { "strategy": "randm" } }""", "here: select: there is no strategy 'randm';")]
    [InlineData(
        """{ "select": { "strategy": "random", "eps": 1 } }""",
        "here: select: random takes no option eps; vote-mi can."
    )]
    [InlineData(
        """{ "select": { "bugdet": 1 } }""",
        "here: select: there is no option 'bugdet'; there are strategy, split, budget,"
    )]
    [InlineData(
        """{ "select": { "budget": "ten" } }""",
        "here: select: budget: \"ten\" has the wrong type; a whole number is needed."
    )]
    [InlineData("""{ "select": { "budget": 0 } }""", "here: select: budget is 0; it must be 1 or more images.")]
    public void What_a_recipe_selects_is_checked(string json, string complaint) =>
        Assert.StartsWith(
            complaint,
            Assert.Throws<ArgumentException>(() => SelectSettings.Read(RunSettings.Parse(json, "here"), "here")).Message
        );

    [Fact]
    public void A_recipe_can_select()
    {
        var options = SelectSettings.Read(RecipeCatalog.Get("vote-mi-mnist").Values, "recipe")!;
        Assert.Equal(
            ("vote-mi", "test", 100, 0.18),
            (options.Strategy, options.Choice.SplitName, options.Budget, options.StrategyOptions["eps"])
        );
        Assert.Null(SelectSettings.Read(RecipeCatalog.Get("mnist-manifold").Values, "recipe"));
    }

    private sealed class CancelWhen(string stage, CancellationTokenSource source) : IProgress<WorkflowProgress>
    {
        public void Report(WorkflowProgress value)
        {
            if (value.Stage == stage)
                source.Cancel();
        }
    }
}
