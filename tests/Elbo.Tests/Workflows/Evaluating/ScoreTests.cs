using System.Globalization;
using System.Text.Json;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Evaluating;

[Collection(TinyRunTests.Name)]
public sealed class ScoreTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Scores_are_those_of_their_definitions()
    {
        var (run, images) = (tiny.Loaded, tiny.Loaded.Data.Test.Slice(0, 20));
        var scored = Score(run, new() { Choice = Pictures(20), ImportanceSamples = 3 })
            .Images.OrderBy(image => image.Index)
            .ToArray();
        float[] x = images.ToIntensities(),
            codes = Inference.Encode(run.Model, x),
            training = ModelInputs.Codes(run.Model, run.Config, run.Data.Train, run.Data.Train.Count);
        var estimates = ImportanceSampling.Estimate(run.Model, x, 3, new Rng(0).Fork("score").Fork("samples"));
        float[] reconstructions = Inference.Reconstruct(run.Model, x);
        double[] errors = ImageQuality.MeanSquaredError(x, reconstructions, images.Shape.PixelCount),
            unexplained = ImageQuality.UnexplainedVariance(x, reconstructions, images.Shape.PixelCount);
        float[] posterior = Inference.EncodePosterior(run.Model, x);
        for (int i = 0; i < 20; i++)
        {
            Assert.Equal(-estimates[i].LogLikelihood, scored[i].Likelihood);
            Assert.Equal(errors[i], scored[i].Reconstruction);
            Assert.Equal(unexplained[i], scored[i].Unexplained);
            // The model computes in single precision.
            Assert.Equal(
                Kl(posterior[4 * i], posterior[(4 * i) + 2]) + Kl(posterior[(4 * i) + 1], posterior[(4 * i) + 3]),
                scored[i].Kl,
                1e-4
            );
            double[] distances =
            [
                .. Enumerable
                    .Range(0, run.Data.Train.Count)
                    .Select(t =>
                        Math.Sqrt(
                            Math.Pow(codes[2 * i] - training[2 * t], 2)
                                + Math.Pow(codes[(2 * i) + 1] - training[(2 * t) + 1], 2)
                        )
                    )
                    .Order()
                    .Take(5),
            ];
            Assert.Equal(distances.Average(), scored[i].Neighbours!.Value, 1e-6);
        }

        static double Kl(double mean, double deviation) =>
            ((mean * mean) + (deviation * deviation) - 1) / 2 - Math.Log(deviation);
    }

    [Theory]
    [InlineData(OddityScore.Likelihood)]
    [InlineData(OddityScore.Reconstruction)]
    [InlineData(OddityScore.Unexplained)]
    [InlineData(OddityScore.Kl)]
    [InlineData(OddityScore.Neighbours)]
    public void About_one_in_a_hundred_held_out_images_is_odd_and_the_oddest_are_first(OddityScore by)
    {
        var summary = Score(tiny.Loaded, new() { By = by, ImportanceSamples = 1 });
        double[] values = [.. summary.Images.Select(image => image.Value(by))];
        Assert.Equal(values.OrderDescending(), values);
        Assert.Equal(2_000, summary.References);
        Assert.All(summary.Images, image => Assert.Equal(image.Value(by) > summary.Threshold, image.Odd));
        // 20 of 2,000 are expected, with a standard deviation of about 6 of both samples.
        Assert.InRange(summary.OddCount, 1, 50);
        Assert.InRange(summary.Images.Average(image => image.Percentile!.Value), 44, 56);
    }

    [Fact]
    public void Scores_do_not_depend_on_the_threads_or_on_the_other_images()
    {
        var choice = Pictures(12);
        string[] Lines(int threads, string output, ImageChoice images)
        {
            using var run = LoadedRun.Open(tiny.Folder.Path, device: new DeviceOptions { Threads = threads });
            Score(run, new() { Choice = images, Threads = threads }, output);
            return [.. File.ReadAllLines(_folder.File($"{output}/scores.jsonl")).Select(WithoutIndex)];
        }

        string[] all = Lines(1, "a", choice);
        Assert.Equal(all, Lines(3, "b", choice));
        Assert.Equal(12, all.Length);
        Assert.Contains(Assert.Single(Lines(2, "c", ImageChoice.OfPath(Path.Combine(choice.Images!, "07.png")))), all);
    }

    [Fact]
    public void A_training_image_is_not_its_own_neighbour()
    {
        var scored = Score(tiny.Loaded, new() { Choice = ImageChoice.OfSplit("all"), ImportanceSamples = 1 }).Images;
        // Held-out images and training images have neighbours at the same distance on average.
        double Typical(Func<ScoredImage, bool> which) =>
            scored.Where(which).Select(image => image.Neighbours!.Value).Order().ElementAt(1_000);
        int training = tiny.Loaded.Data.Train.Count;
        Assert.All(scored, image => Assert.True(image.Neighbours > 0));
        Assert.InRange(Typical(image => image.Index < 2_000) / Typical(image => image.Index >= training), 0.85, 1.15);
    }

    [Fact]
    public void The_tables_agree_and_a_foreign_image_is_the_oddest()
    {
        var choice = Pictures(9);
        var (width, height) = (tiny.Loaded.Model.ImageShape.Width, tiny.Loaded.Model.ImageShape.Height);
        var inverted = new Bitmap(width, height, 1);
        inverted.Pixels.Fill(255);
        inverted.SavePng(Path.Combine(choice.Images!, "white.png"));
        var summary = Score(tiny.Loaded, new() { Choice = choice, By = OddityScore.Reconstruction }, "s");
        Assert.Equal("white.png", Path.GetFileName(summary.Images[0].File));
        Assert.Equal(100, summary.Images[0].Percentile);
        string[] rows = File.ReadAllLines(_folder.File("s/scores.csv"));
        Assert.Equal("index,file,label,likelihood,reconstruction,unexplained,kl,neighbours,percentile,odd", rows[0]);
        string[] objects = File.ReadAllLines(_folder.File("s/scores.jsonl"));
        Assert.Equal((11, 10), (rows.Length, objects.Length));
        foreach (var (row, line) in rows.Skip(1).Zip(objects))
        {
            using var json = JsonDocument.Parse(line);
            string[] cells = row.Split(',');
            Assert.Equal(json.RootElement.GetProperty("file").GetString(), cells[1]);
            Assert.Equal(
                json.RootElement.GetProperty("likelihood").GetDouble(),
                double.Parse(cells[3], CultureInfo.InvariantCulture)
            );
            Assert.Equal(json.RootElement.GetProperty("odd").GetBoolean() ? "yes" : "no", cells[9]);
        }
        Assert.True(new FileInfo(_folder.File("s/oddest.png")).Length > 1_000);
    }

    [Fact]
    public void The_separation_of_foreign_classes_is_that_of_the_scores()
    {
        var images = tiny.Loaded.Data.Test;
        for (int i = 0; i < 30; i++)
            Bitmap
                .FromImage(images.Image(i), images.Shape)
                .SavePng(_folder.File($"sorted/{(i % 3 == 0 ? "defects" : "fine")}/{i:D2}.png"));
        var choice = ImageChoice.OfPath(_folder.File("sorted"));
        var summary = Score(
            tiny.Loaded,
            new()
            {
                Choice = choice,
                Foreign = ["defects"],
                ImportanceSamples = 2,
            }
        );
        Assert.Equal(Enum.GetValues<OddityScore>(), summary.Foreign.Select(figures => figures.By));
        foreach (var figures in summary.Foreign)
        {
            bool[] foreign = [.. summary.Images.Select(image => image.Label == "defects")];
            double[] values = [.. summary.Images.Select(image => image.Value(figures.By))];
            double pairs = values
                .Where((_, i) => foreign[i])
                .Average(f =>
                    values
                        .Where((_, i) => !foreign[i])
                        .Average(v =>
                            v < f ? 1
                            : v == f ? 0.5
                            : 0
                        )
                );
            Assert.Equal(10, figures.Images);
            Assert.Equal(pairs, figures.AreaUnderRoc, 1e-12);
            Assert.Equal(RankingMetrics.AveragePrecision(values, foreign), figures.AveragePrecision);
        }
        Assert.Equal(
            ["score", "likelihood", "reconstruction", "unexplained", "kl", "neighbours"],
            File.ReadAllLines(_folder.File("scores/foreign.csv")).Select(line => line.Split(',')[0])
        );
        void AssertRefused(string complaint, ImageChoice refused, params string[] foreign) =>
            Assert.Equal(
                complaint,
                Assert
                    .Throws<ArgumentException>(() =>
                        Score(tiny.Loaded, new() { Choice = refused, Foreign = foreign }, "refused")
                    )
                    .Message
            );
        AssertRefused(
            "foreign: 30 of the 30 images are of the foreign classes (defects, fine); some must be, and some not.",
            choice,
            "defects",
            "fine"
        );
        AssertRefused(
            "foreign needs images with classes, such as one subfolder each; those of p have none.",
            Pictures(2),
            "x"
        );
        Assert.False(Path.Exists(_folder.File("refused")));
    }

    [Fact]
    public void A_mixture_prior_and_binary_images_have_scores_too()
    {
        using var observer = new RecordingObserver { StopAfter = 1 };
        var config = SmallDigits.Config with
        {
            ModelOptions = GmvaeOptions.WithLayers(12),
            Epochs = 3,
            Binarize = Elbo.Training.Binarization.Dynamic,
            Name = "mixture",
        };
        Assert.Throws<RunStoppedException>(() => observer.Train(config, _folder));
        using var run = LoadedRun.Open(_folder.File("mixture"));
        var scored = Score(run, new() { Choice = Pictures(4), ImportanceSamples = 2 }).Images;
        Assert.All(
            scored,
            image =>
            {
                Assert.True(double.IsFinite(image.Likelihood) && double.IsFinite(image.Kl));
                Assert.InRange(image.Reconstruction, 1e-6, 1);
            }
        );
    }

    [Fact]
    public void Without_training_images_there_is_a_note_and_what_needs_them_is_refused()
    {
        string copy = Directory.CreateDirectory(_folder.File("run")).FullName,
            empty = Directory.CreateDirectory(_folder.File("empty")).FullName;
        File.Copy(tiny.Folder.Model, Path.Combine(copy, "model.safetensors"));
        string config = File.ReadAllText(tiny.Folder.Config);
        File.WriteAllText(
            Path.Combine(copy, "config.json"),
            config.Replace("\"dataset\": \"digits\"", "\"dataset\": \"mnist\"", StringComparison.Ordinal)
        );
        using var run = LoadedRun.Open(copy, empty);
        var choice = Pictures(5);
        var (with, without) = (
            Score(tiny.Loaded, new() { Choice = choice }, "with"),
            Score(run, new() { Choice = choice }, "without")
        );
        Assert.Equal(
            with.Images.Select(image => (image.File, image.Likelihood, image.Kl)),
            without.Images.Select(image => (image.File, image.Likelihood, image.Kl))
        );
        Assert.All(without.Images, image => Assert.Null(image.Neighbours ?? image.Percentile));
        Assert.Equal((null, 0, 0), (without.Threshold, without.References, without.OddCount));
        Assert.StartsWith(
            "the training images are not available, so there are no distances of neighbours, no percentiles and no ",
            Assert.Single(without.Remarks),
            StringComparison.Ordinal
        );
        foreach (
            var (options, what) in new (ScoreOptions, string)[]
            {
                (new() { FailAbove = true }, "--fail-above"),
                (new() { By = OddityScore.Neighbours }, "--by neighbours"),
            }
        )
            Assert.StartsWith(
                $"{what} needs the training images: {empty}, the data-dir of mnist, does not have its files",
                Assert.Throws<IOException>(() => Score(run, options with { Choice = choice }, "refused")).Message,
                StringComparison.Ordinal
            );
        Assert.False(Path.Exists(_folder.File("refused")));
    }

    [Fact]
    public void A_quantile_outside_its_range_is_refused_and_nothing_is_written()
    {
        Assert.Equal(
            "threshold is 1.5; it must be from 0 to 1.",
            Assert.Throws<ArgumentException>(() => Score(tiny.Loaded, new() { Threshold = 1.5 })).Message
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    /// <summary>Writes the first test images to a folder.</summary>
    private ImageChoice Pictures(int count)
    {
        var images = tiny.Loaded.Data.Test;
        for (int i = 0; i < count; i++)
            Bitmap.FromImage(images.Image(i), images.Shape).SavePng(_folder.File($"p/{i:D2}.png"));
        return ImageChoice.OfPath(_folder.File("p"));
    }

    private ScoreSummary Score(LoadedRun run, ScoreOptions options, string output = "scores") =>
        ScoreWorkflow.Run(run, options with { Output = _folder.File(output) });

    private static string WithoutIndex(string line) => line[line.IndexOf("\"file\"", StringComparison.Ordinal)..];
}
