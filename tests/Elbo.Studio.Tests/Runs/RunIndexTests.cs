using Elbo.Studio.Runs;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Studio.Tests.Runs;

/// <summary>The index sees what is on the disk, of whichever process.</summary>
[Collection(StudioTests.Name)]
public sealed class RunIndexTests(StudioSession studio) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elbo-index-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Runs_are_found_in_folders_of_folders_and_nothing_else_is()
    {
        Copy("a");
        Copy("group/b");
        Copy("group/deeper/c");
        Copy("a/checkpoints/not-a-run");
        Directory.CreateDirectory(In("other"));
        File.WriteAllText(In("other/config.json"), "{}");
        Directory.CreateSymbolicLink(In("link"), In("group"));
        using var index = new RunIndex(new StudioOptions { Folder = _folder });
        Assert.Equal(["a", "group/b", "group/deeper/c"], index.Runs.Select(run => run.Id));
        Assert.Null(index.Find("../" + Path.GetFileName(_folder) + "/a"));
        Assert.Null(index.Find(null));
    }

    [Fact]
    public void A_run_is_what_its_files_say()
    {
        Copy("done");
        Copy("damaged");
        File.WriteAllText(In("damaged/config.json"), "{ no");
        Copy("half");
        var half = MetricsTable.Load(In("half/metrics.csv"));
        half.KeepUntil(2);
        half.Save(In("half/metrics.csv"));
        Copy("training");
        using var held = RunLock.Take(RunFolder.Open(In("training")));
        Copy("killed");
        File.WriteAllText(In("killed/.lock"), "");
        using var index = new RunIndex(new StudioOptions { Folder = _folder });
        Assert.Equal(RunState.Finished, index.Find("done")!.State);
        Assert.Equal(RunState.Finished, index.Find("killed")!.State);
        Assert.Equal(RunState.Stopped, index.Find("half")!.State);
        Assert.Equal(2, index.Find("half")!.Epochs);
        Assert.Equal(RunState.Training, index.Find("training")!.State);
        Assert.Equal(RunState.Damaged, index.Find("damaged")!.State);
        Assert.Contains("config.json", index.Find("damaged")!.Problem, StringComparison.Ordinal);
        Assert.True(File.Exists(In("killed/.lock")));
    }

    [Fact]
    public void Listeners_hear_of_new_changed_renamed_and_deleted_runs()
    {
        using var index = new RunIndex(new StudioOptions { Folder = _folder });
        Assert.Empty(index.Runs);
        Assert.True(Hears(index, () => Copy("new"), () => index.Find("new") is { Epochs: 3 }));
        var metrics = MetricsTable.Load(In("new/metrics.csv"));
        metrics.KeepUntil(1);
        Assert.True(Hears(index, () => metrics.Save(In("new/metrics.csv")), () => index.Find("new") is { Epochs: 1 }));
        Assert.True(
            Hears(index, () => Directory.Move(In("new"), In("renamed")), () => index.Find("renamed") is not null)
        );
        Assert.Null(index.Find("new"));
        Assert.True(Hears(index, () => Directory.Delete(In("renamed"), true), () => index.Runs.Count == 0));
    }

    private static bool Hears(RunIndex index, Action change, Func<bool> expected)
    {
        using var heard = new ManualResetEventSlim();
        void Check(IReadOnlyCollection<string> ids)
        {
            if (expected())
                heard.Set();
        }
        index.Changed += Check;
        change();
        bool isHeard = heard.Wait(TimeSpan.FromSeconds(20));
        index.Changed -= Check;
        return isHeard;
    }

    private string In(string path) => Path.Combine(_folder, path);

    private void Copy(string name) => RunCopies.Copy(Path.Combine(studio.Runs, "first"), In(name));
}

/// <summary>Copies of a run folder.</summary>
internal static class RunCopies
{
    /// <summary>Copies a folder with all that is in it.</summary>
    public static void Copy(string from, string to)
    {
        foreach (string file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            string target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
