using System.Text.Json.Nodes;
using Elbo.Studio.Runs;
using Elbo.Training;
using Elbo.Training.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Elbo.Studio.Tests.Runs;

public sealed class TrainingJobsTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("elbo-jobs-test-");
    private readonly StudioOptions _options;
    private readonly RunIndex _index;
    private readonly TrainingJobs _jobs;

    public TrainingJobsTests()
    {
        _options = new StudioOptions { Folder = _folder.FullName };
        _index = new RunIndex(_options);
        _jobs = new TrainingJobs(_index, _options);
        SmallImages.Write(Photos, 30);
    }

    private string Photos => Path.Combine(_folder.FullName, "photos");

    public void Dispose()
    {
        _jobs.Dispose();
        _index.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_paused_training_stands_still_and_ends_with_the_same_bits_as_one_that_never_paused()
    {
        var plain = _jobs.Start(Config("plain", epochs: 3));
        WaitFor(plain, job => job.HasEnded);
        var paused = _jobs.Start(Config("paused", epochs: 3));
        PauseAfterAnEpoch(paused);
        var step = paused.Step;
        Thread.Sleep(300);
        Assert.Equal((step, JobState.Paused), (paused.Step, paused.State));
        Assert.Equal((2, 1), (step!.Value.Epoch, step.Value.Batch));
        paused.Continue();
        WaitFor(paused, job => job.HasEnded);
        Assert.Equal((JobState.Finished, JobState.Finished), (plain.State, paused.State));
        Assert.Equal(File.ReadAllBytes(plain.Folder!.Model), File.ReadAllBytes(paused.Folder!.Model));
        var rows = MetricsTable.Load(paused.Folder.Metrics).Rows;
        Assert.Equal(MetricsTable.Load(plain.Folder.Metrics).Rows.Select(r => r.Loss), rows.Select(r => r.Loss));
    }

    [Fact]
    public void The_time_of_a_pause_is_not_training_time()
    {
        var job = _jobs.Start(Config("paused", epochs: 2));
        PauseAfterAnEpoch(job);
        Thread.Sleep(1000);
        job.Continue();
        WaitFor(job, j => j.HasEnded);
        double seconds = MetricsTable.Load(job.Folder!.Metrics).Rows[^1].Seconds;
        Assert.True(seconds < 0.8, $"{seconds} s were counted");
    }

    [Fact]
    public void A_stopped_training_is_resumed_to_the_same_bits()
    {
        var plain = _jobs.Start(Config("plain", epochs: 3));
        WaitFor(plain, job => job.HasEnded);
        var stopped = _jobs.Start(Config("stopped", epochs: 3));
        PauseAfterAnEpoch(stopped);
        stopped.Stop();
        WaitFor(stopped, job => job.HasEnded);
        Assert.Equal(JobState.Stopped, stopped.State);
        Assert.Contains("can be resumed", stopped.Message);
        Assert.Equal(RunState.Stopped, _index.Find("stopped")!.State);
        var resumed = _jobs.Resume("stopped", null);
        WaitFor(resumed, job => job.HasEnded);
        Assert.Equal((JobState.Finished, null), (resumed.State, resumed.Message));
        Assert.Equal(File.ReadAllBytes(plain.Folder!.Model), File.ReadAllBytes(resumed.Folder!.Model));
        Assert.DoesNotContain(stopped, _jobs.Jobs);
    }

    [Fact]
    public void A_finished_run_is_resumed_with_more_epochs()
    {
        WaitFor(_jobs.Start(Config("first", epochs: 1)), job => job.HasEnded);
        var more = _jobs.Resume("first", 2);
        WaitFor(more, job => job.HasEnded);
        Assert.Equal((JobState.Finished, 2), (more.State, _index.Find("first")!.Epochs));
    }

    [Fact]
    public void The_end_of_the_server_stops_training_with_a_checkpoint_and_waits_for_it()
    {
        var training = _jobs.Start(Config("first", epochs: 100000));
        var waiting = _jobs.Start(Config("second", epochs: 1));
        WaitFor(training, job => job.Step is not null);
        Assert.Equal(JobState.Waiting, waiting.State);
        _jobs.Dispose();
        Assert.Equal((JobState.Stopped, JobState.Stopped), (training.State, waiting.State));
        Assert.NotEmpty(Directory.GetFiles(training.Folder!.Checkpoints));
        Assert.Null(waiting.Folder);
        Assert.Throws<ObjectDisposedException>(() => _jobs.Start(Config("third", epochs: 1)));
    }

    [Fact]
    public async Task A_disposed_server_has_stopped_its_training()
    {
        TrainingJob job;
        await using (var server = await StudioServer.StartAsync(_options))
        {
            job = server.Services.GetRequiredService<TrainingJobs>().Start(Config("first", epochs: 100000));
            WaitFor(job, j => j.Step is not null);
        }
        Assert.Equal(JobState.Stopped, job.State);
        Assert.NotEmpty(Directory.GetFiles(job.Folder!.Checkpoints));
    }

    [Fact]
    public void Further_trainings_wait_for_their_turn()
    {
        var first = _jobs.Start(Config("first", epochs: 2));
        var second = _jobs.Start(Config("second", epochs: 1));
        var third = _jobs.Start(Config("third", epochs: 1));
        third.Stop();
        Assert.Equal(JobState.Stopped, third.State);
        WaitFor(second, job => job.Step is not null);
        Assert.True(first.HasEnded);
        WaitFor(second, job => job.HasEnded);
        Assert.Equal(JobState.Finished, second.State);
    }

    [Fact]
    public void Errors_end_a_training_in_one_line_and_the_next_one_starts()
    {
        var diverging = _jobs.Start(
            Config("diverging", epochs: 9, ("learning-rate", 1e30), ("optimizer", "sgd"), ("hidden", new JsonArray(16)))
        );
        var missing = _jobs.Start(Config("missing", epochs: 1, ("dataset", "mnist"), ("data-dir", _folder.FullName)));
        var sound = _jobs.Start(Config("sound", epochs: 1));
        WaitFor(sound, job => job.HasEnded);
        Assert.Equal((JobState.Failed, JobState.Failed), (diverging.State, missing.State));
        Assert.Contains("loss", diverging.Message);
        Assert.Contains("mnist", missing.Message);
        Assert.DoesNotContain('\n', diverging.Message + missing.Message);
        Assert.Equal(JobState.Finished, sound.State);
    }

    [Fact]
    public void A_run_that_is_being_trained_is_not_resumed()
    {
        var job = _jobs.Start(Config("first", epochs: 100000));
        WaitFor(job, j => j.Step is not null);
        Assert.Contains("already", Assert.Throws<ArgumentException>(() => _jobs.Resume("first", null)).Message);
        job.Stop();
        Assert.Contains("no run", Assert.Throws<ArgumentException>(() => _jobs.Resume("none", null)).Message);
    }

    private RunConfig Config(string name, int epochs, params (string Name, JsonNode Value)[] more)
    {
        var options = new JsonObject
        {
            ["name"] = name,
            ["epochs"] = epochs,
            ["images"] = Photos,
            ["model"] = "vae",
            ["hidden"] = new JsonArray(16),
            ["batch-size"] = 5,
            ["threads"] = 1,
            ["tensorboard"] = "none",
            ["image-every"] = 0,
        };
        foreach (var (key, value) in more)
            options[key] = value.DeepClone();
        if (options.ContainsKey("dataset"))
            options.Remove("images");
        return RunSettings.Combine(("the test", options));
    }

    /// <summary>Pauses at the first step of the second epoch.</summary>
    private static void PauseAfterAnEpoch(TrainingJob job)
    {
        job.Changed += Pause;
        WaitFor(job, j => j.State == JobState.Paused);
        job.Changed -= Pause;

        void Pause()
        {
            if (job is { State: JobState.Training, Step: { Epoch: 1 } step } && step.Batch == step.Batches)
                job.Pause();
        }
    }

    private static void WaitFor(TrainingJob job, Func<TrainingJob, bool> condition) =>
        Assert.True(
            SpinWait.SpinUntil(() => condition(job), Patience),
            $"{job.Name} is {job.State}: {job.Message} {string.Join(' ', job.Notes)}"
        );
}
