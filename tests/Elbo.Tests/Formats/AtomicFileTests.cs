using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class AtomicFileTests
{
    [Fact]
    public void A_file_is_replaced_and_nothing_else_is_left()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(folder.File("a.bin"), [1, 2, 3]);
        AtomicFile.Write(folder.File("a.bin"), [4]);
        Assert.Equal([4], File.ReadAllBytes(folder.File("a.bin")));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Missing_folders_are_made()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(folder.File("plots/deep/a.bin"), [1]);
        Assert.True(File.Exists(folder.File("plots/deep/a.bin")));
    }

    [Fact]
    public void A_failed_write_leaves_no_temporary_file()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("taken"));
        Assert.ThrowsAny<SystemException>(() => AtomicFile.Write(folder.File("taken"), [1]));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }
}
