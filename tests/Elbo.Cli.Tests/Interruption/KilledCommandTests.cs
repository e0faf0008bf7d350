using System.Diagnostics;
using Elbo.Tests;
using Xunit.Sdk;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>
/// The promise of every command that writes: kill it at any moment, and what was complete before is there and whole,
/// what has a final name is complete, and the same command again leaves what it would have left alone.
/// </summary>
[Trait(LongTests.Category, LongTests.Name)]
public sealed class KilledCommandTests(WritingFolder runs, KillTable table)
    : IClassFixture<WritingFolder>,
        IClassFixture<KillTable>
{
    private const int KillsPerCommand = 6;

    /// <summary>The commands by their titles.</summary>
    public static TheoryData<string> Titles => [.. WritingCommand.All.Select(command => command.Title)];

    [LongTheory]
    [MemberData(nameof(Titles))]
    public void A_command_that_writes_can_be_killed_and_repeated(string title)
    {
        int seed = Environment.TickCount,
            killed = 0,
            equal = 0;
        var random = new Random(seed);
        var faults = new List<string>();
        var command = WritingCommand.All.Single(command => command.Title == title);
        var alone = Alone(command);
        for (int i = 0; i < KillsPerCommand; i++)
            try
            {
                // Every second kill is aimed at a change of the disk.
                if (Kill(command, alone, random, aimed: i % 2 == 1))
                    killed++;
                equal++;
            }
            catch (XunitException e)
            {
                faults.Add($"seed {seed}, kill {i}: {e.Message}");
            }
        table.Add($"| `{title}` | {KillsPerCommand} | {killed} | {equal} |");
        Assert.Empty(faults);
    }

    [Fact]
    public void There_are_two_hundred_kills() => Assert.True(WritingCommand.All.Count * KillsPerCommand >= 200);

    /// <summary>
    /// The command that nobody kills: its files before and after, its time and its changes of the disk.
    /// </summary>
    private Uninterrupted Alone(WritingCommand command)
    {
        using var folder = runs.Copy(command);
        var before = WrittenFiles.Digests(folder.Path);
        using var server = Server(command);
        using var changes = new Changes(folder.Path);
        var clock = Stopwatch.StartNew();
        RunningCommand.Run(folder.Path, server?.Environment, runs.Arguments(command)).Succeeded();
        var after = WrittenFiles.Digests(folder.Path);
        Assert.NotEqual(before, after);
        Assert.Empty(WrittenFiles.Strays(folder.Path));
        return new Uninterrupted(new Promise(before, after), clock.Elapsed, changes.Count);
    }

    private bool Kill(WritingCommand command, Uninterrupted alone, Random random, bool aimed)
    {
        using var folder = runs.Copy(command);
        bool killed;
        using (var server = Server(command))
        using (var changes = new Changes(folder.Path))
        using (var process = RunningCommand.Start(folder.Path, server?.Environment, runs.Arguments(command)))
        {
            if (aimed)
                changes.At(random.Next(alone.Changes), process.Strike);
            process.WaitAtMost(aimed ? TimeSpan.FromMinutes(1) : random.NextDouble() * alone.Time);
            killed = process.Kill().ExitCode != 0;
        }
        alone.Promise.RequireKept(command, folder.Path);
        string[] repetition = runs.Repetition(command, folder.Path);
        if (Server(command) is { } mirror)
            using (mirror)
                RunningCommand.Run(folder.Path, mirror.Environment, repetition).Succeeded();
        else
            CalledCommand.Run(folder.Path, repetition).Succeeded();
        alone.Promise.RequireEnd(folder.Path);
        return killed;
    }

    private static FileServer? Server(WritingCommand command) =>
        command.Downloads is { } dataset ? new FileServer(Path.Combine(RealData.Root!, dataset)) : null;

    private sealed record Uninterrupted(Promise Promise, TimeSpan Time, int Changes);

    /// <summary>Counts the changes of a folder, and strikes at one of them.</summary>
    private sealed class Changes : IDisposable
    {
        private readonly FileSystemWatcher _watcher;
        private int _count,
            _moment = -1;
        private Action? _strike;

        public Changes(string folder)
        {
            _watcher = new FileSystemWatcher(folder)
            {
                IncludeSubdirectories = true,
                InternalBufferSize = 1 << 16,
                NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.LastWrite,
            };
            _watcher.Created += (_, _) => Changed();
            _watcher.Changed += (_, _) => Changed();
            _watcher.Renamed += (_, _) => Changed();
            _watcher.Deleted += (_, _) => Changed();
            _watcher.EnableRaisingEvents = true;
        }

        public int Count => _count;

        public void At(int moment, Action strike) => (_strike, _moment) = (strike, moment);

        public void Dispose() => _watcher.Dispose();

        private void Changed()
        {
            if (Interlocked.Increment(ref _count) > _moment && _moment >= 0)
                Interlocked.Exchange(ref _strike, null)?.Invoke();
        }
    }
}

/// <summary>What the kills of all commands found, for the folder <c>artifacts</c>.</summary>
public sealed class KillTable()
    : ResultTable("kills.md", "command", "kills", "before the end", "repeated with equal bytes");
