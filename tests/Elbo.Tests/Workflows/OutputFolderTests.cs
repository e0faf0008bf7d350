using Elbo.Workflows;

namespace Elbo.Tests.Workflows;

public class OutputFolderTests
{
    [Fact]
    public void A_folder_appears_complete_or_not_at_all()
    {
        using var parent = new TemporaryFolder();
        string path = parent.File("deep/mine");
        using (var left = OutputFolder.Choose(path, "usual", "mark.csv", overwrite: false))
        {
            File.WriteAllText(Path.Combine(left.Staging, "half.txt"), "");
            Assert.False(Directory.Exists(path));
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(parent.File("deep")));
        using var kept = OutputFolder.Choose(path, "usual", "mark.csv", overwrite: false);
        File.WriteAllText(Path.Combine(kept.Staging, "whole.txt"), "");
        kept.Complete();
        kept.Dispose();
        Assert.Equal([Path.Combine(path, "whole.txt")], Directory.EnumerateFileSystemEntries(path));
        Assert.Equal([path], Directory.EnumerateFileSystemEntries(parent.File("deep")));
    }

    [Fact]
    public void The_folder_of_a_killed_process_goes_and_that_of_a_running_one_stays()
    {
        using var parent = new TemporaryFolder();
        string stray = parent.File($".mine.{Guid.NewGuid():N}.tmp"),
            other = parent.File($".other.{Guid.NewGuid():N}.tmp");
        Directory.CreateDirectory(Path.Combine(stray, "images"));
        File.WriteAllText(Path.Combine(stray, "images", "half.png"), "");
        File.WriteAllText(stray + ".lock", "");
        Directory.CreateDirectory(other);
        using var running = OutputFolder.Choose(parent.File("mine"), "usual", "mark.csv", overwrite: false);
        string staging = running.Staging;
        using (var second = OutputFolder.Choose(parent.File("mine"), "usual", "mark.csv", overwrite: false))
            Assert.NotEqual(staging, second.Staging);
        Assert.Equal(
            new[] { staging, staging + ".lock", other }.Order(StringComparer.Ordinal),
            Directory.EnumerateFileSystemEntries(parent.Path).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_usual_folder_gets_a_number_when_taken()
    {
        using var parent = new TemporaryFolder();
        string usual = parent.File("a");
        Directory.CreateDirectory(usual);
        File.WriteAllText(parent.File("a-2"), "");
        using var folder = OutputFolder.Choose(null, usual, "mark.csv", overwrite: false);
        Assert.Equal(parent.File("a-3"), folder.Path);
    }

    [Fact]
    public void Only_a_folder_of_the_same_kind_is_replaced_and_only_when_asked()
    {
        using var parent = new TemporaryFolder();
        string path = parent.File("mine");
        Directory.CreateDirectory(path);
        using (var empty = OutputFolder.Choose(path, "usual", "mark.csv", overwrite: false))
            Assert.Equal(path, empty.Path);
        File.WriteAllText(Path.Combine(path, "precious.txt"), "");
        Assert.Equal(
            $"{path} exists; give another --output, or --overwrite to replace it.",
            Assert.Throws<IOException>(() => OutputFolder.Choose(path, "usual", "mark.csv", overwrite: false)).Message
        );
        Assert.Equal(
            $"{path} has no mark.csv, so --overwrite does not delete it; give another --output.",
            Assert.Throws<IOException>(() => OutputFolder.Choose(path, "usual", "mark.csv", overwrite: true)).Message
        );
        File.WriteAllText(Path.Combine(path, "mark.csv"), "");
        using var folder = OutputFolder.Choose(path, "usual", "mark.csv", overwrite: true);
        File.WriteAllText(Path.Combine(folder.Staging, "mark.csv"), "new");
        folder.Complete();
        Assert.Equal(["mark.csv"], Directory.EnumerateFiles(path).Select(Path.GetFileName));
    }

    [Fact]
    public void A_file_in_the_way_is_named()
    {
        using var parent = new TemporaryFolder();
        File.WriteAllText(parent.File("file"), "");
        Assert.Equal(
            $"{parent.File("file")} is a file, not a folder; give another --output.",
            Assert
                .Throws<IOException>(() => OutputFolder.Choose(parent.File("file"), "usual", "m", overwrite: true))
                .Message
        );
        Assert.StartsWith(
            $"{parent.File("file")} is a file, not a folder",
            Assert
                .Throws<IOException>(() =>
                    OutputFolder.Choose(parent.File("file/below"), "usual", "m", overwrite: false)
                )
                .Message
        );
        Assert.Equal(
            "output is empty; give a folder name.",
            Assert.Throws<ArgumentException>(() => OutputFolder.Choose(" ", "usual", "m", overwrite: false)).Message
        );
    }
}
