using Elbo.Data;
using Elbo.Figures.Interactive;

namespace Elbo.Cli.Tests.Browser;

/// <summary>The interactive scatter as a person with mouse, finger or keyboard finds it.</summary>
[Collection(BrowserTests.Name)]
public partial class InteractiveScatterTests(BrowserSession browser)
{
    private const string Scatter = "document.getElementById('scatter').elboScatter";
    private const string Plot = ".elbo-plot";

    [BrowserFact]
    public void Pointing_at_a_point_shows_its_index_label_and_image()
    {
        using var folder = Open(Grid(dimensions: 2));
        var plot = browser.Find(Plot);
        foreach (int i in (int[])[0, 13, 24])
        {
            Hover(plot, i);
            Assert.Equal(
                $"index {i}\nlabel {Names[i % 3]}",
                string.Join('\n', browser.Find(".elbo-words").Text.Split('\n')[..2])
            );
            browser.WaitFor($"{Pixels(".elbo-image")}.filter((v, k) => k % 4 < 3).every(v => v === {10 * i})");
            Assert.Equal(4 * 4 * 6, browser.Number($"{Pixels(".elbo-image")}.length"));
        }
        // Between the points there is nothing to show.
        var (x, y) = Place(12);
        browser.Hover(plot, x + 40, y + 40);
        Assert.False(browser.Find(".elbo-tip").Displayed);
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void The_wheel_enlarges_what_lies_under_the_mouse_and_dragging_moves_it()
    {
        using var folder = Open(Grid(dimensions: 2));
        var plot = browser.Find(Plot);
        var (x, y) = Place(12);
        var (x2, _) = Place(13);
        browser.Press(plot, x, y);
        browser.Wheel(plot, x, y, -400);
        browser.WaitFor($"{Scatter}.view.zoom > 1");
        WaitForDrawing();
        Near((x, y), Place(12));
        double factor = browser.Number($"{Scatter}.view.zoom");
        Assert.Equal(factor * (x2 - x), Place(13).X - Place(12).X, 0.5);
        browser.Drag(plot, x + 20, y + 20, 60, -30);
        WaitForDrawing();
        Near((x + 60, y - 30), Place(12));
        browser.Find(".elbo-reset").Click();
        WaitForDrawing();
        Near((x, y), Place(12));
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void The_wheel_scrolls_the_page_past_a_plot_unless_that_was_pressed_or_Ctrl_is_held()
    {
        using var folder = Open(Grid(dimensions: 2), height: 500);
        browser.Driver.ExecuteScript("document.body.style.paddingBottom = '2000px';");
        var plot = browser.Find(Plot);
        browser.Hover(plot, 200, 100);
        browser.Wheel(plot, 200, 100, 40);
        browser.WaitFor("scrollY === 40");
        Assert.Equal(1, browser.Number($"{Scatter}.view.zoom"));

        browser.Wheel(plot, 200, 100, -200, control: true);
        browser.WaitFor($"{Scatter}.view.zoom > 1");
        browser.Press(plot, 200, 100);
        browser.Wheel(plot, 200, 100, 300);
        browser.WaitFor($"{Scatter}.view.zoom < 1");
        Assert.Equal(40, browser.Number("scrollY"));

        // The mouse has left and come back: the reader scrolls on.
        browser.Hover(browser.Find(".elbo-legend button"), 10, 10);
        browser.Hover(plot, 200, 100);
        browser.Wheel(plot, 200, 100, 60);
        browser.WaitFor("scrollY === 100");
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Dragging_turns_three_dimensions_and_the_wheel_enlarges_them()
    {
        using var folder = Open(Grid(dimensions: 3));
        var plot = browser.Find(Plot);
        string before = Picture();
        var (x, y) = Place(0);
        browser.Drag(plot, 200, 200, 120, 40);
        WaitForDrawing();
        Assert.NotEqual(before, Picture());
        Assert.NotEqual((x, y), Place(0));
        Hover(plot, 7);
        Assert.StartsWith("index 7\nlabel b", browser.Find(".elbo-words").Text);
        browser.Wheel(plot, 300, 300, -300);
        browser.WaitFor($"{Scatter}.view.zoom > 1.2");
        browser.Find(".elbo-reset").Click();
        WaitForDrawing();
        Near((x, y), Place(0));
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Pressing_a_legend_entry_hides_its_class_and_again_shows_it()
    {
        using var folder = Open(Grid(dimensions: 2));
        var plot = browser.Find(Plot);
        Assert.Equal(Names, browser.FindAll(".elbo-legend button").Select(b => b.Text));
        string all = Picture();
        var entry = browser.FindAll(".elbo-legend button")[1];
        entry.Click();
        WaitForDrawing();
        Assert.Equal(("false", 0), (entry.GetAttribute("aria-pressed"), Coloured(1)));
        Assert.True(Coloured(0) > 100);
        Hover(plot, 1);
        Assert.False(browser.Find(".elbo-tip").Displayed);
        entry.Click();
        WaitForDrawing();
        Assert.True(Coloured(1) > 100);
        Hover(plot, 1);
        Assert.StartsWith("index 1\nlabel b", browser.Find(".elbo-words").Text);
        browser.Hover(plot, 2, 2);
        WaitForDrawing();
        Assert.Equal(all, Picture());
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void A_double_click_shows_one_class_alone_and_another_shows_all_again()
    {
        using var folder = Open(Grid(dimensions: 2));
        var entries = browser.FindAll(".elbo-legend button");
        var twice = new OpenQA.Selenium.Interactions.Actions(browser.Driver);
        twice.DoubleClick(entries[1]).Perform();
        Assert.Equal(["false", "true", "false"], entries.Select(e => e.GetAttribute("aria-pressed")));
        Assert.Equal((false, true), (Visible(0), Visible(1)));
        entries[0].Click();
        Assert.Equal(["true", "true", "false"], entries.Select(e => e.GetAttribute("aria-pressed")));
        twice = new OpenQA.Selenium.Interactions.Actions(browser.Driver);
        twice.DoubleClick(entries[2]).Perform();
        Assert.Equal((false, false, true), (Visible(0), Visible(1), Visible(2)));
        twice = new OpenQA.Selenium.Interactions.Actions(browser.Driver);
        twice.DoubleClick(entries[2]).Perform();
        Assert.Equal((true, true, true), (Visible(0), Visible(1), Visible(2)));
        Assert.Empty(browser.Complaints());

        bool Visible(int i) => browser.Evaluate<bool>($"{Scatter}.visible({i})");
    }

    [BrowserFact]
    public void The_plot_fills_its_frame_and_the_window()
    {
        foreach (var (width, height) in ((int, int)[])[(1200, 800), (1900, 900), (800, 1000)])
        {
            using var folder = Open(Grid(dimensions: 2), width, height);
            var view = browser.Find(".elbo-view").Size;
            Assert.InRange(view.Width, width - 200, width);
            Assert.InRange(view.Height, height - 250, height);
            Assert.InRange(browser.Number("document.documentElement.scrollHeight"), 0, height);
            // Point 0 lies at the lower left and point 24 at the upper right: of each axis nine tenths are between.
            var (left, bottom) = Place(0);
            var (right, top) = Place(24);
            Assert.InRange(right - left, 0.9 * (view.Width - 72), view.Width);
            Assert.InRange(bottom - top, 0.9 * (view.Height - 58), view.Height);
        }
    }

    [BrowserFact]
    public void The_plot_follows_the_window()
    {
        using var folder = Open(Grid(dimensions: 2), 1200, 800);
        double before = Place(24).X;
        browser.Driver.ExecuteCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = 900,
                ["height"] = 700,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );
        browser.WaitFor($"Math.abs({Scatter}.place(24)[0] - {before - 300}) < 30");
        Assert.InRange(browser.Number("document.documentElement.scrollWidth"), 0, 900);
    }

    [BrowserFact]
    public void A_collapsed_axis_is_drawn_at_the_scale_of_the_prior_and_says_so()
    {
        float[] points = [.. Enumerable.Range(0, 40).SelectMany(i => (float[])[i * 0.1f, 1e-5f * (i % 3)])];
        using var folder = Open(new InteractiveScatter { Coordinates = points, Dimensions = 2 });
        Assert.Contains("The code has collapsed in z₂", browser.Find(".elbo-note").Text);
        Assert.Equal(Place(0).Y, Place(2).Y, 0.1);
        Assert.True(Place(39).X - Place(0).X > 800);
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Keys_step_through_the_points_and_move_the_view()
    {
        using var folder = Open(Grid(dimensions: 2));
        var plot = browser.Find(Plot);
        var (x, y) = Place(12);
        plot.SendKeys("nnn");
        Assert.StartsWith("index 2\nlabel c", browser.Find(".elbo-words").Text);
        plot.SendKeys("p" + OpenQA.Selenium.Keys.ArrowLeft);
        Assert.StartsWith("index 1\nlabel b", browser.Find(".elbo-words").Text);
        WaitForDrawing();
        Near((x + 30, y), Place(12));
        plot.SendKeys(OpenQA.Selenium.Keys.Escape + "0");
        WaitForDrawing();
        Near((x, y), Place(12));
        Assert.False(browser.Find(".elbo-tip").Displayed);
        Assert.Equal("img", plot.GetAttribute("role"));
        Assert.Equal("A <grid>: 25 points in 2 dimensions, 3 classes", plot.GetAttribute("aria-label"));
    }

    [BrowserFact]
    public void Ten_thousand_points_can_be_turned_smoothly()
    {
        float[] points = [.. Enumerable.Range(0, 30_000).Select(i => MathF.Sin(i * 12.9898f) * (i % 97))];
        int[] classes = [.. Enumerable.Range(0, 10_000).Select(i => i % 10)];
        using var folder = Open(
            new InteractiveScatter
            {
                Coordinates = points,
                Dimensions = 3,
                Classes = classes,
                ClassNames = [.. Enumerable.Range(0, 10).Select(i => $"{i}")],
            }
        );
        browser.Evaluate<object>(
            "(() => { window.frames_ = []; const turn = t => { frames_.push(t); "
                + "document.querySelector('.elbo-plot').dispatchEvent(new KeyboardEvent('keydown', { key: "
                + "'ArrowLeft' })); if (frames_.length < 21) requestAnimationFrame(turn); }; "
                + "requestAnimationFrame(turn); })()"
        );
        browser.WaitFor("frames_.length >= 21");
        // A quick machine needs 16 ms a frame without a graphics card; the quickest of them is the one that others on
        // the machine disturbed least.
        double quickest = browser.Number("Math.min(...frames_.slice(1).map((t, i) => t - frames_[i]))");
        Assert.True(quickest < 200, $"the quickest of 20 frames took {quickest} ms");
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void A_phone_gets_the_whole_width_and_dark_windows_dark_ground()
    {
        using var folder = Open(Grid(dimensions: 2), 390, 780, dark: true);
        Assert.True(browser.Number("document.documentElement.scrollWidth") <= 390);
        Assert.True(browser.Find(Plot).Size.Width > 340);
        Assert.True(
            browser.FindAll(".elbo-legend button")[0].Location.Y
                > browser.Find(Plot).Location.Y + browser.Find(Plot).Size.Height - 1
        );
        Assert.Equal("rgb(21, 23, 28)", browser.Evaluate<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.True(Coloured(0, "[0x77, 0xaa, 0xdd]") > 100);
    }

    [BrowserFact]
    public void Two_scatters_stand_in_one_page_without_disturbing_each_other()
    {
        using var folder = new TemporaryFolder();
        string page =
            "<!DOCTYPE html><meta charset='utf-8'><link rel='icon' "
            + $"href='data:,'>{Grid(2).ToFragment("first")}{Grid(3).ToFragment("second")}";
        folder.Write("two.html", System.Text.Encoding.UTF8.GetBytes(page));
        browser.Open(folder.File("two.html"), height: 1600);
        browser.WaitFor("document.getElementById('second').elboScatter");
        browser.FindAll("#second .elbo-legend button")[0].Click();
        Assert.True(browser.Evaluate<bool>("document.getElementById('first').elboScatter.visible(0)"));
        Assert.False(browser.Evaluate<bool>("document.getElementById('second').elboScatter.visible(0)"));
        Assert.Empty(browser.Complaints());
    }

    private static readonly string[] Names = ["a", "b", "c</script>"];

    /// <summary>25 points on a lattice, image i of 6×4 pixels of intensity 10·i, classes by turns.</summary>
    private static InteractiveScatter Grid(int dimensions)
    {
        float[] points = [.. Enumerable.Range(0, 25).SelectMany(i => (float[])[i % 5, i / 5, i % 4])];
        byte[] pixels = [.. Enumerable.Range(0, 25 * 24).Select(i => (byte)(i / 24 * 10))];
        byte[] labels = [.. Enumerable.Range(0, 25).Select(i => (byte)(i % 3))];
        float[] coordinates = dimensions == 3 ? points : [.. points.Where((_, i) => i % 3 < 2)];
        return InteractiveScatter.Of(
            coordinates,
            dimensions,
            new ImageDataset("lattice", new ImageShape(1, 4, 6), pixels, labels, Names)
        ) with
        {
            Title = "A <grid>",
        };
    }

    private TemporaryFolder Open(InteractiveScatter scatter, int width = 1200, int height = 800, bool dark = false)
    {
        var folder = new TemporaryFolder();
        folder.Write("scatter.html", System.Text.Encoding.UTF8.GetBytes(scatter.ToPage()));
        browser.Open(folder.File("scatter.html"), width, height, dark);
        browser.WaitFor($"document.getElementById('scatter') && {Scatter}");
        WaitForDrawing();
        return folder;
    }

    /// <summary>Two frames after an event, what it asked for is drawn.</summary>
    private void WaitForDrawing() =>
        browser.Driver.ExecuteAsyncScript(
            "const done = arguments[0]; requestAnimationFrame(() => requestAnimationFrame(() => done()));"
        );

    private (double X, double Y) Place(int i) =>
        (browser.Number($"{Scatter}.place({i})[0]"), browser.Number($"{Scatter}.place({i})[1]"));

    private void Hover(OpenQA.Selenium.IWebElement plot, int i)
    {
        var (x, y) = Place(i);
        browser.Hover(plot, x, y);
    }

    private static void Near((double X, double Y) expected, (double X, double Y) actual)
    {
        // Mouse positions are whole pixels.
        Assert.Equal(expected.X, actual.X, 1.0);
        Assert.Equal(expected.Y, actual.Y, 1.0);
    }

    private string Picture() => browser.Evaluate<string>("document.querySelector('.elbo-plot').toDataURL()")!;

    /// <summary>
    /// The bytes of a canvas, read from a copy: Chromium warns where one that is drawn on is read often.
    /// </summary>
    private static string Pixels(string selector) =>
        $"((from, to) => {{ [to.width, to.height] = [from.width, from.height]; const p = to.getContext('2d'); "
        + "p.drawImage(from, 0, 0); return p.getImageData(0, 0, to.width, to.height).data; "
        + $"}})(document.querySelector('{selector}'), document.createElement('canvas'))";

    /// <summary>Pixels of the plot that have nearly the colour of a class.</summary>
    private int Coloured(int c, string? colour = null)
    {
        colour ??= ((string[])["[0x33, 0x22, 0x88]", "[0x88, 0xcc, 0xee]"])[c];
        return (int)
            browser.Number(
                $"(c => {Pixels(Plot)}.reduce((n, _, i, p) => i % 4 === 3 && p[i] > 200 && c.every((v, k) => "
                    + $"Math.abs(p[i - 3 + k] - v) < 6) ? n + 1 : n, 0))({colour})"
            );
    }
}
