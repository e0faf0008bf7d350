using Elbo.Formats;

namespace Elbo.Tests.Formats;

public sealed class FileSetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string[] Files => [_folder.File("mark"), _folder.File("more"), _folder.File("data")];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void New_files_replace_old_ones_and_those_that_are_not_written_go()
    {
        File.WriteAllText(_folder.File("mine"), "mine");
        Write("old", "mark", "more", "data");
        FileSet.Replace(_folder.Path, Files, staging => WriteTo(staging, "new", "mark", "data"));
        Assert.Equal(["data: new", "mark: new", "mine: mine"], Contents());
    }

    [Fact]
    public void If_writing_fails_the_folder_is_as_it_was()
    {
        Write("old", "mark", "data");
        Assert.Throws<InvalidOperationException>(() =>
            FileSet.Replace(
                _folder.Path,
                Files,
                staging =>
                {
                    WriteTo(staging, "new", "mark");
                    throw new InvalidOperationException();
                }
            )
        );
        Assert.Equal(["data: old", "mark: old"], Contents());
    }

    [Fact]
    public void If_a_file_cannot_be_moved_into_place_the_others_come_back()
    {
        Write("old", "mark", "more");
        // A folder in the place of a file: nothing can be moved there.
        Directory.CreateDirectory(_folder.File("data"));
        Assert.ThrowsAny<IOException>(() =>
            FileSet.Replace(_folder.Path, Files, staging => WriteTo(staging, "new", "mark", "more", "data"))
        );
        Assert.Equal(["mark: old", "more: old"], Contents());
        Assert.Equal([_folder.File("data")], Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void If_a_file_cannot_be_moved_away_the_others_come_back()
    {
        Write("old", "mark", "data");
        Assert.ThrowsAny<IOException>(() =>
            FileSet.Replace(
                _folder.Path,
                Files,
                staging =>
                {
                    WriteTo(staging, "new", "mark", "data");
                    // A folder in the place that the old file is moved to.
                    Directory.CreateDirectory(Path.Combine(staging, "old", "data"));
                }
            )
        );
        Assert.Equal(["data: old", "mark: old"], Contents());
    }

    private void Write(string text, params string[] names) => WriteTo(_folder.Path, text, names);

    private static void WriteTo(string folder, string text, params string[] names)
    {
        foreach (string name in names)
            File.WriteAllText(Path.Combine(folder, name), text);
    }

    private IEnumerable<string> Contents() =>
        Directory.GetFiles(_folder.Path).Order().Select(file => $"{Path.GetFileName(file)}: {File.ReadAllText(file)}");
}
