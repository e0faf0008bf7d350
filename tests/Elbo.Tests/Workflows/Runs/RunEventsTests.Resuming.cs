using Elbo.Tests.Formats.TensorBoard;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

/// <summary>Events of runs that were stopped and resumed.</summary>
public sealed partial class RunEventsTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(27)]
    public void A_stopped_run_resumes_to_the_events_of_one_that_was_never_stopped(int steps)
    {
        var stopped = StartAndStop(steps);
        // As of a process killed while it appended.
        foreach (string file in Directory.GetFiles(stopped.Events(), "*.tfevents.*", SearchOption.AllDirectories))
            using (var stream = new FileStream(file, FileMode.Append))
                stream.Write([9, 0, 0, 0, 0]);
        TrainWorkflow.Resume(stopped, epochs: null, TinyRun.Location, _observer);
        AssertSameEvents(stopped);
    }

    [Fact]
    public void Epochs_that_are_trained_once_more_are_told_once()
    {
        var stopped = StartAndStop(30);
        // The checkpoints of the second epoch and after are lost: the run goes back to the first.
        foreach (string file in new CheckpointStore(stopped.Checkpoints).Files.SkipLast(1))
            File.Delete(file);
        TrainWorkflow.Resume(stopped, epochs: null, TinyRun.Location, _observer);
        AssertSameEvents(stopped);
    }

    [Fact]
    public void More_epochs_go_on_in_the_same_files()
    {
        var run = TrainWorkflow.Start(
            Config with
            {
                Epochs = 1,
                ImageEvery = 0,
            },
            _folder.Path,
            overwrite: false,
            TinyRun.Location,
            _observer
        );
        TrainWorkflow.Resume(run, epochs: 2, TinyRun.Location, _observer);
        Assert.Equal([1, 2], Read(run, "test").Where(v => v.Tag == "loss").Select(v => v.Step));
        var values = EventReader.Folder(run.Events());
        Assert.Equal(["_hparams_/session_start_info", "_hparams_/session_end_info"], values.Select(v => v.Tag));
    }

    private RunFolder StartAndStop(int steps)
    {
        using var observer = new RecordingObserver { StopAfter = steps };
        Assert.Throws<RunStoppedException>(() => observer.Train(Config, _folder));
        return RunFolder.Open(_folder.File(Config.Name!));
    }

    private void AssertSameEvents(RunFolder run)
    {
        foreach (string split in Splits)
            Assert.Equal(Read(whole.Folder, split).Select(Contents), Read(run, split).Select(Contents));
        Assert.Equal(
            EventReader.Folder(whole.Folder.Events()).Select(v => v.Tag),
            EventReader.Folder(run.Events()).Select(v => v.Tag)
        );
        Assert.Equal(
            File.ReadAllBytes(whole.Folder.Events("projector", "z.tsv")),
            File.ReadAllBytes(run.Events("projector", "z.tsv"))
        );
    }
}
