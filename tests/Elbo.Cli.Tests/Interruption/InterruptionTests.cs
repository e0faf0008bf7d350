using System.Text.RegularExpressions;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>
/// The promise of a run folder: kill the process at any instant, resume, and end with the bytes of a run that was left
/// alone.
/// </summary>
public sealed partial class InterruptionTests(InterruptionTests.LongRun whole)
    : IClassFixture<InterruptionTests.LongRun>
{
    private const int Interrupt = 2,
        Terminate = 15;

    /// <summary>Twenty epochs of 24 steps with a checkpoint each, and chance in every part of a step.</summary>
    private static readonly string[] Options =
    [
        "--hidden",
        "12",
        "--batch-size",
        "500",
        "--epochs",
        "20",
        "--dropout",
        "0.1",
        "--noise",
        "gaussian",
        "--binarize",
        "dynamic",
        "--kl-warmup",
        "12",
        "--lr-schedule",
        "plateau",
        "--validation-fraction",
        "0.05",
        "--image-every",
        "0",
        "--name",
        "run",
        "--seed",
        "3",
    ];

    [Fact]
    public void A_run_killed_at_random_moments_and_resumed_ends_with_the_bytes_of_one_left_alone()
    {
        const int Kills = 5;
        using var folder = new TemporaryFolder();
        int seed = Environment.TickCount;
        var random = new Random(seed);
        string path = Path.Combine("runs", "run"),
            trace = $"delays from seed {seed}:";
        int killed = 0;
        for (int i = 0; i < Kills; i++)
        {
            string[] arguments = Directory.Exists(folder.File(path))
                ? ["resume", path]
                : ["train", .. Options, "--threads", "1"];
            using var command = RunningCommand.Start(folder.Path, arguments);
            command.WaitForError("vae on digits");
            int delay = random.Next(i == 0 ? 60 : 200);
            trace += $" {delay}";
            Thread.Sleep(delay);
            if (command.Kill().ExitCode != 0)
                killed++;
            WrittenFiles.RequireComplete(folder.File(path));
        }
        Assert.True(killed > 1, "the run was over before it could be killed");

        var result = RunningCommand.Run(folder.Path, "resume", path).Succeeded();
        Assert.Equal(path + "\n", result.Output);
        Assert.True(
            whole.Weights.AsSpan().SequenceEqual(File.ReadAllBytes(folder.File("runs/run/model.safetensors"))),
            trace
        );
        Assert.Equal(whole.Losses, LongRun.LossesOf(folder.Path));
        Assert.Equal(whole.Curves, File.ReadAllBytes(folder.File(LongRun.CurvesPath)));
        Assert.Equal(whole.Files, LongRun.FilesOf(folder.Path));
    }

    [SignalFact(Interrupt)]
    public void Ctrl_c_ends_after_the_step_with_a_checkpoint_and_tells_how_to_go_on()
    {
        using var folder = AssertStops(Interrupt, out string path);
        RunningCommand.Run(folder.Path, "resume", path).Succeeded();
        Assert.Equal(whole.Weights, File.ReadAllBytes(folder.File("runs/run/model.safetensors")));
        Assert.Equal(whole.Losses, LongRun.LossesOf(folder.Path));
    }

    [SignalFact(Terminate)]
    public void A_request_to_terminate_does_the_same() => AssertStops(Terminate, out _).Dispose();

    [SignalFact(Interrupt)]
    public void Ctrl_c_before_training_leaves_nothing()
    {
        using var folder = new TemporaryFolder();
        using var command = RunningCommand.Start(folder.Path, "bench", "--seconds", "30");
        // Nothing shows that it listens, and until then the signal ends any process. A busy machine needs seconds.
        Thread.Sleep(3000);
        var result = command.Signal(Interrupt);
        Assert.Equal((130, "elbo: interrupted.\n"), (result.ExitCode, result.Error));
        Assert.Empty(folder.Snapshot());
    }

    private static TemporaryFolder AssertStops(int signal, out string path)
    {
        var folder = new TemporaryFolder();
        path = Path.Combine("runs", "run");
        using var command = RunningCommand.Start(folder.Path, ["train", .. Options]);
        command.WaitForError("epoch  2/20");
        var stopped = command.Signal(signal);
        Assert.Equal((130, ""), (stopped.ExitCode, stopped.Output));
        Assert.Matches($"^elbo: stopped in epoch [0-9]+; 'elbo resume {path}' resumes it.$", stopped.ErrorLines[^1]);
        Assert.Single(stopped.ErrorLines, line => line.StartsWith("elbo: ", StringComparison.Ordinal));
        Assert.NotEmpty(Directory.GetFiles(folder.File("runs/run/checkpoints")));
        WrittenFiles.RequireComplete(folder.File(path));
        return folder;
    }

    /// <summary>The run that nobody interrupts.</summary>
    public sealed class LongRun : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public LongRun() => RunningCommand.Run(_folder.Path, ["train", .. Options, "--threads", "2"]).Succeeded();

        public byte[] Weights => File.ReadAllBytes(_folder.File("runs/run/model.safetensors"));

        public const string CurvesPath = "runs/run/plots/curves.png";

        public byte[] Curves => File.ReadAllBytes(_folder.File(CurvesPath));

        public IEnumerable<string> Losses => LossesOf(_folder.Path);

        public IEnumerable<string> Files => FilesOf(_folder.Path);

        /// <summary>The metrics without the columns of time.</summary>
        public static IEnumerable<string> LossesOf(string parent) =>
            File.ReadLines(Path.Combine(parent, "runs", "run", "metrics.csv"))
                .Select(line => string.Join(',', line.Split(',')[..^2]));

        /// <summary>The files; those of events have the time in their names.</summary>
        public static IEnumerable<string> FilesOf(string parent) =>
            Directory
                .EnumerateFiles(parent, "*", SearchOption.AllDirectories)
                .Select(f => EventTime().Replace(Path.GetRelativePath(parent, f), "tfevents.N."))
                .Order(StringComparer.Ordinal);

        public void Dispose() => _folder.Dispose();
    }

    [GeneratedRegex(@"tfevents\.\d{10}\.")]
    private static partial Regex EventTime();
}
