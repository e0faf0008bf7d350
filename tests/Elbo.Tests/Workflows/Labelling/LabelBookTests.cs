using Elbo.Workflows;
using Elbo.Workflows.Labelling;

namespace Elbo.Tests.Workflows.Labelling;

public sealed class LabelBookTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LabelBook _book;

    public LabelBookTests() => _book = Book("first", byFile: true, "a.png", "b.png", "c.png", "d.png");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Every_step_is_on_disk_when_it_returns()
    {
        _book.Assign("a.png", "cat", "me");
        Assert.Equal(["file,label", "a.png,cat", "b.png,", "c.png,", "d.png,"], File.ReadAllLines(_book.Table));
        Assert.Equal("b.png", Reopened().Position);
        _book.Skip("b.png", "me");
        Assert.True(Reopened().Items[1].IsSkipped);
        _book.Assign("c.png", "DOG", "me");
        _book.Assign("d.png", "dog", "me");
        var state = Reopened();
        Assert.Equal(["cat", "DOG"], state.Classes.ToArray());
        Assert.Equal(["cat", null, "DOG", "DOG"], state.Items.Select(item => item.Label));
        Assert.Equal("d.png", state.Position);
        Assert.Equal(3, state.Labelled);
    }

    [Fact]
    public void Steps_are_undone_in_turn_also_after_reopening()
    {
        _book.Assign("a.png", "cat", "me");
        _book.Skip("b.png", "me");
        _book.Assign("a.png", "dog", "me");
        var later = LabelBook.Open(_book.Folder);
        Assert.Equal("a.png", later.Undo("later"));
        Assert.Equal("cat", later.State.Items[0].Label);
        Assert.Equal("b.png", later.Undo("later"));
        Assert.True(later.State.Items[1].IsOpen);
        Assert.Equal("a.png", later.Undo("later"));
        Assert.Null(later.Undo("later"));
        Assert.All(Reopened().Items, item => Assert.True(item.IsOpen));
        Assert.Equal(["file,label", "a.png,", "b.png,", "c.png,", "d.png,"], File.ReadAllLines(_book.Table));
    }

    [Fact]
    public void A_page_undoes_its_own_steps_and_not_those_of_another_that_is_open()
    {
        _book.Assign("a.png", "cat", "one");
        _book.Assign("b.png", "dog", "two");
        Assert.Equal("a.png", _book.Undo("one"));
        Assert.Null(_book.Undo("one"));
        _book.Leave("two");
        Assert.Equal("b.png", _book.Undo("one"));
    }

    [Fact]
    public void A_step_on_an_image_that_another_page_changed_later_cannot_be_undone()
    {
        _book.Assign("a.png", "cat", "one");
        _book.Assign("a.png", "dog", "two");
        Assert.Null(_book.Undo("one"));
        Assert.Equal("dog", _book.State.Items[0].Label);
    }

    [Fact]
    public void A_process_killed_between_the_files_of_a_step_leaves_the_label()
    {
        _book.Assign("a.png", "cat", "me");
        string state = Path.Combine(_book.Folder, LabelFiles.StateName),
            before = File.ReadAllText(state);
        _book.Assign("b.png", "a new class", "me");
        File.WriteAllText(state, before);
        File.WriteAllText(Path.Combine(_book.Folder, $".labels.csv.{Guid.NewGuid():N}.tmp"), "half a tab");
        var found = LabelBook.Open(_book.Folder);
        Assert.Equal(["cat", "a new class", null, null], found.State.Items.Select(item => item.Label));
        Assert.Equal(["cat", "a new class"], found.State.Classes.ToArray());
        // The step that is not in the older file is not undone, the one before is.
        Assert.Equal("a.png", found.Undo("me"));
        Assert.Equal("a new class", found.State.Items[1].Label);
        Assert.Equal(2, Directory.GetFiles(_book.Folder).Length);
    }

    [Fact]
    public void A_step_that_cannot_be_saved_does_not_happen()
    {
        _book.Assign("a.png", "cat", "me");
        Directory.Delete(_book.Folder, recursive: true);
        File.WriteAllText(_book.Folder, "a file in place of the folder");
        Assert.ThrowsAny<IOException>(() => _book.Assign("b.png", "cat", "me"));
        Assert.Null(_book.State.Items[1].Label);
    }

    [Fact]
    public async Task Many_threads_and_a_second_opening_lose_nothing()
    {
        var book = Book("many", byFile: false, [.. Enumerable.Range(0, 60).Select(i => $"{i}")]);
        await Task.WhenAll(
            Enumerable
                .Range(0, 4)
                .Select(t =>
                    Task.Run(() =>
                    {
                        for (int i = t; i < 40; i += 4)
                            book.Assign($"{i}", $"class {t}", $"{t}");
                    })
                )
        );
        int changes = 0;
        book.Changed += () => changes++;
        var other = LabelBook.Open(book.Folder);
        for (int i = 40; i < 60; i++)
            (i % 2 == 0 ? book : other).Assign($"{i}", "late", "x");
        book.Refresh();
        Assert.Equal(60, book.State.Labelled);
        Assert.Equal(11, changes);
        Assert.Equal(60, LabelBook.Open(book.Folder).State.Labelled);
        Assert.Equal("index,label", File.ReadLines(book.Table).First());
    }

    [Fact]
    public void Labels_edited_in_a_spreadsheet_are_taken_over()
    {
        _book.Assign("a.png", "cat", "me");
        File.WriteAllText(_book.Table, "file;label\na.png;dog\nb.png;Cat\nc.png;\nd.png;\n");
        _book.Assign("c.png", "cat", "me");
        Assert.Equal(["dog", "cat", "cat", null], _book.State.Items.Select(item => item.Label));
        Assert.Equal(["cat", "dog"], _book.State.Classes.Order());
    }

    [Fact]
    public void Hostile_names_are_neutral_in_the_table_or_refused()
    {
        string[] names = ["=1+1", "../../etc", "<script>alert(1)</script>", "a,\"b\""];
        foreach (var (image, name) in _book.State.Items.Select(item => item.Image).Zip(names))
            _book.Assign(image, name, "me");
        Assert.Equal(
            ["a.png,'=1+1", "b.png,../../etc", "c.png,<script>alert(1)</script>", "d.png,\"a,\"\"b\"\"\""],
            File.ReadAllLines(_book.Table).Skip(1)
        );
        Assert.Equal(names, Reopened().Items.Select(item => item.Label));
        foreach (string bad in (string[])["", "a\u0007", "\u202e", new string('x', 10_000)])
            Assert.Throws<ArgumentException>(() => _book.Assign("a.png", bad, "me"));
        Assert.Throws<ArgumentException>(() => _book.Assign("../x.png", "cat", "me"));
        Assert.Equal(names, Reopened().Classes.ToArray());
    }

    [Fact]
    public void A_class_goes_only_while_no_image_has_it()
    {
        _book.AddClass("cat");
        _book.Assign("a.png", "dog", "me");
        _book.RemoveClass("cat");
        Assert.Equal(["dog"], Reopened().Classes.ToArray());
        Assert.Equal(
            "1 image is dog; give it another class first.",
            Assert.Throws<ArgumentException>(() => _book.RemoveClass("dog")).Message
        );
    }

    [Fact]
    public void A_second_round_adds_the_images_that_are_new()
    {
        foreach (string image in (string[])["a.png", "b.png", "c.png", "d.png"])
            _book.Assign(image, "cat", "me");
        Assert.Equal(2, _book.AddImages(["d.png", "e.png", "f.png", "e.png"], "random"));
        var state = Reopened();
        Assert.Equal("e.png", state.Position);
        Assert.Equal([new LabelRound("test", 4), new LabelRound("random", 2)], state.Rounds.ToArray());
        Assert.Equal(0, _book.AddImages(["e.png"], "random"));
        _book.AddImages(["g.png", "a.png"], "least confident", unsure: true);
        Assert.Equal(["g.png"], Reopened().Unsure);
    }

    [Theory]
    [InlineData(LabelFiles.StateName, "{", "labelling.json")]
    [InlineData(LabelFiles.StateName, "{\"by\": \"hand\"}", "by is hand; it must be file or index.")]
    [InlineData(LabelFiles.StateName, "{\"by\": \"file\", \"classes\": [3]}", "labelling.json")]
    [InlineData(LabelFiles.TableName, "file\na.png\n", "has the columns file; it needs file and label.")]
    [InlineData(LabelFiles.TableName, "file,label\na.png,\na.png,x\n", "row 2: a.png is there twice")]
    [InlineData(LabelFiles.TableName, "file,label\na.png,\u0007x\n", "row 1: the name of the class has a line break")]
    public void A_damaged_file_is_named(string file, string content, string complaint)
    {
        File.WriteAllText(Path.Combine(_book.Folder, file), content);
        var e = Assert.Throws<InvalidDataException>(() => LabelBook.Open(_book.Folder));
        Assert.Contains(file, e.Message, StringComparison.Ordinal);
        Assert.Contains(complaint, e.Message, StringComparison.Ordinal);
    }

    private LabelBook Book(string name, bool byFile, params string[] images) =>
        LabelBook.Create(
            _folder.File(name),
            new LabelState { Choice = ImageChoice.OfSplit("test"), ByFile = byFile }.WithImages(images, "test")
        );

    private LabelState Reopened() => LabelBook.Open(_book.Folder).State;
}
