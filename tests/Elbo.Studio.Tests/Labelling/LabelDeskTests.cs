using Elbo.Data;
using Elbo.Studio.Labelling;
using Elbo.Workflows;
using Elbo.Workflows.Labelling;

namespace Elbo.Studio.Tests.Labelling;

public sealed class LabelDeskTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("elbo-desk-");
    private readonly ImageDataset _images = new("four", new ImageShape(1, 1, 1), new byte[4]);
    private readonly LabelBook _book;

    public LabelDeskTests() =>
        _book = LabelBook.Create(
            Path.Combine(_folder.FullName, "labels"),
            new LabelState { Choice = ImageChoice.OfSplit("test"), ByFile = false }.WithImages(
                ["3", "9", "0", "1"],
                "test"
            )
        );

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Keys_label_skip_undo_and_go_back()
    {
        using var desk = new LabelDesk(_book, _images);
        Assert.Equal(("3", 1), (desk.Shown!.Image, desk.Missing));
        await desk.PressAsync("1", "3");
        Assert.Null(desk.Shown!.Label);
        await desk.AssignAsync("3", "cat");
        await desk.PressAsync("1", "0");
        Assert.Equal(["cat", "cat", null], desk.Items.Select(item => item.Label));
        Assert.Equal("1", desk.Shown!.Image);
        await desk.PressAsync("s", "1");
        Assert.True(desk.Shown!.IsSkipped);
        await desk.PressAsync("ArrowLeft", "1");
        Assert.Equal("0", desk.Shown!.Image);
        await desk.PressAsync("ArrowRight", "0");
        await desk.PressAsync("ArrowRight", "1");
        Assert.Equal("1", desk.Shown!.Image);
        await desk.PressAsync("u", "1");
        await desk.PressAsync("z", "1");
        Assert.Equal("0", desk.Shown!.Image);
        Assert.Null(desk.Shown!.Label);
    }

    [Fact]
    public async Task A_key_is_about_the_image_that_the_person_saw()
    {
        using var desk = new LabelDesk(_book, _images);
        await desk.AssignAsync("3", "cat");
        _book.AddClass("dog");
        // Pressed twice before the page showed the next image: the second press corrects the first.
        await Task.WhenAll(desk.PressAsync("1", "0"), desk.PressAsync("2", "0"));
        Assert.Equal(["cat", "dog", null], desk.Items.Select(item => item.Label));
    }

    [Fact]
    public void A_class_that_is_a_digit_has_this_key_and_the_others_the_free_ones() =>
        Assert.Equal(
            ["1", "7", "2", "3", "4", "5", "6", "8", "9", "0", ""],
            LabelDesk.Keys(["a", "7", "b", "c", "d", "e", "f", "g", "h", "i", "j"])
        );

    [Fact]
    public async Task Two_desks_see_each_others_labels_and_undo_their_own()
    {
        using var one = new LabelDesk(_book, _images);
        using var two = new LabelDesk(_book, _images);
        int told = 0;
        two.Changed += () => Interlocked.Increment(ref told);
        await one.AssignAsync("3", "cat");
        Assert.Equal((1, "cat", "3"), (told, two.Shown!.Label, two.Shown!.Image));
        await two.PressAsync("ArrowRight", "3");
        await two.AssignAsync("0", "dog");
        await one.UndoAsync();
        Assert.Equal([null, "dog", null], two.Items.Select(item => item.Label));
        await one.UndoAsync();
        Assert.Equal("Nothing to undo", one.Said);
    }

    [Theory]
    [InlineData("", "the name of the class is empty; type a name.")]
    [InlineData("a\u0007b", "the name of the class has a line break or another control character; type plain text.")]
    public async Task A_bad_name_is_told_and_changes_nothing(string name, string complaint)
    {
        using var desk = new LabelDesk(_book, _images);
        await desk.AssignAsync("3", name);
        Assert.Equal(complaint, desk.Problem);
        Assert.Equal("3", desk.Shown!.Image);
        await desk.AssignAsync("3", "fine");
        Assert.Null(desk.Problem);
    }

    [Fact]
    public async Task Added_images_come_next_and_the_place_is_found_again()
    {
        using (var desk = new LabelDesk(_book, _images))
        {
            foreach (string image in (string[])["3", "0", "1"])
                await desk.AssignAsync(image, "cat");
            Assert.Equal(1, await desk.AddAsync([2, 3], "least confident"));
            Assert.Equal("2", desk.Shown!.Image);
        }
        using var later = new LabelDesk(LabelBook.Open(_book.Folder), _images);
        Assert.Equal("2", later.Shown!.Image);
    }
}
