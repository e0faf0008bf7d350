using Elbo.Data;
using Elbo.Figures;
using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Odd;

/// <summary>The search for odd images and copies in a browser.</summary>
[Collection(StudioTests.Name)]
public class OddPageTests(StudioSession studio)
{
    private BrowserSession Browser => studio.Browser;

    [BrowserFact]
    public void The_oddest_image_comes_first_and_the_marked_ones_are_copied()
    {
        string folder = Folder("odd");
        // A chequerboard is unlike any digit.
        var board = new Bitmap(28, 28, 1);
        for (int i = 0; i < 28 * 28; i++)
            board.Pixels[i] = (byte)(((i % 28 / 4) + (i / 112)) % 2 * 255);
        board.SavePng(Path.Combine(folder, "board.png"));
        studio.Open("/odd?run=first");
        Fill("folder", folder);
        studio.Click("button.search");
        Browser.WaitFor("document.querySelectorAll('.found-image').length === 21");
        Assert.Contains("board.png", Browser.Find(".found-image .words").Text, StringComparison.Ordinal);
        Assert.Equal(3, Browser.FindAll(".found-image:first-of-type img").Count);
        studio.Click("button.suggest");
        Browser.WaitFor("document.querySelectorAll('.found-image.marked').length > 0");
        int marked = Browser.FindAll(".found-image.marked").Count;
        studio.Look("odd");
        string target = Path.Combine(studio.Runs, "..", "outside");
        Fill("target", target);
        studio.Click("button.copy-files");
        studio.WaitForText("is outside the folders of the studio");
        Assert.False(Directory.Exists(target));
        target = Path.Combine(studio.Images, "marked");
        Fill("target", target);
        studio.Click("button.copy-files");
        studio.WaitForText($"{marked} images are in");
        Assert.True(File.Exists(Path.Combine(target, "board.png")));
        Assert.Equal(marked + 1, Directory.GetFiles(target).Length);
        Assert.Equal(21, Directory.GetFiles(folder).Length);
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void Copies_are_found_and_all_but_the_first_are_moved()
    {
        string folder = Folder("copies");
        File.Copy(Path.Combine(folder, "digit-03.png"), Path.Combine(folder, "again.png"));
        File.Copy(Path.Combine(folder, "digit-03.png"), Path.Combine(folder, "once-more.png"));
        studio.Open("/odd?run=first");
        studio.Click(".tabs a:nth-child(2)");
        Browser.WaitFor("document.getElementById('by') === null");
        Fill("folder", folder);
        studio.Click("button.search");
        studio.WaitForText("Group 1: 3 images");
        studio.Click("button.suggest");
        Browser.WaitFor("document.querySelectorAll('.found-image.marked').length === 2");
        studio.Look("copies");
        string target = Path.Combine(studio.Images, "moved");
        Fill("target", target);
        studio.Click("button.move-files");
        studio.WaitForText("Move 2 files?");
        Browser.Evaluate<object>(
            "[...document.querySelectorAll('.mud-dialog button')].find(b => b.innerText === 'Move').click()"
        );
        studio.WaitForText($"2 images are in {target}");
        Assert.Equal(["digit-03.png", "marked.csv", "once-more.png"], Names(target));
        Assert.Equal(20, Directory.GetFiles(folder).Length);
        Assert.True(File.Exists(Path.Combine(folder, "again.png")));
        studio.RequireNoComplaints();
    }

    private static IEnumerable<string?> Names(string folder) =>
        Directory.GetFiles(folder).Select(Path.GetFileName).Order();

    private void Fill(string id, string text)
    {
        Browser.WaitFor($"document.getElementById('{id}') !== null");
        var field = Browser.Find($"#{id}");
        field.SendKeys(Keys.Control + "a");
        field.SendKeys(text + Keys.Tab);
        Browser.WaitFor($"document.getElementById('{id}').value === {StudioSession.Quote(text)}");
    }

    /// <summary>Twenty digits as PNG files.</summary>
    private string Folder(string name)
    {
        string folder = Path.Combine(studio.Images, name);
        Directory.CreateDirectory(folder);
        var digits = DatasetCatalog.Get("digits").Load(DataLocation.FromEnvironment(offline: true)).Test;
        for (int i = 0; i < 20; i++)
            Bitmap.FromImage(digits.Image(i), digits.Shape).SavePng(Path.Combine(folder, $"digit-{i:00}.png"));
        return folder;
    }
}
