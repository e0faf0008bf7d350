namespace Elbo.Cli.Tests.Browser;

/// <summary>The scatter under a finger.</summary>
public partial class InteractiveScatterTests
{
    [BrowserFact]
    public void A_finger_drags_and_shows_what_it_taps()
    {
        using var folder = Open(Grid(dimensions: 2), 390, 780);
        var (left, top) = (
            browser.Number("document.querySelector('.elbo-plot').getBoundingClientRect().left"),
            browser.Number("document.querySelector('.elbo-plot').getBoundingClientRect().top")
        );
        var (x, y) = Place(13);
        Touch("touchStart", left + x, top + y);
        Touch("touchEnd");
        browser.WaitFor("document.querySelector('.elbo-words').textContent.startsWith('index 13\\nlabel b')");
        Touch("touchStart", left + x, top + y);
        Touch("touchMove", left + x - 25, top + y);
        Touch("touchMove", left + x - 50, top + y + 10);
        Touch("touchEnd");
        WaitForDrawing();
        Near((x - 50, y + 10), Place(13));
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void A_finger_scrolls_the_page_past_a_plot_until_it_has_tapped_it()
    {
        using var folder = Open(Grid(dimensions: 2), 390, 500);
        Assert.Equal("pan-y", Action());
        browser.Driver.ExecuteScript("document.querySelector('.elbo-plot').scrollIntoView();");
        Touch("touchStart", 100, 100);
        Touch("touchEnd");
        browser.WaitFor($"getComputedStyle(document.querySelector('{Plot}')).touchAction === 'none'");
        browser.Find("h1").Click();
        Assert.Equal("pan-y", Action());

        string? Action() => browser.Evaluate<string>($"getComputedStyle(document.querySelector('{Plot}')).touchAction");
    }

    private void Touch(string type, params double[] at) =>
        browser.Driver.ExecuteCdpCommand(
            "Input.dispatchTouchEvent",
            new()
            {
                ["type"] = type,
                ["touchPoints"] =
                    at.Length == 0
                        ? []
                        : new object[]
                        {
                            new Dictionary<string, object> { ["x"] = at[0], ["y"] = at[1] },
                        },
            }
        );
}
