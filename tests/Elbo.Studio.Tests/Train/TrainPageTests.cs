using Elbo.Studio.Runs;

namespace Elbo.Studio.Tests.Train;

[Collection(StudioTests.Name)]
public class TrainPageTests(StudioSession studio)
{
    [BrowserFact]
    public void A_run_is_trained_from_the_form_to_the_end()
    {
        studio.Open("/train");
        Fill("epochs", "2");
        Fill("hidden", "16");
        Fill("batch-size", "500");
        Fill("threads", "1");
        Fill("name", "from-the-form");
        studio.WaitForText("--epochs 2");
        // A short training may be over before the browser is asked what it shows.
        studio.Browser.Driver.ExecuteScript(
            """
            window.seen = new Set();
            new MutationObserver(() => {
              for (const epoch of document.body.innerText.match(/epoch \d+ of 2/g) ?? []) seen.add(epoch);
            }).observe(document.body, { subtree: true, childList: true, characterData: true });
            """
        );
        studio.Click("#start");
        WaitForState("Finished");
        Assert.True(studio.Browser.Number("seen.size") > 0, "the page showed no epoch.");
        studio.Browser.WaitFor("document.querySelectorAll('.training .loss-chart').length === 3");
        studio.Browser.WaitFor("document.querySelector('.reconstructions img')?.naturalWidth > 0");
        Assert.Equal(
            "/explore?run=from-the-form /report?run=from-the-form /label?run=from-the-form",
            studio.Browser.Evaluate<string>(
                "[...document.querySelectorAll('.links a')].map(a => a.getAttribute('href')).join(' ')"
            )
        );
        studio.Look("train-finished");
        Assert.Equal(2, studio.Service<RunIndex>().Find("from-the-form")!.Epochs);
        Dismiss();
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_training_pauses_continues_stops_and_resumes()
    {
        string stripes = Path.Combine(studio.Images, "stripes");
        SmallImages.Write(stripes, 20);
        studio.Open("/train", dark: true);
        Fill("images", stripes);
        Fill("model", "vae");
        Fill("epochs", "100000");
        Fill("hidden", "16");
        Fill("threads", "1");
        Fill("image-every", "0");
        Fill("name", "to-pause");
        studio.Click("#start");
        studio.Click(".pause");
        WaitForState("Paused");
        string figures = Text(".figures");
        studio.WaitForText("stay in memory");
        // Another page sees the same training, and can control it.
        studio.Open("/train", width: 390, dark: true);
        WaitForState("Paused");
        Assert.Equal(figures, Text(".figures"));
        studio.Look("train-paused-dark-narrow");
        RequireNoSideways();
        studio.Click(".continue");
        WaitForState("Training");
        studio.Browser.WaitFor($"document.querySelector('.figures').innerText !== {StudioSession.Quote(figures)}");
        studio.Click(".stop");
        WaitForState("Stopped");
        studio.WaitForText("it can be resumed to the same result");
        int epochs = studio.Service<RunIndex>().Find("to-pause")!.Epochs;
        studio.Browser.Find(".resume input").SendKeys("0");
        studio.Click(".resume-run");
        WaitForState("Failed");
        studio.WaitForText("epochs is 0; it must be from 1 to 1000000.");
        studio.Browser.Find(".resume input").SendKeys($"{epochs + 2}");
        studio.Click(".resume-run");
        WaitForState("Finished");
        Assert.Equal(epochs + 2, studio.Service<RunIndex>().Find("to-pause")!.Epochs);
        Dismiss();
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void Dropped_files_with_odd_names_are_trained_on()
    {
        studio.Open("/train", width: 390);
        studio.Click("#upload");
        studio.Look("train-form-narrow");
        studio.Browser.WaitFor("document.getElementById('upload-files')");
        studio.Browser.Find("#upload-name").Clear();
        studio.Browser.Find("#upload-name").SendKeys("dropped" + OpenQA.Selenium.Keys.Tab);
        // More names than a message of SignalR may have by default.
        string[] more = [.. Enumerable.Range(0, 200).Select(i => $"{i:D3}-{new string('m', 100)}.png")];
        Drop(["../../x.png", "a<b>.png", new string('n', 300), "page.png", .. more]);
        studio.WaitForText("204 images written to");
        studio.Look("train-upload-narrow");
        RequireNoSideways();
        string folder = Path.Combine(studio.Runs, "uploads", "dropped");
        Assert.Equal(
            [.. more, "a-b-.png", new string('n', 120) + ".png", "page.png", "x.png"],
            Directory.GetFiles(folder).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)
        );
        Assert.Equal(folder, studio.Browser.Evaluate<string>("document.getElementById('option-images').value"));
        Fill("epochs", "2");
        Fill("model", "vae");
        Fill("hidden", "8");
        Fill("test-fraction", "0.5");
        Fill("name", "of-dropped");
        studio.Click("#start");
        WaitForState("Finished");
        Dismiss();
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void Too_many_and_too_large_files_are_refused_in_one_line()
    {
        studio.Open("/train");
        studio.Click("#upload");
        studio.Browser.WaitFor("document.getElementById('upload-files')");
        studio.Browser.Driver.ExecuteScript(
            """
            const data = new DataTransfer(), input = document.getElementById("upload-files");
            for (let i = 0; i < 5001; i++)
              data.items.add(new File(["x"], `${"name".repeat(40)}${i}.png`));
            input.files = data.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
            """
        );
        studio.WaitForText("5,001 files came; at most 5,000 can be uploaded at once.");
        studio.Browser.Driver.ExecuteScript(
            """
            const data = new DataTransfer(), input = document.getElementById("upload-files");
            data.items.add(new File([new Uint8Array((32 << 20) + 1)], "large.png"));
            input.files = data.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
            """
        );
        studio.WaitForText("large.png has 33,554,433 bytes; at most 33,554,432 (32 MB) can be uploaded.");
        studio.Look("train-upload-refused");
        Assert.False(Directory.Exists(Path.Combine(studio.Runs, "uploads", "images")));
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_folder_of_the_server_is_chosen_by_keyboard()
    {
        string cats = Path.Combine(studio.Images, "0-cats");
        SmallImages.Write(cats, 3);
        studio.Open("/train", dark: true);
        studio.Browser.WaitFor("document.getElementById('browse-images')");
        Enter("#browse-images");
        studio.WaitForText("Folders that the studio may read");
        studio.Browser.WaitFor("document.querySelectorAll('.entry').length === 2");
        Enter(".browser li:last-child .entry");
        studio.WaitForText("3 images, 0 folders");
        studio.Look("train-browse-dark");
        Enter(".browser .entry");
        studio.WaitForText("3 images here");
        Enter(".browser .use");
        studio.Browser.WaitFor($"document.getElementById('option-images').value === {StudioSession.Quote(cats)}");
        Assert.Equal("option-images", studio.Browser.Evaluate<string>("document.activeElement.id"));
        studio.WaitForText($"--images {cats}");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_run_of_another_process_is_followed_and_its_options_copied()
    {
        string stripes = Path.Combine(studio.Images, "stripes");
        SmallImages.Write(stripes, 20);
        studio.Train(
            "by-command",
            epochs: 1,
            ("dataset", "image-folder"),
            ("images", stripes),
            ("model", "vae"),
            ("batch-size", 5)
        );
        studio.Open("/train?run=by-command");
        studio.Browser.WaitFor("document.querySelectorAll('.training circle').length > 0");
        studio.WaitForText("New run with the options of by-command");
        Assert.Equal("1", studio.Browser.Evaluate<string>("document.getElementById('option-epochs').value"));
        Elbo.Workflows.Runs.TrainWorkflow.Resume(
            Elbo.Training.Runs.RunFolder.Open(Path.Combine(studio.Runs, "by-command")),
            3,
            Elbo.Data.DataLocation.FromEnvironment(offline: true),
            new StudioSession.Silent()
        );
        studio.Browser.WaitFor(
            "document.querySelectorAll('.training .loss-chart')[0].querySelectorAll('circle').length === 6"
        );
        studio.RequireNoComplaints();
    }

    /// <summary>Drops PNG files of these names on the page.</summary>
    private void Drop(params string[] names) =>
        studio.Browser.Driver.ExecuteScript(
            """
            const data = new DataTransfer(), input = document.getElementById("upload-files");
            arguments[0].forEach((name, i) =>
              data.items.add(new File([Uint8Array.from(atob(arguments[1][i]), c => c.charCodeAt(0))], name)));
            input.files = data.files;
            input.dispatchEvent(new Event("change", { bubbles: true }));
            """,
            names,
            names.Select((_, i) => Convert.ToBase64String(SmallImages.Png(i))).ToArray()
        );

    private void WaitForState(string state) =>
        studio.Browser.WaitFor($"document.querySelector('.training .state')?.textContent === '{state}'");

    private string Text(string selector) =>
        studio.Browser.Evaluate<string>($"document.querySelector({StudioSession.Quote(selector)}).textContent")!;

    private void Dismiss()
    {
        studio.Click(".dismiss");
        studio.Browser.WaitFor("document.querySelector('.training') === null");
    }

    private void RequireNoSideways() =>
        Assert.True(
            studio.Browser.Number("document.documentElement.scrollWidth") <= 390,
            "the page is wider than the window"
        );

    private void Enter(string selector)
    {
        studio.Browser.WaitFor($"document.querySelector({StudioSession.Quote(selector)})");
        studio.Browser.Driver.ExecuteScript($"document.querySelector({StudioSession.Quote(selector)}).focus()");
        studio.Press(OpenQA.Selenium.Keys.Enter);
    }

    private void Fill(string option, string text)
    {
        string id = $"#option-{option}";
        studio.Browser.WaitFor("document.getElementById('group-output')");
        if (studio.Browser.FindAll(id).Count == 0)
            foreach (string group in (string[])["pictures", "output"])
                if (studio.Browser.FindAll($"#group-{group}[aria-expanded=false]").Count > 0)
                {
                    studio.Click($"#group-{group}");
                    studio.Browser.WaitFor($"document.querySelector('#group-{group}[aria-expanded=true]')");
                }
        studio.Browser.WaitFor($"document.querySelector('{id}')");
        studio.Browser.Find(id).SendKeys(text);
    }
}
