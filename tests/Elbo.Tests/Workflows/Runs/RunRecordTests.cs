using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Runs;

/// <summary>What <c>run.json</c> keeps of who trained a run.</summary>
[Collection(TinyRunTests.Name)]
public class RunRecordTests(TinyRun run)
{
    [Fact]
    public void A_run_records_its_size_and_the_machine()
    {
        var record = RunRecord.Load(run.Folder)!;
        Assert.Equal(
            (run.Start.Parameters, "28×28", 12_000, 0, 2_000),
            (record.Parameters, record.ImageShape, record.TrainImages, record.ValidationImages, record.TestImages)
        );
        Assert.Equal(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"], record.ClassNames);
        var session = Assert.Single(record.Sessions);
        Assert.Equal(
            (1, (int?)2, run.Start.Threads, run.Start.InstructionSet),
            (session.FirstEpoch, session.LastEpoch, session.Threads, session.InstructionSet)
        );
        Assert.True(session.Started <= session.Ended && session.Ended <= DateTimeOffset.UtcNow);
        Assert.All(
            (string[])[session.Elbo, session.Runtime, session.System, session.Processor],
            text => Assert.NotEqual("", text)
        );
        Assert.Equal(Environment.ProcessorCount, session.Cores);
    }

    [Fact]
    public void Stopping_and_resuming_makes_two_sessions_and_a_run_that_is_done_no_third()
    {
        using var folder = new TemporaryFolder();
        var stopped = Stopped(folder, "run");
        Assert.Equal([(1, (int?)1)], Epochs(stopped));
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(stopped, epochs: null, TinyRun.Location, observer);
        Assert.Equal([(1, (int?)1), (2, 2)], Epochs(stopped));
        TrainWorkflow.Resume(stopped, epochs: null, TinyRun.Location, observer);
        Assert.Equal(2, RunRecord.Load(stopped)!.Sessions.Count);
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData("junk", 1)]
    [InlineData("null", 1)]
    [InlineData("""{"sessions": null}""", 1)]
    public void A_run_whose_record_is_gone_or_damaged_resumes_and_begins_another(string? content, int notes)
    {
        using var folder = new TemporaryFolder();
        var stopped = Stopped(folder, "run");
        if (content is null)
            File.Delete(stopped.Record);
        else
            File.WriteAllText(stopped.Record, content);
        using var observer = new RecordingObserver();
        TrainWorkflow.Resume(stopped, epochs: null, TinyRun.Location, observer);
        Assert.Equal(
            notes,
            observer.Notes.Count(note =>
                note.StartsWith(stopped.Record, StringComparison.Ordinal)
                && note.EndsWith("A new one is started.", StringComparison.Ordinal)
            )
        );
        Assert.Equal([(2, (int?)2)], Epochs(stopped));
    }

    [Theory]
    [InlineData("""{"sessions":[null]}""", "session 1 is null")]
    [InlineData("""{"class-names":["a",null]}""", "a class name is null")]
    [InlineData("""{"train-images":-1}""", "a number of parameters or images is negative")]
    [InlineData(
        """{"sessions":[{"first-epoch":-2000000000,"last-epoch":2}]}""",
        "session 1 has epochs -2000000000 to 2; they count from 1"
    )]
    [InlineData(
        """{"sessions":[{"first-epoch":5,"last-epoch":2}]}""",
        "session 1 has epochs 5 to 2; they count from 1"
    )]
    public void Values_that_no_run_has_are_reported_with_the_path(string content, string complaint)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("config.json"), "{}");
        File.WriteAllText(folder.File("run.json"), content);
        Assert.Equal(
            $"{folder.File("run.json")} is not a record of a run: {complaint}.",
            Assert.Throws<InvalidDataException>(() => RunRecord.Load(RunFolder.Open(folder.Path))).Message
        );
    }

    private static IEnumerable<(int First, int? Last)> Epochs(RunFolder run) =>
        RunRecord.Load(run)!.Sessions.Select(s => (s.FirstEpoch, s.LastEpoch));

    /// <summary>A run stopped in its second epoch.</summary>
    private static RunFolder Stopped(TemporaryFolder folder, string name)
    {
        using var observer = new RecordingObserver { StopAfter = 14 };
        Assert.Throws<RunStoppedException>(() =>
            TrainWorkflow.Start(
                SmallDigits.Config with
                {
                    Name = name,
                },
                folder.Path,
                overwrite: false,
                TinyRun.Location,
                observer,
                cancellation: observer.Token
            )
        );
        return RunFolder.Open(folder.File(name));
    }
}
