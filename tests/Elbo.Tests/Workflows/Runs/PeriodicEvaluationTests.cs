using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

/// <summary>Evaluations between the epochs of a run.</summary>
[Collection(SmallRunTests.Name)]
public sealed class PeriodicEvaluationTests(SmallRun small) : IDisposable
{
    private RunConfig Config { get; } =
        small.Config with
        {
            Tensorboard = TensorboardDetail.Scalars,
            Evaluation = new PeriodicEvaluation
            {
                Every = 1,
                Samples = 3,
                Count = 30,
            },
        };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Training_has_the_same_bits_with_evaluations_as_without()
    {
        using var observer = new RecordingObserver();
        var run = observer.Train(Config, _folder);
        Assert.Equal(File.ReadAllBytes(small.Loaded.Folder.Model), File.ReadAllBytes(run.Model));
        Assert.Equal([1, 2], observer.Evaluations.Select(evaluation => evaluation.Epoch));
        Assert.Equal(["test-epoch-001.json", "test-epoch-002.json"], Evaluations(run).Keys);
        Assert.Single(Directory.GetFiles(run.Events("evaluation")));
    }

    [Fact]
    public void The_figures_are_those_of_the_command_for_the_same_weights()
    {
        using var observer = new RecordingObserver();
        var run = observer.Train(Config with { Evaluation = Config.Evaluation with { Every = 2 } }, _folder);
        var own = Assert.Single(observer.Evaluations);
        using var loaded = LoadedRun.Open(run.Path);
        var options = new EvaluateOptions { ImportanceSamples = 3, Count = 30 };
        var (evaluation, _) = EvaluateWorkflow.Run(loaded, options);
        Assert.Equal(evaluation.Figures.Take(own.Figures.Count), own.Figures);
        Assert.Equal(evaluation.KlPerDimension, own.KlPerDimension);
        Assert.Equal(own.ToJson(), ModelEvaluation.Load(run.EpochEvaluation(2)).ToJson());
        ReportWorkflow.Run(run);
        string page = File.ReadAllText(run.Report);
        Assert.Contains("Over the epochs: 30 test images, 3 samples each", page, StringComparison.Ordinal);
        Assert.Contains("active-units over the epochs, in units: ", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_that_is_cancelled_in_an_evaluation_resumes_with_it_to_the_same_bytes(int epoch)
    {
        using var whole = new RecordingObserver();
        var expected = whole.Train(Config with { Name = "whole" }, _folder);
        using var first = new RecordingObserver { StopAfterEpoch = epoch };
        var e = Assert.Throws<RunStoppedException>(() => first.Train(Config with { Name = "cut" }, _folder));
        string path = _folder.File("cut");
        Assert.Equal($"stopped in the evaluation after epoch {epoch}; 'elbo resume {path}' resumes it.", e.Message);
        var run = RunFolder.Open(path);
        Assert.Equal(epoch - 1, Evaluations(run).Count);

        using var second = new RecordingObserver();
        TrainWorkflow.Resume(run, epochs: null, TinyRun.Location, second);
        Assert.Equal(
            Enumerable.Range(epoch, 3 - epoch),
            second.Evaluations.Select(evaluation => evaluation.Epoch!.Value)
        );
        Assert.Equal(Evaluations(expected), Evaluations(run));
        Assert.Equal(File.ReadAllBytes(expected.Model), File.ReadAllBytes(run.Model));
    }

    [Fact]
    public void Impossible_numbers_are_refused()
    {
        Assert.StartsWith("evaluate-every is -1;", Refused(new() { Every = -1 }), StringComparison.Ordinal);
        Assert.StartsWith("evaluate-samples is 0;", Refused(new() { Samples = 0 }), StringComparison.Ordinal);
        Assert.Equal(
            "evaluate-count is 1; it must be 0 (all), or 2 or more, for variances over images.",
            Refused(new() { Count = 1 })
        );
        Assert.Equal(
            "evaluate-every is 3; it needs 2 or more test images, for variances over images, and there is 1.",
            Assert
                .Throws<ArgumentException>(() => new PeriodicEvaluation { Every = 3 }.RequireImages(images: 1))
                .Message
        );

        string Refused(PeriodicEvaluation options) =>
            Assert.Throws<ArgumentException>(() => (Config with { Evaluation = options }).Validate()).Message;
    }

    /// <summary>The contents of the files in the folder of evaluations, by name.</summary>
    private static SortedDictionary<string, string> Evaluations(RunFolder run) =>
        Directory.Exists(run.Evaluation())
            ? new(
                Directory.GetFiles(run.Evaluation()).ToDictionary(file => Path.GetFileName(file), File.ReadAllText),
                StringComparer.Ordinal
            )
            : [];
}
