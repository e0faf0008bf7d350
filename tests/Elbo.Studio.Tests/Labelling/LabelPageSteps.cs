using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Labelling;
using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Labelling;

/// <summary>What the tests of the page do on it.</summary>
public abstract class LabelPageSteps(StudioSession studio)
{
    protected StudioSession Studio => studio;

    protected BrowserSession Browser => studio.Browser;

    protected string Photos => Path.Combine(studio.Images, "shapes");

    protected RunFolder Run => RunFolder.Open(Path.Combine(studio.Runs, "shapes"));

    /// <summary>A labelling that the server opens with an object of its own.</summary>
    private protected LabelBook Book(string name, params string[] files) =>
        LabelBook.Create(
            Run.Labels(name),
            new LabelState { Choice = ImageChoice.OfPath(Photos), ByFile = true }.WithImages(files, "test")
        );

    private protected static LabelBook Shared(LabelBook book) => LabelBook.Open(book.Folder);

    protected string Shown()
    {
        Browser.WaitFor("document.querySelector('.desk')");
        return Browser.Evaluate<string>("document.querySelector('.desk').dataset.image")!;
    }

    protected void WaitForImage(string image) =>
        Browser.WaitFor($"document.querySelector('.desk')?.dataset.image === {StudioSession.Quote(image)}");

    protected void Prepare()
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

    protected void Type(string selector, string text)
    {
        Browser.WaitFor($"document.querySelector({StudioSession.Quote(selector)})");
        studio.Click(selector);
        Browser.Find(selector).SendKeys(Keys.Control + "a");
        Browser.Find(selector).SendKeys(text.EndsWith(Keys.Enter, StringComparison.Ordinal) ? text : text + Keys.Tab);
    }

    protected void Choose(string select, string item)
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
