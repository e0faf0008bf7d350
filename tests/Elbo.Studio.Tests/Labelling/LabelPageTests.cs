using System.Globalization;
using Elbo.Studio.Access;
using Elbo.Studio.Labelling;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Labelling;
using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Labelling;

[Collection(StudioTests.Name)]
public class LabelPageTests(StudioSession studio)
{
    private BrowserSession Browser => studio.Browser;

    private string Photos => Path.Combine(studio.Images, "shapes");

    private RunFolder Run => RunFolder.Open(Path.Combine(studio.Runs, "shapes"));

    [BrowserFact]
    public void Images_of_a_folder_are_chosen_shown_and_offered_for_labelling()
    {
        Prepare();
        studio.Open("/label?run=shapes");
        Choose("select-images", "a folder");
        Type("#select-folder", "/etc");
        studio.Click("#choose");
        studio.WaitForText("'/etc' is outside the folders of the studio");
        Type("#select-folder", Photos);
        Type("#select-budget", "10");
        studio.Look("label-choose");
        studio.Click("#choose");
        Browser.WaitFor("location.search.includes('selection=trimmed-medoids-shapes-10')");
        Browser.WaitFor("document.querySelectorAll('.picture-grid img').length === 10");
        studio.Look("label-chosen");
        studio.Click("#begin");
        Browser.WaitFor("document.querySelector('.desk #shown')?.naturalWidth === 60");
        Assert.Equal(
            File.ReadAllLines(Path.Combine(Run.Selection("trimmed-medoids-shapes-10"), "selection.csv"))
                .Skip(1)
                .Select(line => line.Split(',')[2]),
            File.ReadAllLines(Run.Labels("trimmed-medoids-shapes-10", "labels.csv"))
                .Skip(1)
                .Select(line => line.TrimEnd(','))
        );
        studio.Open("/label?run=shapes");
        studio.WaitForText("Go on labelling");
        Assert.Contains(Browser.FindAll(".names a"), link => link.Text == "trimmed-medoids-shapes-10");
        studio.RequireNoComplaints();
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
        studio.Open(page);
        Browser.WaitFor("document.activeElement.id === 'class-name'");
        foreach (string name in (string[])["row", "column", "disc"])
        {
            if (name != "row")
                studio.Press("n");
            Browser.WaitFor("document.activeElement.id === 'class-name'");
            studio.Press(name + Keys.Enter);
            Browser.WaitFor("document.activeElement.id !== 'class-name'");
        }
        Key("1", 4);
        Key(Keys.ArrowRight, 5);
        Key("3", 6);
        studio.WaitForText("5 labelled, 1 skipped");
        studio.Look("label-desk");
        Key("1", 7);
        Key("2", 8);

        Browser.Driver.Navigate().Refresh();
        WaitForImage("d02.png");
        studio.Press("u");
        WaitForImage("c01.png");
        Browser.WaitFor("document.querySelector('.desk-said').innerText === 'Image 8: undone'");
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
            WaitForImage("c01.png");
            studio.WaitForText("6 labelled, 1 skipped");
            Key("2", 8);
            Key("3", 9);
            studio.Press("1");
            studio.WaitForText("1 was skipped");
        }
        studio.Open(page);
        studio.WaitForText("9 labelled, 1 skipped");
        studio.Click("#done button");
        WaitForImage("c11.png");
        studio.Press("2");
        studio.WaitForText("All images are labelled.");
        Assert.Equal(
            ["file,label", .. files.Select(file => $"{file},{Shapes.KindOf(file)}")],
            File.ReadAllLines(book.Table)
        );
        studio.RequireNoComplaints();

