using Elbo.Formats;

namespace Elbo.Tests.Formats;

public class AtomicFileTests
{
    [Fact]
    public void A_file_is_written_with_its_folder_and_nothing_beside_it()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "new", "a.txt");
        AtomicFile.WriteText(path, "σ");
        Assert.Equal([0xCF, 0x83], File.ReadAllBytes(path));
        Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "new")));
    }

    [Fact]
    public void Until_it_is_complete_the_old_file_is_there_whole()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        AtomicFile.Write(
            path,
            stream =>
            {
                stream.WriteByte((byte)'n');
                stream.Flush();
                Assert.Equal("old", File.ReadAllText(path));
            }
        );
        Assert.Equal("n", File.ReadAllText(path));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_no_rubbish()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("a.txt");
        AtomicFile.WriteText(path, "old");
        Assert.Throws<InvalidOperationException>(() =>
            AtomicFile.Write(
                path,
                stream =>
                {
                    stream.WriteByte(1);
                    throw new InvalidOperationException();
                }
            )
        );
        Assert.Equal("old", File.ReadAllText(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void A_name_that_a_folder_has_leaves_no_rubbish()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder.File("taken"));
        Assert.ThrowsAny<SystemException>(() => AtomicFile.WriteText(folder.File("taken"), "a"));
        Assert.Single(Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_is_no_file_name()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<ArgumentException>(() => AtomicFile.WriteText(folder.Path + Path.DirectorySeparatorChar, ""));
    }

    [Fact]
    public void Strays_of_killed_writers_go_and_all_else_stays()
    {
        using var folder = new TemporaryFolder();
        string stray = folder.File(".a.safetensors.0123456789abcdef0123456789abcdef.tmp");
        string[] others = [folder.File(".gitignore.tmp"), folder.File("a.tmp"), folder.File("b.safetensors")];
        foreach (string file in (string[])[stray, .. others])
            File.WriteAllText(file, "half");
        AtomicFile.DeleteStrays(folder.Path);
        Assert.Equal(others.Order(), Directory.GetFiles(folder.Path).Order());
    }

    [Fact]
    public void A_writer_that_lives_keeps_its_temporary_file()
    {
        using var folder = new TemporaryFolder();
        AtomicFile.Write(
            folder.File("a.txt"),
            stream =>
            {
                AtomicFile.DeleteStrays(folder.Path);
                stream.WriteByte((byte)'a');
            }
        );
        Assert.Equal("a", File.ReadAllText(folder.File("a.txt")));
    }
}
