using Elbo.Figures.Interactive;
using OpenQA.Selenium;

namespace Elbo.Cli.Tests.Browser;

/// <summary>Points that move through the epochs, by slider, button and keys.</summary>
[Collection(BrowserTests.Name)]
public class ScatterFilmTests(BrowserSession browser)
{
    private const string Film = "document.getElementById('scatter').elboFilm",
        Scatter = "document.getElementById('scatter').elboScatter";

    [BrowserFact]
    public void The_slider_moves_the_points_on_axes_that_stay()
    {
        using var folder = Open();
        AssertShown(3);
        var (resting, end) = (Place(0), Place(1));
        var slider = browser.Find(".elbo-slider");
        slider.SendKeys(Keys.Home);
        AssertShown(0);
        var start = Place(1);
        slider.SendKeys(Keys.ArrowRight);
        AssertShown(1);
        var second = Place(1);
        // Point 1 moves from the left to the right edge of the plot in steps of one, point 0 stays.
        double step = (end.X - start.X) / 3;
        Assert.True(step > 100, $"a step is {step} pixels");
        Assert.Equal(start.X + step, second.X, 0.5);
        Assert.Equal(start.Y, second.Y, 0.1);
        Assert.Equal(resting, Place(0));
        browser.Driver.ExecuteScript($"{Film}.show(1.5)");
        Assert.Equal(second.X + (step / 2), Place(1).X, 0.5);
        Assert.Equal(resting, Place(0));
        slider.SendKeys(Keys.End);
        AssertShown(3);
        Assert.Equal(end, Place(1));
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void The_button_plays_from_the_first_epoch_to_the_last_and_nothing_plays_by_itself()
    {
        using var folder = Open();
        Thread.Sleep(300);
        AssertShown(3);
        Assert.False(Playing());
        var (button, slider) = (browser.Find(".elbo-play"), browser.Find(".elbo-slider"));
        Assert.Equal("Play", button.Text);
        double end = Place(1).X;
        button.Click();
        Assert.Equal("Stop", button.Text);
        browser.WaitFor($"{Film}.frame === 1");
        Assert.True(Place(1).X < end);
        browser.WaitFor($"!{Film}.playing");
        AssertShown(3);
        Assert.Equal("Play", button.Text);
        Assert.Equal(end, Place(1).X);
        // The space bar does the same from the slider and the plot; the slider stops, at an epoch.
        slider.SendKeys(Keys.Space);
        Assert.True(Playing());
        slider.SendKeys(Keys.Home);
        Assert.False(Playing());
        AssertShown(0);
        browser.Find(".elbo-plot").SendKeys(Keys.Space);
        Assert.True(Playing());
        button.SendKeys(Keys.Space);
        Assert.False(Playing());
        AssertShown((int)browser.Number($"{Film}.frame"));
        // A legend entry has the space bar for itself.
        browser.Find(".elbo-legend button").SendKeys(Keys.Space);
        Assert.False(Playing());
        Assert.False(browser.Evaluate<bool>($"{Scatter}.visible(0)"));
        Assert.Empty(browser.Complaints());

        bool Playing() => browser.Evaluate<bool>($"{Film}.playing");
    }

    [BrowserFact]
    public void Reduced_motion_steps_from_epoch_to_epoch()
    {
        using var folder = Open();
        browser.Driver.ExecuteCdpCommand(
            "Emulation.setEmulatedMedia",
            new()
            {
                ["features"] = new[]
                {
                    new Dictionary<string, object> { ["name"] = "prefers-reduced-motion", ["value"] = "reduce" },
                },
            }
        );
        browser.Evaluate<object>(
            $"(() => {{ window.places_ = new Set(); const see = () => {{ places_.add({Scatter}.place(1)[0]); "
                + "requestAnimationFrame(see); }; see(); })()"
        );
        browser.Find(".elbo-play").Click();
        browser.WaitFor($"!{Film}.playing");
        WaitForDrawing();
        Assert.Equal(4, browser.Number("places_.size"));
    }

    [BrowserFact]
    public void The_note_beside_a_point_follows_it()
    {
        using var folder = Open();
        browser.Driver.ExecuteScript($"{Scatter}.choose(1)");
        Assert.Equal("index 70\nlabel b\n(3.00, 0.00)", Words());
        browser.Find(".elbo-slider").SendKeys(Keys.Home);
        Assert.Equal("index 70\nlabel b\n(0.00, 0.00)", Words());
        Assert.Equal("epoch 1", browser.Find(".elbo-slider").GetAttribute("aria-valuetext"));
        Assert.EndsWith(", epoch 1", browser.Find(".elbo-plot").GetAttribute("aria-label"));

        string? Words() => browser.Evaluate<string>("document.querySelector('.elbo-words').textContent");
    }

    [BrowserFact]
    public void Points_in_space_move_and_a_phone_shows_everything()
    {
        using var folder = Open(dimensions: 3, width: 390);
        Assert.InRange(browser.Number("document.documentElement.scrollWidth"), 0, 390);
        var (resting, end) = (Place(0), Place(1));
        browser.Find(".elbo-slider").SendKeys(Keys.Home);
        AssertShown(0);
        Assert.Equal(resting, Place(0));
        Assert.NotEqual(end, Place(1));
        Assert.Empty(browser.Complaints());
    }

    /// <summary>Three points in four epochs; the second one moves along the first axis from 0 to 3.</summary>
    private TemporaryFolder Open(int dimensions = 2, int width = 1000)
    {
        float[] Frame(int epoch) =>
            [.. new float[][] { [1, 1, 1], [epoch, 0, 0], [2, 2, 2] }.SelectMany(point => point.Take(dimensions))];
        var folder = new TemporaryFolder();
        var scatter = new InteractiveScatter
        {
            Coordinates = Frame(3),
            Dimensions = dimensions,
            Frames = [.. Enumerable.Range(0, 4).Select(i => new ScatterFrame($"epoch {i + 1}", Frame(i)))],
            Indices = [3, 70, 71],
            Classes = [0, 1, 1],
            ClassNames = ["a", "b"],
        };
        folder.Write("film.html", System.Text.Encoding.UTF8.GetBytes(scatter.ToPage()));
        browser.Open(folder.File("film.html"), width, 800);
        browser.WaitFor($"document.getElementById('scatter') && {Film}");
        WaitForDrawing();
        return folder;
    }

    private void AssertShown(int frame)
    {
        Assert.Equal(frame, browser.Number($"{Film}.frame"));
        Assert.Equal($"{frame}", browser.Find(".elbo-slider").GetAttribute("value"));
        Assert.Equal($"epoch {frame + 1}", browser.Find(".elbo-place").Text);
    }

    private (double X, double Y) Place(int i)
    {
        WaitForDrawing();
        return (browser.Number($"{Scatter}.place({i})[0]"), browser.Number($"{Scatter}.place({i})[1]"));
    }

    /// <summary>Two frames after an event, what it asked for is drawn.</summary>
    private void WaitForDrawing() =>
        browser.Driver.ExecuteAsyncScript(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));"
        );
}
