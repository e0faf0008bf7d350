using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Evaluating;

[Collection(SmallRunTests.Name)]
public sealed class AnomalyFiguresTests(SmallRun small) : IDisposable
{
    private const int Count = 300;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Figures_are_those_of_the_metrics_for_scores_of_single_images()
    {
        // Training images have no figures of classifiers, which take long.
        var train = new EvaluateOptions { Choice = ImageChoice.OfSplit("train") };
        var evaluation = Evaluate(small.Loaded, ["3", "5"], train);
        var images = small.Loaded.Data.Train.Slice(0, Count);
        bool[] anomalous = [.. images.Labels!.Value.ToArray().Select(label => label is 3 or 5)];
        float[] x = ModelInputs.Prepare(small.Loaded.Model, small.Loaded.Config, images.ToIntensities()),
            reconstructions = Inference.Reconstruct(small.Loaded.Model, x);
        var estimates = ImportanceSampling.Estimate(
            small.Loaded.Model,
            x,
            2,
            new Rng(0).Fork("evaluate").Fork("samples")
        );
        void AssertScore(string name, IEnumerable<double> ofImages)
        {
            double[] scores = [.. ofImages];
            Assert.Equal(RankingMetrics.AreaUnderRoc(scores, anomalous), evaluation.Find($"auroc-{name}"));
            Assert.Equal(
                RankingMetrics.AveragePrecision(scores, anomalous),
                evaluation.Find($"average-precision-{name}")
            );
        }
        AssertScore("likelihood", estimates.Select(e => -e.LogLikelihood));
        AssertScore("reconstruction", estimates.Select(e => e.Reconstruction));
        AssertScore("kl", estimates.Select(e => e.Divergence));
        AssertScore("mse", ImageQuality.MeanSquaredError(x, reconstructions, images.Shape.PixelCount));
        AssertScore("unexplained", ImageQuality.UnexplainedVariance(x, reconstructions, images.Shape.PixelCount));
        Assert.Contains(
            evaluation.Remarks,
            remark => remark.StartsWith("the run was trained on images of 3, 5 too,", StringComparison.Ordinal)
        );
        Assert.Null(Evaluate(small.Loaded, null, train).Find("auroc-kl"));
    }

    [Fact]
    public void A_run_of_one_class_finds_the_others_without_being_asked()
    {
        using var run = Trained(only: ["1"], without: null);
        var asked = Evaluate(run, ["others"]);
        Assert.Equal(asked.Figures, Evaluate(run, null).Figures);
        // Ones are narrow strokes; a model of ones reconstructs other digits badly.
        Assert.InRange(asked.Find("auroc-reconstruction")!.Value, 0.9, 1);
        Assert.Contains($"against {CountOf(1)} of 1;", Meaning(asked), StringComparison.Ordinal);
        // Digits of neither kind are left out.
        Assert.Contains(
            $"{CountOf(8)} images of 8 against {CountOf(1)} of 1;",
            Meaning(Evaluate(run, ["8"])),
            StringComparison.Ordinal
        );
        Assert.Null(asked.Find("knn-accuracy"));
        Assert.Contains(asked.Remarks, remark => remark.Contains("trained on one class,", StringComparison.Ordinal));
    }

    [Fact]
    public void A_run_without_a_class_has_it_as_the_anomaly()
    {
        using var run = Trained(only: null, without: ["0"]);
        var evaluation = Evaluate(run, null);
        Assert.StartsWith(
            $"area under the ROC curve of −importance-weighted bound: {CountOf(0)} images of 0 against "
                + $"{Count - CountOf(0)} of 1, 2, 3, 4, 5, 6, 7, 8, 9;",
            Meaning(evaluation),
            StringComparison.Ordinal
        );
        Assert.NotNull(evaluation.Find("knn-accuracy"));
        Assert.Contains(
            evaluation.Remarks,
            remark => remark.StartsWith("the run was trained on some classes only.", StringComparison.Ordinal)
        );
        // Its training images are all normal.
        var train = new EvaluateOptions { Choice = ImageChoice.OfSplit("train") };
        Assert.Null(Evaluate(run, null, train).Find("auroc-kl"));
        Assert.StartsWith(
            "anomaly: 0 of the 300 images are of the anomalous classes (0), and 300 of others",
            Assert.Throws<ArgumentException>(() => Evaluate(run, ["0"], train)).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Classes_that_do_not_exist_or_have_no_images_are_refused()
    {
        void AssertRefused(string complaint, string anomaly) =>
            Assert.StartsWith(
                complaint,
                Assert.Throws<ArgumentException>(() => Evaluate(small.Loaded, anomaly.Split(','))).Message,
                StringComparison.Ordinal
            );
        AssertRefused("anomaly: there is no class '12'; there are 0, 1,", "12");
        AssertRefused(
            "anomaly is others, the classes that the run was not trained on; it was trained on all.",
            "others"
        );
        AssertRefused("anomaly: 300 of the 300 images are of the anomalous classes (", "0,1,2,3,4,5,6,7,8,9");
        var unlabelled = new ImageDataset("plain", small.Loaded.Model.ImageShape, small.Loaded.Data.Test.Pixels);
        Assert.Equal(
            "anomaly needs labels; the images of plain have none.",
            Assert.Throws<ArgumentException>(() => AnomalyFigures.Of(small.Loaded, unlabelled, ["1"])).Message
        );
    }

    private LoadedRun Trained(string[]? only, string[]? without)
    {
        using var observer = new RecordingObserver();
        var config = small.Config with
        {
            OnlyClasses = only,
            WithoutClasses = without,
            BatchSize = only is null ? 100 : 10,
        };
        return LoadedRun.Open(
            TrainWorkflow.Start(config, _folder.Path, overwrite: false, TinyRun.Location, observer).Path
        );
    }

    private ModelEvaluation Evaluate(LoadedRun run, string[]? anomaly, EvaluateOptions? options = null) =>
        EvaluateWorkflow
            .Run(
                run,
                (options ?? new EvaluateOptions()) with
                {
                    Anomaly = anomaly,
                    Count = Count,
                    ImportanceSamples = 2,
                    Output = _folder.File("evaluation.json"),
                    Overwrite = true,
                }
            )
            .Evaluation;

    private int CountOf(byte label) => small.Loaded.Data.Test.Slice(0, Count).Labels!.Value.Span.Count(label);

    private static string Meaning(ModelEvaluation evaluation) =>
        evaluation.Figures.First(figure => figure.Name == "auroc-likelihood").Meaning;
}
