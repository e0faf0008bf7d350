using Elbo.Tests;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>Ctrl-C and a request to terminate, at any moment of training.</summary>
[Trait(LongTests.Category, LongTests.Name)]
public sealed class SignalledCommandTests(WritingFolder runs) : IClassFixture<WritingFolder>
{
    private const int Interrupt = 2,
        Terminate = 15;

    [LongSignalFact]
    public void A_run_signalled_at_random_moments_resumes_to_the_same_bytes()
    {
        const int Signals = 32;
        int seed = Environment.TickCount;
        var random = new Random(seed);
        WritingCommand command = new([
            "train",
            .. WritingFolder.Options,
            "-z",
            "2",
            "--epochs",
            "24",
            "--image-every",
            "0",
            "--name",
            "new",
        ])
        {
            Begins = "runs/new",
        };
        using var alone = runs.Copy(command);
        var before = WrittenFiles.Digests(alone.Path);
        RunningCommand.Run(alone.Path, runs.Arguments(command)).Succeeded();
        var promise = new Promise(before, WrittenFiles.Digests(alone.Path));

        var endings = new SortedDictionary<int, int>();
        for (int i = 0; i < Signals; )
        {
            using var folder = runs.Copy(command);
            bool ended = false;
            // Some of the runs are interrupted again in resume.
            while (!ended && i < Signals)
            {
                using var process = RunningCommand.Start(folder.Path, runs.Repetition(command, folder.Path));
                process.WaitForError("vae on ");
                process.WaitAtMost(TimeSpan.FromMilliseconds(random.Next(800)));
                int exitCode = process.HasEnded
                    ? process.Wait().ExitCode
                    : process.Signal(i++ % 2 == 0 ? Interrupt : Terminate).ExitCode;
                Assert.True(exitCode is 0 or 130, $"exit code {exitCode}, seed {seed}, signal {i}");
                endings[exitCode] = endings.GetValueOrDefault(exitCode) + 1;
                WrittenFiles.RequireComplete(folder.Path);
                Assert.Empty(WrittenFiles.Strays(folder.Path));
                ended = exitCode == 0 || random.Next(3) == 0;
            }
            CalledCommand.Run(folder.Path, runs.Repetition(command, folder.Path)).Succeeded();
            promise.RequireEnd(folder.Path);
        }
        string table = string.Join('\n', endings.Select(ending => $"| {ending.Key} | {ending.Value} |"));
        Artifacts.Write("signals.md", $"{Signals} signals\n\n| exit code | commands |\n|---|---|\n{table}\n");
    }
}

/// <summary>A long test that sends signals, reported skipped where child processes cannot receive them.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LongSignalFactAttribute : FactAttribute
{
    public LongSignalFactAttribute() =>
        Skip = LongTests.Skip ?? new SignalFactAttribute(2).Skip ?? new SignalFactAttribute(15).Skip;
}
