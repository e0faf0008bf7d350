using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Labelling;
using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Labelling;

[Collection(StudioTests.Name)]
public class LabelPageTests(StudioSession studio) : LabelPageSteps(studio)
{
    [BrowserFact]
    public void Images_of_a_folder_are_chosen_shown_and_offered_for_labelling()
    {
        Prepare();
        Studio.Open("/label?run=shapes");
        Choose("select-images", "a folder");
        Type("#select-folder", "/etc");
        Studio.Click("#choose");
        Studio.WaitForText("'/etc' is outside the folders of the studio");
        Type("#select-folder", Photos);
        Type("#select-budget", "10");
        Studio.Look("label-choose");
        Studio.Click("#choose");
        Browser.WaitFor("location.search.includes('selection=trimmed-medoids-shapes-10')");
        Browser.WaitFor("document.querySelectorAll('.picture-grid img').length === 10");
        Studio.Look("label-chosen");
        Studio.Click("#begin");
        Browser.WaitFor("document.querySelector('.desk #shown')?.naturalWidth === 60");
        Assert.Equal(
            File.ReadAllLines(Path.Combine(Run.Selection("trimmed-medoids-shapes-10"), "selection.csv"))
                .Skip(1)
                .Select(line => line.Split(',')[2]),
            File.ReadAllLines(Run.Labels("trimmed-medoids-shapes-10", "labels.csv"))
                .Skip(1)
                .Select(line => line.TrimEnd(','))
        );
        Studio.Open("/label?run=shapes");
        Studio.WaitForText("Go on labelling");
        Assert.Contains(Browser.FindAll(".names a"), link => link.Text == "trimmed-medoids-shapes-10");
        Studio.RequireNoComplaints();
    }

    [BrowserFact]
    public async Task Labels_by_keys_outlive_the_page_and_the_server()
    {
        Prepare();
        string[] files =
        [
            "r00.png",
            "c03.png",
            "d05.png",
            "r08.png",
            "c11.png",
            "d13.png",
            "r15.png",
            "c01.png",
            "d02.png",
            "r04.png",
        ];
        var book = Book("by-keys", files);
        string page = $"/label?run=shapes&labels={book.Name}";
        Studio.Open(page);
        Browser.WaitFor("document.activeElement.id === 'class-name'");
        foreach (string name in (string[])["row", "column", "disc"])
        {
            if (name != "row")
                Studio.Press("n");
            Browser.WaitFor("document.activeElement.id === 'class-name'");
            Studio.Press(name + Keys.Enter);
            Browser.WaitFor("document.activeElement.id !== 'class-name'");
        }
        Key("1", 4);
        Key(Keys.ArrowRight, 5);
        Key("3", 6);
        Studio.WaitForText("5 labelled, 1 skipped");
        Studio.Look("label-desk");
        Key("1", 7);
        Key("2", 8);

        Browser.Driver.Navigate().Refresh();
        WaitForImage("d02.png");
        Studio.Press("u");
        WaitForImage("c01.png");
        Browser.WaitFor("document.querySelector('.desk-said').innerText === 'Image 8: undone'");
        await using (
            var second = await StudioServer.StartAsync(
                new StudioOptions
                {
                    Folder = Studio.Runs,
                    Images = [Studio.Images],
                    Threads = 1,
                }
            )
        )
        {
            Browser.OpenUrl(second.Url);
            Browser.WaitFor("document.querySelector('.mud-layout') !== null");
            Browser.OpenUrl(new Uri(second.Url).GetLeftPart(UriPartial.Authority) + page, 1400, 900);
            WaitForImage("c01.png");
            Studio.WaitForText("6 labelled, 1 skipped");
            Key("2", 8);
            Key("3", 9);
            Studio.Press("1");
            Studio.WaitForText("1 was skipped");
        }
        Studio.Open(page);
        Studio.WaitForText("9 labelled, 1 skipped");
        Studio.Click("#done button");
        WaitForImage("c11.png");
        Studio.Press("2");
        Studio.WaitForText("All images are labelled.");
        Assert.Equal(
            ["file,label", .. files.Select(file => $"{file},{Shapes.KindOf(file)}")],
            File.ReadAllLines(book.Table)
        );
        Studio.RequireNoComplaints();

        void Key(string key, int next)
        {
            WaitForImage(files[next - 1]);
            Studio.Press(key);
            WaitForImage(files[next]);
        }
    }

