using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Labelling;

[Collection(StudioTests.Name)]
public class LabelPageTests(StudioSession studio)
{
    private BrowserSession Browser => studio.Browser;

    [BrowserFact]
    public async Task Ten_images_of_a_folder_are_chosen_and_labelled_by_keys_and_the_rest_follows()
    {
        string folder = Prepare();
        studio.Open("/label?run=shapes");
        Choose("select-images", "a folder");
        Type("#select-folder", folder);
        Type("#select-budget", "10");
        studio.Look("label-choose");
        studio.Click("#choose");
        Browser.WaitFor("location.search.includes('selection=trimmed-medoids-photos-10')");
        Browser.WaitFor("document.querySelectorAll('.picture-grid img').length === 10");
        studio.Look("label-chosen");
        studio.Click("#begin");
        Browser.WaitFor("document.querySelector('.desk #shown')?.naturalWidth === 60");
        var classes = new List<string>();
        for (int i = 0; i < 9; i++)
            Label(classes);
        studio.Look("label-desk");
        string last = Shown();
        studio.Press("s");
        studio.WaitForText("All others are labelled; 1 were skipped.");
        studio.Press("u");
        Browser.WaitFor("document.querySelector('#done') === null");
        Assert.Equal(last, Shown());

        Browser.Driver.Navigate().Refresh();
        studio.WaitForText("9 labelled");
        Assert.Equal(last, Shown());
        string page = Browser.Driver.Url[studio.Origin.Length..];
        await using (
            var second = await StudioServer.StartAsync(
                new StudioOptions
                {
                    Folder = studio.Runs,
                    Images = [studio.Images],
                    Offline = true,
                    Threads = 1,
                }
            )
        )
        {
            Browser.OpenUrl(second.Url);
            Browser.WaitFor("document.querySelector('.mud-layout') !== null");
            Browser.OpenUrl(new Uri(second.Url).GetLeftPart(UriPartial.Authority) + page, 1400, 900);
            studio.WaitForText("9 labelled");
            Assert.Equal(last, Shown());
            Label(classes);
            studio.WaitForText("All images are labelled.");
        }
        studio.Open(page, 1400, 1600);
        studio.WaitForText("10 labelled");
        string table = File.ReadAllText(
            Path.Combine(studio.Runs, "shapes/labels/trimmed-medoids-photos-10/labels.csv")
        );
        string[] lines = table.TrimEnd().Split('\n');
        Assert.Equal("file,label", lines[0]);
        Assert.Equal(10, lines.Length - 1);
        Assert.All(lines[1..], line => Assert.Equal(Shapes.KindOf(line), line.Split(',')[1]));

        studio.Click("#propagate");
        Browser.WaitFor("document.querySelector('#accuracy') !== null");
        Assert.Equal("38", Browser.Find("#propagated").Text);
        studio.Look("label-rest");
        studio.Click("#export");
        Browser.WaitFor("document.querySelectorAll('#exported a').length === 2");
        string exported = Browser.Evaluate<string>("document.querySelector('#exported a').href")!;
        string text = Browser.Evaluate<string>(
            $"(() => {{ const r = new XMLHttpRequest(); r.open('GET', {StudioSession.Quote(exported)}, false); r.send(); return r.responseText; }})()"
        )!;
        string[] rows = text.TrimEnd().Split('\n');
        Assert.Equal(1 + (3 * Shapes.PerKind), rows.Length);
        Assert.Equal(10, rows.Count(row => row.EndsWith(",given,1", StringComparison.Ordinal)));

        Type("#round-budget", "4");
        studio.Click("#next-round");
        studio.WaitForText("4 images added.");
        studio.WaitForText("Image 11 of 14");
        Assert.DoesNotContain(lines[1..], line => line.StartsWith(Shown() + ",", StringComparison.Ordinal));
        studio.RequireNoComplaints();
    }

    /// <summary>Labels the image that is shown: with a digit if its class is there, else by typing a name.</summary>
    private void Label(List<string> classes)
    {
        string image = Shown(),
            kind = Shapes.KindOf(image);
        int known = classes.IndexOf(kind);
        if (known >= 0)
            studio.Press($"{known + 1}");
        else
        {
            classes.Add(kind);
            if (!Browser.Evaluate<bool>("document.activeElement.id === 'class-name'"))
                studio.Press("n");
            Browser.WaitFor("document.activeElement.id === 'class-name'");
            studio.Press(kind + Keys.Enter);
        }
        Browser.WaitFor(
            $"document.querySelector('#done') || document.querySelector('.desk').dataset.image !== {StudioSession.Quote(image)}"
        );
        if (known < 0)
            Browser.WaitFor("document.activeElement.id !== 'class-name'");
    }

    private string Shown() => Browser.Evaluate<string>("document.querySelector('.desk').dataset.image")!;

    private string Prepare()
    {
        if (!Directory.Exists(Path.Combine(studio.Runs, "shapes")))
        {
            Shapes.Draw(studio.Images);
            studio.Train(
                "shapes",
                20,
                ("dataset", "image-folder"),
                ("images", studio.Images),
                ("image-size", $"{Shapes.Side}"),
                ("batch-size", 16),
                ("latent-dim", 3)
            );
        }
        return studio.Images;
    }

    private void Type(string selector, string text)
    {
        Browser.WaitFor($"document.querySelector({StudioSession.Quote(selector)})");
        var field = Browser.Find(selector);
        field.Click();
        field.SendKeys(Keys.Control + "a");
        field.SendKeys(text + Keys.Tab);
    }

    private void Choose(string select, string item)
    {
        studio.Click($".mud-input:has(#{select})");
        string found =
            $"[...document.querySelectorAll('.mud-popover-open .mud-list-item')].find(e => e.innerText.trim() === {StudioSession.Quote(item)})";
        Browser.WaitFor(found);
        Browser.Driver.ExecuteScript($"{found}.click()");
        Browser.WaitFor($"document.querySelector('.mud-popover-open') === null");
    }
}
