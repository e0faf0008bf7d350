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

    [Theory]
    [InlineData("before anything is moved", "new: mark more data", "", "", "old: mark more data", "old")]
    [InlineData("when the mark is gone", "new: mark more data", "mark", "", "old: more data", "old")]
    [InlineData("when all old files are gone", "new: mark more data", "mark more data", "", "", "old")]
    [InlineData("before the first new file comes", "new: mark more data", "", "mark more data", "", "new")]
    [InlineData("before the mark comes", "new: mark", "", "mark more data", "new: more data", "new")]
    [InlineData("when all is in place", "", "", "mark more data", "new: mark more data", "new")]
    public void A_process_that_dies_while_files_move_leaves_what_can_be_recovered(
        string moment,
        string staged,
        string movedAway,
        string replaced,
        string inPlace,
        string expected
    )
    {
        Assert.NotEmpty(moment);
        string staging = _folder.File($".saving-{Guid.NewGuid():N}.tmp");
        foreach (
            var (place, files) in (ReadOnlySpan<(string, string)>)
                [
                    (staging, staged),
                    (Path.Combine(staging, "old"), movedAway.Length == 0 ? "" : "old: " + movedAway),
                    (Path.Combine(staging, "replaced"), replaced.Length == 0 ? "" : "old: " + replaced),
                    (_folder.Path, inPlace),
                ]
        )
            if (files.Split(": ") is [var text, var names])
            {
                Directory.CreateDirectory(place);
                WriteTo(place, text, names.Split(' '));
            }
        FileSet.Recover(_folder.Path, Files);
        Assert.Equal([$"data: {expected}", $"mark: {expected}", $"more: {expected}"], Contents());
        Assert.Empty(Directory.GetDirectories(_folder.Path));
    }

    [Fact]
    public void What_another_process_is_replacing_is_left_alone()
    {
        Write("old", "mark", "more", "data");
        FileSet.Replace(
            _folder.Path,
            Files,
            staging =>
            {
                WriteTo(staging, "new", "mark", "more", "data");
                FileSet.Recover(_folder.Path, Files);
                Assert.True(Directory.Exists(staging));
            }
        );
        Assert.Equal(["data: new", "mark: new", "more: new"], Contents());
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