    [BrowserFact]
    public void Two_windows_on_one_labelling_see_each_others_labels()
    {
        var run = RunFolder.Open(Path.Combine(Studio.Runs, "first"));
        var book = LabelBook.Create(
            run.Labels("two"),
            new LabelState { Choice = ImageChoice.OfSplit("test"), ByFile = false }.WithImages(
                [.. Enumerable.Range(0, 30).Select(i => $"{i}")],
                "test"
            )
        );
        book.AddClass("even");
        book.AddClass("odd");
        string page = $"/label?run=first&labels={book.Name}";
        Studio.Open(page);
        WaitForImage("0");
        string first = Browser.Driver.CurrentWindowHandle;
        Browser.Driver.SwitchTo().NewWindow(WindowType.Tab);
        string second = Browser.Driver.CurrentWindowHandle;
        try
        {
            Browser.Driver.Navigate().GoToUrl(Studio.Origin + page);
            WaitForImage("0");
            for (int i = 0; i < 4; i++)
            {
                Studio.Press($"{(i % 2) + 1}");
                WaitForImage($"{i + 1}");
            }
            Browser.Driver.SwitchTo().Window(first);
            Studio.WaitForText("4 labelled");
            Assert.Equal("0", Shown());
            // A class button works with the mouse, and corrects what the other window did.
            Studio.Click("li:nth-child(2) .class-button");
            WaitForImage("4");
            Browser.Driver.SwitchTo().Window(second);
            Browser.WaitFor("document.querySelector('.queue button span').innerText === 'odd'");
            new OpenQA.Selenium.Interactions.Actions(Browser.Driver)
                .KeyDown(Keys.Control)
                .SendKeys("z")
                .KeyUp(Keys.Control)
                .Perform();
            WaitForImage("3");
            Browser.WaitFor("document.querySelector('#progress').innerText === '3 labelled'");
        }
        finally
        {
            Browser.Driver.SwitchTo().Window(second).Close();
            Browser.Driver.SwitchTo().Window(first);
        }
        Studio.WaitForText("3 labelled");
        Assert.Equal(["odd", "odd", "even", null], Shared(book).State.Items.Take(4).Select(item => item.Label));
        Studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void On_a_telephone_nothing_is_beside_the_screen_and_bad_addresses_are_told()
    {
        Prepare();
        var book = Book("phone", "r00.png", "c03.png", "d05.png");
        foreach (string name in (string[])["row", "a class with a rather long name that has to be broken", "disc"])
            book.AddClass(name);
        Studio.Open($"/label?run=shapes&labels={book.Name}", 390, 844, dark: true);
        WaitForImage("r00.png");
        Studio.Click("li:nth-child(1) .class-button");
        WaitForImage("c03.png");
        Assert.True(Browser.Number("document.documentElement.scrollWidth") <= 390);
        Studio.Look("label-phone");
        Studio.Click("#propagate");
        Browser.WaitFor("document.querySelector('#given') !== null");
        Assert.True(Browser.Number("document.documentElement.scrollWidth") <= 390);
        Studio.Look("label-phone-rest");
        Studio.RequireNoComplaints();
        Studio.Open("/label?run=shapes&labels=..%2F..%2Ffirst");
        Studio.WaitForText("shapes has no labelling '../../first'.");
        Studio.Open("/label?run=shapes&selection=none");
        Studio.WaitForText("shapes has no selection 'none'.");
        Studio.RequireNoComplaints();
    }
}
