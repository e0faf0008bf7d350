using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;

namespace Elbo.Tests.Workflows.Evaluating;

[Collection(SmallRunTests.Name)]
public sealed class EvaluateTests(SmallRun small) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Figures_are_those_of_the_metrics_of_training_and_are_saved_whole()
    {
        var (evaluation, path) = Evaluate(small.Loaded, samples: 5, count: 0);
        var test = MetricsTable.Load(small.Loaded.Folder.Metrics).Rows.Last(row => row.Split == "test");
        // One sample per image in training and five here, of 300 images; images are prepared alike.
        Assert.Equal(test.Loss, -evaluation.Find("elbo")!.Value, 1.0);
        Assert.Equal(300, evaluation.Count);
        Assert.True(evaluation.Find("importance-bound") > evaluation.Find("elbo"));
        Assert.Null(evaluation.Find("log-likelihood"));
        Assert.Contains(evaluation.Remarks, remark => remark.Contains("cross-entropies", StringComparison.Ordinal));
        Assert.InRange(evaluation.Find("ssim")!.Value, 0.05, 1);
        Assert.Equal(2, evaluation.KlPerDimension.Count);
        Assert.Equal(evaluation.Find("kl-standard-normal")!.Value, evaluation.KlPerDimension.Sum(), 1e-9);
        // Both are KL(q ‖ N(0, I)): exact, and estimated from 1,500 samples.
        Assert.Equal(evaluation.Find("kl-standard-normal")!.Value, evaluation.Find("kl")!.Value, 0.2);
        Assert.InRange(evaluation.Find("knn-accuracy")!.Value, 0.15, 1);
        Assert.InRange(evaluation.Find("feature-accuracy")!.Value, 0.8, 1);
        Assert.True(evaluation.Find("frechet-training") < evaluation.Find("frechet-generated"));
        var read = ModelEvaluation.Load(path);
        Assert.Equal(evaluation.Figures, read.Figures);
        Assert.Equal(evaluation.ToJson(), read.ToJson());
    }

    [Fact]
    public void Figures_depend_on_the_seed_and_not_on_the_threads()
    {
        string Json(int threads, ulong seed)
        {
            using var run = LoadedRun.Open(small.Loaded.Folder.Path, device: new DeviceOptions { Threads = threads });
            var options = new EvaluateOptions
            {
                Count = 60,
                ImportanceSamples = 3,
                Seed = seed,
                Threads = threads,
                Choice = ImageChoice.OfSplit("train"),
                Output = _folder.File($"{threads}-{seed}.json"),
                Overwrite = true,
            };
            return EvaluateWorkflow.Run(run, options).Evaluation.ToJson();
        }

        Assert.Equal(Json(1, 4), Json(3, 4));
        Assert.NotEqual(Json(1, 4), Json(1, 5));
    }

    [Fact]
    public void Binary_images_have_a_likelihood_and_bits_and_their_first_images_the_same_estimate()
    {
        using var run = TinyRun.Untrained(_folder.Path, 3, Binarization.Dynamic);
        var (evaluation, _) = Evaluate(run, samples: 4, count: 50, split: "train");
        double likelihood = evaluation.Find("log-likelihood")!.Value;
        Assert.Equal(
            -likelihood / (run.Model.ImageShape.PixelCount * Math.Log(2)),
            evaluation.Find("bits-per-dimension")!.Value,
            1e-9
        );
        var images = run.Data.Train.Slice(0, 50);
        float[] x = ModelInputs.Prepare(run.Model, run.Config, images.ToIntensities());
        var estimates = ImportanceSampling.Estimate(
            run.Model,
            x,
            4,
            new Elbo.Engine.Rng(0).Fork("evaluate").Fork("samples")
        );
        Assert.Equal(estimates.Average(e => e.LogLikelihood), likelihood, 1e-9);
    }

    [Fact]
    public void A_collapsed_model_gets_the_verdict_and_a_trained_one_does_not()
    {
        using var untrained = TinyRun.Untrained(_folder.Path, 4);
        // Codes that do not depend on the image: the posterior is the prior.
        foreach (var (name, value) in untrained.Model.Tensors)
            if (name.StartsWith("encoder.mean", StringComparison.Ordinal))
                value.AsSpan().Clear();
            else if (name == "encoder.deviation.weight")
                value.AsSpan().Clear();
            else if (name == "encoder.deviation.bias")
                value.AsSpan().Fill(MathF.Log(MathF.E - 1));
        var collapsed = Evaluate(untrained, samples: 2, count: 40, split: "train").Evaluation;
        Assert.Equal(0, collapsed.Find("active-units"));
        Assert.Contains("has collapsed", collapsed.Verdict, StringComparison.Ordinal);
        Assert.Contains("free bits", collapsed.Verdict, StringComparison.Ordinal);
        Assert.Contains(
            "has not collapsed",
            Evaluate(small.Loaded, samples: 2, count: 40, file: "trained", split: "train").Evaluation.Verdict,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void The_report_shows_the_figures_and_a_second_file_does_not_replace_the_first()
    {
        using var run = TinyRun.Untrained(_folder.Path, 2);
        var options = new EvaluateOptions
        {
            Count = 20,
            ImportanceSamples = 1,
            Choice = ImageChoice.OfSplit("train"),
        };
        string first = EvaluateWorkflow.Run(run, options).Path,
            second = EvaluateWorkflow.Run(run, options).Path;
        Assert.Equal(["train.json", "train-2.json"], new[] { first, second }.Select(Path.GetFileName));
        File.WriteAllText(second, "{ not json");
        string page = _folder.File("report.html");
        ReportWorkflow.Run(run.Folder, page);
        string html = File.ReadAllText(page);
        Assert.Contains("<td>importance-bound</td>", html, StringComparison.Ordinal);
        Assert.StartsWith(
            $"{second} is not valid JSON: line 1",
            Assert.Throws<InvalidDataException>(() => ModelEvaluation.Load(second)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Too_few_images_and_impossible_options_are_refused()
    {
        Assert.Equal(
            "there is 1 image; an evaluation needs 2 or more, for variances over images.",
            Assert.Throws<ArgumentException>(() => Evaluate(small.Loaded, samples: 1, count: 1)).Message
        );
        Assert.StartsWith(
            "importance-samples is 0;",
            Assert.Throws<ArgumentException>(() => Evaluate(small.Loaded, samples: 0, count: 9)).Message,
            StringComparison.Ordinal
        );
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    private (ModelEvaluation Evaluation, string Path) Evaluate(
        LoadedRun run,
        int samples,
        int count,
        string file = "evaluation",
        string split = "test"
    ) =>
        EvaluateWorkflow.Run(
            run,
            new EvaluateOptions
            {
                // Only held-out images have figures of classifiers, which take long.
                Choice = ImageChoice.OfSplit(split),
                Count = count,
                ImportanceSamples = samples,
                Output = _folder.File($"{file}.json"),
            }
        );
}
