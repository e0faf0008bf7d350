using System.Collections.Concurrent;
using Elbo.Training.Runs;

namespace Elbo.Tests.Training.Runs;

public class RunFolderTests
{
    [Fact]
    public void A_taken_name_gets_a_number()
    {
        using var parent = new TemporaryFolder();
        Assert.Equal(
            ["run", "run-2", "run-3"],
            Enumerable.Range(0, 3).Select(_ => RunFolder.Create(parent.Path, "run", overwrite: false).Name)
        );
        File.WriteAllText(parent.File("file"), "");
        Assert.Equal("file-2", RunFolder.Create(parent.Path, "file", overwrite: false).Name);
    }

    [Fact]
    public void Folders_above_are_made()
    {
        using var parent = new TemporaryFolder();
        Assert.True(Directory.Exists(RunFolder.Create(parent.File("a/b"), "run", overwrite: false).Path));
    }

    [Fact]
    public void Overwriting_deletes_a_run_and_takes_its_name()
    {
        using var parent = new TemporaryFolder();
        var old = RunFolder.Create(parent.Path, "run", overwrite: false);
        File.WriteAllText(old.Config, "{}");
        File.WriteAllText(old.Metrics, "old");
        var made = RunFolder.Create(parent.Path, "run", overwrite: true);
        Assert.Equal(old.Path, made.Path);
        Assert.Empty(Directory.GetFileSystemEntries(made.Path));
        Assert.Equal("fresh", RunFolder.Create(parent.Path, "fresh", overwrite: true).Name);
    }

    [Fact]
    public void A_folder_that_a_killed_process_left_empty_is_used()
    {
        using var parent = new TemporaryFolder();
        var left = RunFolder.Create(parent.Path, "run", overwrite: false);
        File.WriteAllText(Path.Combine(left.Path, ".lock"), "");
        Assert.Equal("run", RunFolder.Create(parent.Path, "run", overwrite: false).Name);
    }

    [Fact]
    public void Those_who_want_a_name_at_once_get_one_each()
    {
        using var parent = new TemporaryFolder();
        var made = new ConcurrentBag<(RunFolder Run, RunLock Held)>();
        Thread[] threads =
        [
            .. Enumerable
                .Range(0, 24)
                .Select(_ => new Thread(() =>
                    made.Add(
                        (RunFolder.CreateLocked(parent.Path, "run", false, out var run) is var held ? run : null!, held)
                    )
                )),
        ];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        Assert.Equal(24, made.Select(one => one.Run.Path).Distinct().Count());
        foreach (var (_, held) in made)
            held.Dispose();
    }

    [Fact]
    public void A_run_that_is_trained_is_not_overwritten_at_any_moment()
    {
        using var parent = new TemporaryFolder();
        using var held = RunFolder.CreateLocked(parent.Path, "run", overwrite: true, out var run);
        // Before its first file, and after.
        Assert.Throws<IOException>(() => RunFolder.CreateLocked(parent.Path, "run", overwrite: true, out _));
        File.WriteAllText(run.Config, "{}");
        Assert.Throws<IOException>(() => RunFolder.CreateLocked(parent.Path, "run", overwrite: true, out _));
        Assert.True(File.Exists(run.Config));
        Assert.Equal("run-2", RunFolder.Create(parent.Path, "run", overwrite: false).Name);
    }

    [Fact]
    public void Overwriting_does_not_delete_what_is_no_run()
    {
        using var parent = new TemporaryFolder();
        Directory.CreateDirectory(parent.File("photos"));
        File.WriteAllText(parent.File("photos/cat.png"), "cat");
        File.WriteAllText(parent.File("file"), "text");
        Assert.Equal(
            $"{parent.File("photos")} is not a run folder (it has no config.json), so --overwrite does not delete "
                + "it; choose another --name.",
            Assert.Throws<IOException>(() => RunFolder.Create(parent.Path, "photos", overwrite: true)).Message
        );
        Assert.Throws<IOException>(() => RunFolder.Create(parent.Path, "file", overwrite: true));
        Assert.True(File.Exists(parent.File("photos/cat.png")));
        Assert.True(File.Exists(parent.File("file")));
    }

    [Fact]
    public void A_file_in_the_place_of_a_folder_is_told()
    {
        using var parent = new TemporaryFolder();
        File.WriteAllText(parent.File("file"), "");
        foreach (string output in (string[])[parent.File("file"), parent.File("file/deeper/still")])
            Assert.Equal(
                $"{parent.File("file")} is a file, not a folder; give another --output.",
                Assert.Throws<IOException>(() => RunFolder.Create(output, "run", overwrite: false)).Message
            );
        Assert.Equal(
            "output is empty; name the folder above the run folder.",
            Assert.Throws<ArgumentException>(() => RunFolder.Create(" ", "run", overwrite: false)).Message
        );
    }

    [Fact]
    public void Only_a_folder_with_a_config_opens_as_a_run()
    {
        using var parent = new TemporaryFolder();
        Assert.Equal(
            $"there is no run folder '{parent.File("none")}'. A run is the folder of a trained model, such as runs/vae-mnist-z2; "
                + "'elbo train' prints the one it writes.",
            Assert.Throws<DirectoryNotFoundException>(() => RunFolder.Open(parent.File("none"))).Message
        );
        Assert.Equal(
            $"{parent.Path} is not a run folder: it has no config.json.",
            Assert.Throws<InvalidDataException>(() => RunFolder.Open(parent.Path)).Message
        );
        File.WriteAllText(parent.File("config.json"), "{}");
        Assert.Equal(parent.Path, RunFolder.Open(parent.Path).Path);
        Assert.Equal(Path.GetFileName(parent.Path), RunFolder.Open(parent.Path + "/").Name);
    }
}
