using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class FolderSyncTests
{
    [Fact]
    public void Folders_are_created_with_those_above_them()
    {
        using var folder = new TemporaryFolder();
        FolderSync.Create(folder.File("a/b/c/"));
        FolderSync.Create(folder.File("a/b/c"));
        Assert.True(Directory.Exists(folder.File("a/b/c")));
    }

    [Fact]
    public void A_tree_with_files_that_may_only_be_read_is_flushed()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("below"));
        File.WriteAllText(folder.File("below/a"), "a");
        File.SetAttributes(folder.File("below/a"), FileAttributes.ReadOnly);
        FolderSync.FlushTree(folder.Path);
        FolderSync.Flush(folder.Path);
        File.SetAttributes(folder.File("below/a"), FileAttributes.Normal);
    }

    [Fact]
    public void A_folder_that_is_gone_has_nothing_to_flush()
    {
        using var folder = new TemporaryFolder();
        FolderSync.Flush(folder.File("missing"));
    }

    [Fact]
    public void Two_folders_are_swapped()
    {
        using var folder = new TemporaryFolder();
        foreach (string name in (string[])["a", "b"])
        {
            Directory.CreateDirectory(folder.File(name));
            File.WriteAllText(folder.File($"{name}/name"), name);
        }
        string old = FolderSync.Swap(folder.File("a"), folder.File("b"));
        Assert.Equal("b", File.ReadAllText(folder.File("a/name")));
        Assert.Equal("a", File.ReadAllText(Path.Combine(old, "name")));
        Assert.Equal(2, Directory.GetFileSystemEntries(folder.Path).Length);
    }
}
