using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

public sealed class RunDataTests : IDisposable
{
    private static readonly RunConfig WithoutTwo = SmallDigits.Config with
    {
        WithoutClasses = ["1", "7"],
        ValidationFraction = 0.25f,
        Threads = 1,
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stopped_run_of_some_classes_resumes_with_the_same_images_to_the_same_bytes()
    {
        using var whole = new RecordingObserver();
        var first = whole.Train(WithoutTwo with { Name = "whole" }, _folder);
        using var stopped = new RecordingObserver { StopAfter = 5 };
        Assert.Throws<RunStoppedException>(() => stopped.Train(WithoutTwo with { Name = "stopped" }, _folder));
        using var resumed = new RecordingObserver();
        var second = RunFolder.Open(_folder.File("stopped"));
        TrainWorkflow.Resume(second, epochs: null, TinyRun.Location, resumed);
        Assert.Equal(File.ReadAllBytes(first.Model), File.ReadAllBytes(second.Model));
        // A change of the images would be noted.
        Assert.Empty(resumed.Notes);
        Assert.Equal(RunRecord.Load(first)!.Data, RunRecord.Load(second)!.Data);
    }

    [Fact]
    public void Commands_read_the_training_images_of_the_classes_and_all_test_images()
    {
        using var observer = new RecordingObserver();
        var folder = observer.Train(WithoutTwo with { Epochs = 1 }, _folder);
        var notes = new List<string>();
        using var run = LoadedRun.Open(folder.Path, notes: new Listed(notes));
        var labels = run.Data.Train.Labels!.Value.ToArray();
        Assert.Equal([0, 2, 3, 4, 5, 6, 8, 9], labels.Distinct().Order().Select(label => (int)label));
        Assert.Equal(run.Data.Train.Count, observer.Start!.TrainImages + observer.Start.ValidationImages);
        Assert.Equal(run.Data.Train.Count / 4.0, observer.Start.ValidationImages, 1.0);
        Assert.Equal((300, 10), (run.Data.Test.Count, run.Data.Test.Labels!.Value.ToArray().Distinct().Count()));
        Assert.Empty(notes);
        Assert.Equal(["1", "7"], run.Config.WithoutClasses);
    }

    private sealed class Listed(List<string> notes) : IProgress<string>
    {
        public void Report(string value) => notes.Add(value);
    }
}