        void Key(string key, int next)
        {
            WaitForImage(files[next - 1]);
            studio.Press(key);
            WaitForImage(files[next]);
        }
    }

    [BrowserFact]
    public void The_rest_is_labelled_exported_and_offered_again()
    {
        Prepare();
        string[] files = ["r00.png", "c03.png", "d05.png", "r08.png", "c11.png", "d13.png", "r15.png", "c01.png"];
        var book = Book("rest", files);
        foreach (string file in files)
            book.Assign(file, file[0] == 'd' ? "=1+1" : Shapes.KindOf(file), "test");
        studio.Open($"/label?run=shapes&labels={book.Name}", 1400, 2000);
        studio.Click("#propagate");
        Browser.WaitFor("document.querySelector('#accuracy') !== null");
        Assert.Equal("40", Browser.Find("#propagated").Text);
        studio.Look("label-rest");
        studio.Click(".export-copy input");
        studio.Click("#export");
        Browser.WaitFor("document.querySelectorAll('#exported a').length === 2");
        string[] rows = Download(Browser.Evaluate<string>("document.querySelector('#exported a').href")!);
        Assert.Equal(Expected(book), rows);
        Assert.Equal(
            rows.Skip(1)
                .Select(row => $"{row.Split(',')[2].TrimStart('\'')}/{row.Split(',')[1]}")
                .Order(StringComparer.Ordinal),
            Directory
                .GetFiles(Path.Combine(book.Folder, "export", "images"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Path.Combine(book.Folder, "export", "images"), file))
                .Order(StringComparer.Ordinal)
        );
        Type("#export-folder", studio.Images);
        studio.Click("#export");
        studio.WaitForText($"{studio.Images} exists already; name a new folder.");
        string other = Path.Combine(studio.Images, "exported");
        Type("#export-folder", other);
        studio.Click("#export");
        studio.WaitForText($"Written to {other}");
        Assert.Equal(rows, File.ReadAllLines(Path.Combine(other, "all-labels.csv")));

        string least = rows.Skip(1)
            .Select(row => row.Split(','))
            .MinBy(cells => double.Parse(cells[4], CultureInfo.InvariantCulture))![1];
        studio.Click(".least-sure input");
        Type("#round-least", "3");
        studio.Click("#next-round");
        studio.WaitForText("3 images added.");
        WaitForImage(least);
        studio.WaitForText("Image 9 of 11");
        Browser.WaitFor("document.querySelector('#round-said').innerText.length > 0");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_second_round_counts_labelled_images_as_chosen()
    {
        var run = RunFolder.Open(Path.Combine(studio.Runs, "first"));
        var book = LabelBook.Create(
            run.Labels("round"),
            new LabelState { Choice = ImageChoice.OfSplit("test"), ByFile = false }.WithImages(["5", "7", "11"], "test")
        );
        studio.Open($"/label?run=first&labels={book.Name}");
        foreach (string name in (string[])["odd", "ODD", "<script>alert(1)</script>"])
        {
            string image = Shown();
            Type("#class-name", name + Keys.Enter);
            Browser.WaitFor(
                $"document.querySelector('#done') || document.querySelector('.desk').dataset.image !== '{image}'"
            );
        }
        Assert.Equal(["odd", "<script>alert(1)</script>"], Shared(book).State.Classes.ToArray());
        Type("#class-name", new string('x', 100) + Keys.Enter);
        studio.WaitForText("the name of the class has 100 characters; it may have at most 60.");
        Choose("round-strategy", "random");
        Type("#round-budget", "4");
        studio.Click("#next-round");
        studio.WaitForText("4 images added.");
        studio.WaitForText("Image 4 of 7");
        var images = Shared(book).State.Items.Select(item => item.Image).ToArray();
        Assert.Equal(7, images.Distinct().Count());
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void Two_windows_on_one_labelling_see_each_others_labels()
    {
        var run = RunFolder.Open(Path.Combine(studio.Runs, "first"));
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
        studio.Open(page);
        WaitForImage("0");
        string first = Browser.Driver.CurrentWindowHandle;
        Browser.Driver.SwitchTo().NewWindow(WindowType.Tab);
        string second = Browser.Driver.CurrentWindowHandle;
        try
        {
            Browser.Driver.Navigate().GoToUrl(studio.Origin + page);
            WaitForImage("0");
            for (int i = 0; i < 4; i++)
            {
                studio.Press($"{(i % 2) + 1}");
                WaitForImage($"{i + 1}");
            }
            Browser.Driver.SwitchTo().Window(first);
            studio.WaitForText("4 labelled");
            Assert.Equal("0", Shown());
            // A class button works with the mouse, and corrects what the other window did.
            studio.Click("li:nth-child(2) .class-button");
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
        studio.WaitForText("3 labelled");
        Assert.Equal(["odd", "odd", "even", null], Shared(book).State.Items.Take(4).Select(item => item.Label));
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void On_a_telephone_nothing_is_beside_the_screen_and_bad_addresses_are_told()
    {
        Prepare();
        var book = Book("phone", "r00.png", "c03.png", "d05.png");
        foreach (string name in (string[])["row", "a class with a rather long name that has to be broken", "disc"])
            book.AddClass(name);
        studio.Open($"/label?run=shapes&labels={book.Name}", 390, 844, dark: true);
        WaitForImage("r00.png");
        studio.Click("li:nth-child(1) .class-button");
        WaitForImage("c03.png");
        Assert.True(Browser.Number("document.documentElement.scrollWidth") <= 390);
        studio.Look("label-phone");
        studio.Click("#propagate");
        Browser.WaitFor("document.querySelector('#given') !== null");
        Assert.True(Browser.Number("document.documentElement.scrollWidth") <= 390);
        studio.Look("label-phone-rest");
        studio.RequireNoComplaints();
        studio.Open("/label?run=shapes&labels=..%2F..%2Ffirst");
        studio.WaitForText("shapes has no labelling '../../first'.");
        studio.Open("/label?run=shapes&selection=none");
        studio.WaitForText("shapes has no selection 'none'.");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public async Task Only_image_files_below_the_allowed_folders_are_sent()
    {
        Prepare();
        using var client = new HttpClient();
        Assert.Equal(200, await Status(client, studio.Server.Url));
        using var run = LoadedRun.Open(Run.Path);
        var images = run.Images(ImageChoice.OfPath(Photos));
        string good = Originals.Url(images, 0, studio.Service<AllowedFolders>())!;
        Assert.Equal(200, await Status(client, studio.Origin + good));
        foreach (
            string path in (string[])
                ["/etc/passwd", Run.Config, Path.Combine(studio.Images, "../secret.png"), Photos + "/none.png"]
        )
        {
            await File.WriteAllTextAsync(Path.Combine(studio.Images, "../secret.png"), "secret");
            string key = Convert
                .ToBase64String(System.Text.Encoding.UTF8.GetBytes(path))
                .Replace('+', '-')
                .Replace('/', '_')
                .TrimEnd('=');
            Assert.Equal(404, await Status(client, $"{studio.Origin}/originals/{key}"));
        }
        Assert.Equal(404, await Status(client, $"{studio.Origin}/originals/!"));
        Assert.Null(Originals.Url(images, 0, new AllowedFolders(studio.Runs)));
    }

    private static async Task<int> Status(HttpClient client, string url)
    {
        using var answer = await client.GetAsync(url);
        return (int)answer.StatusCode;
    }

    /// <summary>The lines of the export, with votes counted one by one, over all distances.</summary>
    private IEnumerable<string> Expected(LabelBook book)
    {
        using var run = LoadedRun.Open(Run.Path);
        var images = EncodedImages.Of(run, run.Images(ImageChoice.OfPath(Photos)), default);
        var given = book.State.Items.ToDictionary(item => item.Image, item => item.Label!);
        var labelled = Enumerable
            .Range(0, images.Count)
            .Where(i => given.ContainsKey(images.Images.FileNames![i]))
            .ToArray();
        yield return "index,file,label,source,confidence";
        for (int i = 0; i < images.Count; i++)
        {
            string file = images.Images.FileNames![i];
            if (given.TryGetValue(file, out string? own))
            {
                yield return $"{i},{file},{Cell(own)},given,1";
                continue;
            }
            int image = i;
            var near = labelled
                .Select(j => (Label: given[images.Images.FileNames![j]], Distance: images.Distance(image, Point(j))))
                .OrderBy(pair => pair.Distance)
                .Take(5)
                .ToArray();
            var votes = near.GroupBy(pair => pair.Label)
                .Select(group => (group.Key, Weight: group.Sum(pair => 1 / pair.Distance)))
                .OrderByDescending(vote => vote.Weight)
                .ToArray();
            float confidence = (float)(votes[0].Weight / near.Sum(pair => 1 / pair.Distance));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{i},{file},{Cell(votes[0].Key)},propagated,{confidence:R}"
            );
        }

        double[] Point(int j) => Array.ConvertAll(images.Code(j).ToArray(), value => (double)value);

        static string Cell(string label) => label[0] == '=' ? "'" + label : label;
    }

    private string[] Download(string url)
    {
        string fetch =
            $"(() => {{ const r = new XMLHttpRequest(); r.open('GET', {StudioSession.Quote(url)}, false); "
            + "r.send(); return r.responseText; })()";
        return Browser.Evaluate<string>(fetch)!.TrimEnd().Split('\n');
    }

    /// <summary>A labelling that the server opens with an object of its own.</summary>
    private LabelBook Book(string name, params string[] files) =>
        LabelBook.Create(
            Run.Labels(name),
            new LabelState { Choice = ImageChoice.OfPath(Photos), ByFile = true }.WithImages(files, "test")
        );

    private static LabelBook Shared(LabelBook book) => LabelBook.Open(book.Folder);

    private string Shown() => Browser.Evaluate<string>("document.querySelector('.desk').dataset.image")!;

    private void WaitForImage(string image) =>
        Browser.WaitFor($"document.querySelector('.desk')?.dataset.image === {StudioSession.Quote(image)}");

    private void Prepare()
    {
        if (Directory.Exists(Path.Combine(studio.Runs, "shapes")))
            return;
        Shapes.Draw(Photos);
        studio.Train(
            "shapes",
            10,
            ("dataset", "image-folder"),
            ("images", Photos),
            ("image-size", $"{Shapes.Side}"),
            ("batch-size", 16),
            ("latent-dim", 3)
        );
    }

    private void Type(string selector, string text)
    {
        Browser.WaitFor($"document.querySelector({StudioSession.Quote(selector)})");
        studio.Click(selector);
        Browser.Find(selector).SendKeys(Keys.Control + "a");
        Browser.Find(selector).SendKeys(text.EndsWith(Keys.Enter, StringComparison.Ordinal) ? text : text + Keys.Tab);
    }

    private void Choose(string select, string item)
    {
        studio.Click($".mud-input:has(#{select})");
        string found =
            "[...document.querySelectorAll('.mud-popover-open .mud-list-item')].find(e => e.innerText.trim() === "
            + $"{StudioSession.Quote(item)})";
        Browser.WaitFor(found);
        Browser.Driver.ExecuteScript($"{found}.click()");
        Browser.WaitFor("document.querySelector('.mud-popover-open') === null");
    }
}
