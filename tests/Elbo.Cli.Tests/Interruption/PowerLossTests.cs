using System.Globalization;
using System.Text.RegularExpressions;
using Elbo.Tests;
using Elbo.Training;
using Xunit.Sdk;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>
/// The promise of a run folder holds for a power loss too, after which a disk has what was flushed and any part of the
/// rest: the real changes of real commands are replayed up to some moment.
/// </summary>
[Trait(LongTests.Category, LongTests.Name)]
public sealed partial class PowerLossTests(WritingFolder runs, PowerLossTable table)
    : IClassFixture<WritingFolder>,
        IClassFixture<PowerLossTable>
{
    private const int Losses = 200,
        Repeated = 8;

    /// <summary>Every kind of writing once: runs, sets of files, whole folders, single files.</summary>
    private static IEnumerable<WritingCommand> Commands =>
        WritingCommand
            .All.Where(command => command.Downloads is null)
            .DistinctBy(command => command.Arguments[0] + command.Deletes)
            .Where(command =>
                command.Arguments[0]
                    is "train"
                        or "resume"
                        or "label-clusters"
                        or "export"
                        or "import"
                        or "cluster"
                        or "select"
                        or "generate"
            );

    /// <summary>The commands by their titles.</summary>
    public static TheoryData<string> Titles => [.. Commands.Select(command => command.Title)];

    [StraceTheory]
    [MemberData(nameof(Titles))]
    public void What_was_complete_survives_a_power_loss_at_any_moment(string title)
    {
        int seed = Environment.TickCount,
            repeated = 0;
        var random = new Random(seed);
        var faults = new List<string>();
        var command = Commands.Single(command => command.Title == title);
        var (log, promise) = Record(command);
        for (int i = 0; i < Losses; i++)
        {
            int moment = i == 0 ? log.Changes.Count : random.Next(log.Changes.Count + 1);
            var order = i % 2 == 0 ? FolderOrder.None : FolderOrder.Journal;
            try
            {
                using var folder = new TemporaryFolder();
                Lose(command, log, promise, moment, order, random, folder);
                if (i % (Losses / Repeated) != 0)
                    continue;
                CalledCommand.Run(folder.Path, runs.Repetition(command, folder.Path)).Succeeded();
                promise.RequireEnd(folder.Path);
                repeated++;
            }
            catch (XunitException e)
            {
                faults.Add($"seed {seed}, loss {i} after {moment} ({order}): {e.Message}");
            }
        }
        int flushes = log.Changes.Count(change => change is Flushed);
        table.Add($"| `{title}` | {log.Changes.Count} | {flushes} | {Losses} | {repeated} of {Repeated} |");
        Assert.Empty(faults);
    }

    [StraceFact]
    public void Without_flushes_of_folders_the_same_replay_breaks_the_promise()
    {
        // Were the replay too kind, everything would pass.
        var command = WritingCommand.All[0];
        var (log, promise) = Record(command);
        var random = new Random(1);
        int faults = 0;
        for (int i = 0; i < Losses / 4; i++)
            try
            {
                using var folder = new TemporaryFolder();
                int moment = random.Next(log.Changes.Count);
                Lose(command, log.WithoutFlushesOfFolders(), promise, moment, FolderOrder.None, random, folder);
            }
            catch (XunitException)
            {
                faults++;
            }
        Assert.True(faults > 0);
    }

    /// <summary>Fails unless what is left after a power loss is what the command has promised.</summary>
    private static void Lose(
        WritingCommand command,
        DiskLog log,
        Promise promise,
        int moment,
        FolderOrder order,
        Random random,
        TemporaryFolder folder
    )
    {
        PowerLoss.Write(log, moment, order, random, folder.Path);
        promise.RequireKept(command, folder.Path);
        RequireSaid(command, log, moment, promise, folder);
    }

    private (DiskLog Log, Promise Promise) Record(WritingCommand command)
    {
        using var folder = runs.Copy(command);
        var before = WrittenFiles.Digests(folder.Path);
        var log = DiskLog.Record(folder.Path, runs.Arguments(command));
        return (log, new Promise(before, WrittenFiles.Digests(folder.Path)));
    }

    /// <summary>Fails unless the disk has what the command had said before the power loss.</summary>
    private static void RequireSaid(
        WritingCommand command,
        DiskLog log,
        int moment,
        Promise promise,
        TemporaryFolder folder
    )
    {
        var said = log.Changes.Take(moment).OfType<Said>().ToArray();
        if (said.Any(text => text.IsResult))
        {
            var now = WrittenFiles.Digests(folder.Path);
            Assert.Empty(promise.After.Where(file => now.GetValueOrDefault(file.Key) != file.Value).Select(f => f.Key));
        }
        int epoch = said.SelectMany(text => Epoch().Matches(text.Text))
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .LastOrDefault();
        string? run =
            command.Begins ?? command.Deletes ?? (command.Arguments[0] == "resume" ? command.Arguments[1] : null);
        if (run is null || !File.Exists(folder.File($"{run}/config.json")))
        {
            Assert.Equal(0, epoch);
            return;
        }
        var newest = new CheckpointStore(folder.File($"{run}/checkpoints")).LoadNewestSound(out var complaints);
        Assert.Empty(complaints);
        Assert.True(epoch <= (newest?.State.Epoch ?? 0), $"epoch {epoch} was reported, but has no checkpoint");
        if (command.Deletes is not null && IsNew(promise, folder, $"{run}/config.json"))
            foreach (var (path, digest) in WrittenFiles.Digests(folder.Path))
                if (
                    path.StartsWith(run + "/", StringComparison.Ordinal)
                    && promise.Before.TryGetValue(path, out string? old)
                )
                    Assert.True(
                        old != digest || digest == promise.After.GetValueOrDefault(path),
                        $"{path} of the old run is in the new one"
                    );
    }

    private static bool IsNew(Promise promise, TemporaryFolder folder, string path) =>
        WrittenFiles.Digests(folder.Path).GetValueOrDefault(path) == promise.After[path];

    [GeneratedRegex(@"epoch +(\d+)/")]
    private static partial Regex Epoch();
}

/// <summary>What the replays of all commands found, for the folder <c>artifacts</c>.</summary>
public sealed class PowerLossTable()
    : ResultTable("power-losses.md", "command", "changes", "flushes", "power losses", "repeated with equal bytes");

/// <summary>A long test that records commands with <c>strace</c>, reported skipped where that is impossible.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceFactAttribute : FactAttribute
{
    public StraceFactAttribute() => Skip = LongTests.Skip ?? DiskLog.Obstacle();
}

/// <summary>As <see cref="StraceFactAttribute"/>, for several commands.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class StraceTheoryAttribute : TheoryAttribute
{
    public StraceTheoryAttribute() => Skip = LongTests.Skip ?? DiskLog.Obstacle();
}
