using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Interactive;
using OpenQA.Selenium;

namespace Elbo.Cli.Tests.Browser;

/// <summary>The page of an interpolation as a person with mouse, keyboard or screen reader finds it.</summary>
[Collection(BrowserTests.Name)]
public class FramePlayerTests(BrowserSession browser)
{
    private const string Player = "document.getElementById('player').elboPlayer";
    private const int Count = 7;

    [BrowserFact]
    public void The_slider_shows_every_image_by_mouse_and_by_keys()
    {
        using var folder = Open();
        AssertShown(0);
        var slider = browser.Find(".elbo-slider");
        slider.SendKeys(Keys.ArrowRight);
        AssertShown(1);
        slider.SendKeys(Keys.End);
        AssertShown(6);
        slider.SendKeys(Keys.ArrowLeft);
        AssertShown(5);
        slider.SendKeys(Keys.Home);
        AssertShown(0);
        var size = slider.Size;
        browser.Press(slider, size.Width / 2.0, size.Height / 2.0);
        AssertShown(3);
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void The_button_plays_to_the_end_and_back_and_stops()
    {
        using var folder = Open();
        var button = browser.Find(".elbo-play");
        Assert.Equal("Play", button.Text);
        button.Click();
        Assert.Equal("Stop", button.Text);
        browser.WaitFor($"{Player}.frame === 6");
        browser.WaitFor($"{Player}.frame < 6");
        browser.WaitFor($"{Player}.frame === 0");
        button.Click();
        Assert.Equal("Play", button.Text);
        Assert.False(browser.Evaluate<bool>($"{Player}.playing"));
        // The space bar does the same from the slider, and the slider stops it.
        var slider = browser.Find(".elbo-slider");
        slider.SendKeys(Keys.Space);
        Assert.True(browser.Evaluate<bool>($"{Player}.playing"));
        slider.SendKeys(Keys.Home);
        Assert.False(browser.Evaluate<bool>($"{Player}.playing"));
        button.SendKeys(Keys.Space);
        Assert.True(browser.Evaluate<bool>($"{Player}.playing"));
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Everything_has_a_name_that_says_where_it_stands()
    {
        using var folder = Open();
        browser.Find(".elbo-slider").SendKeys(Keys.ArrowRight);
        Assert.Equal("image 2 of 7, 17 % of the way", browser.Find(".elbo-slider").GetAttribute("aria-valuetext"));
        Assert.Equal(
            "position between the first and the last image",
            browser.Find(".elbo-slider").GetAttribute("aria-label")
        );
        Assert.Equal(
            "From <a> to b: image 2 of 7, 17 % of the way",
            browser.Find(".elbo-frame").GetAttribute("aria-label")
        );
        Assert.Equal(["<a>", "b"], browser.FindAll(".elbo-end img").Select(image => image.GetAttribute("alt")));
        Assert.Equal("From <a> to b", browser.Find("h1").Text);
    }

    [BrowserFact]
    public void Dark_mode_and_narrow_windows_fit()
    {
        foreach (bool dark in (bool[])[false, true])
        foreach (int width in (int[])[360, 1200])
        {
            using var folder = Open(width, dark);
            Assert.Equal(
                dark ? "rgb(21, 23, 28)" : "rgb(255, 255, 255)",
                browser.Evaluate<string>("getComputedStyle(document.body).backgroundColor")
            );
            Assert.Equal(width, browser.Number("document.documentElement.scrollWidth"));
            // As wide as high, and large enough to look at.
            var frame = browser.Find(".elbo-frame").Size;
            Assert.InRange(frame.Width, 150, width);
            Assert.InRange(frame.Width / (double)frame.Height, 1.4, 1.6);
        }
    }

    /// <summary>Seven images of 6×4 pixels, image i of intensity 30·i.</summary>
    private TemporaryFolder Open(int width = 900, bool dark = false)
    {
        var player = new FramePlayer
        {
            Frames = (float[])[.. Enumerable.Range(0, Count * 24).Select(i => i / 24 * 30 / 255f)],
            Shape = new ImageShape(1, 4, 6),
            Title = "From <a> to b",
            Ends = [new ImagePanel("<a>", new Bitmap(6, 4, 1)), new ImagePanel("b", new Bitmap(6, 4, 1))],
        };
        var folder = new TemporaryFolder();
        folder.Write("player.html", System.Text.Encoding.UTF8.GetBytes(player.ToPage()));
        browser.Open(folder.File("player.html"), width, 700, dark);
        browser.WaitFor($"document.getElementById('player') && {Player}");
        return folder;
    }

    private void AssertShown(int frame)
    {
        Assert.Equal(frame, browser.Number($"{Player}.frame"));
        Assert.Equal($"{frame + 1} / {Count}", browser.Find(".elbo-place").Text);
        // From a copy: Chromium warns where a canvas that is drawn on is read often.
        browser.WaitFor(
            "((from, to) => { [to.width, to.height] = [from.width, from.height]; const p = to.getContext('2d'); "
                + "p.drawImage(from, 0, 0); return p.getImageData(0, 0, 6, 4).data; "
                + "})(document.querySelector('.elbo-frame'), document.createElement('canvas'))"
                + $".filter((v, k) => k % 4 < 3).every(v => v === {30 * frame})"
        );
    }
}
