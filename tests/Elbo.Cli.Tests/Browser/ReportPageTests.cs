using Elbo.Imaging;

namespace Elbo.Cli.Tests.Browser;

/// <summary>The page of a run as a browser shows it, on a desktop and on a phone, light and dark.</summary>
[Collection(BrowserTests.Name)]
public sealed class ReportPageTests(BrowserSession browser, ReportPageTests.Page page)
    : IClassFixture<ReportPageTests.Page>
{
    [BrowserFact]
    public void The_page_opens_without_complaint_and_shows_all_its_pictures()
    {
        Open();
        Assert.Equal("run · Elbo", browser.Evaluate<string>("document.title"));
        Assert.Equal(
            0,
            browser.Number("[...document.images].filter(i => !i.hidden && !(i.complete && i.naturalWidth > 0)).length")
        );
        Assert.Equal(0, browser.Number("[...document.images].filter(i => i.alt === '').length"));
        browser.WaitFor("document.querySelector('#latent canvas').width > 300");
        Assert.Empty(browser.Complaints());
        Assert.True(new FileInfo(page.File).Length < 5_000_000);
    }

    [BrowserFact]
    public void The_slider_goes_through_the_epochs()
    {
        Open();
        const string Figure = "document.querySelector('figure[data-series=reconstruction]')";
        Assert.Equal("epoch 2", Shown());
        browser.Driver.ExecuteScript(
            $"const slider = {Figure}.querySelector('input'); slider.value = 0; slider.dispatchEvent(new "
                + "Event('input'));"
        );
        Assert.Equal("epoch 1", Shown());
        Assert.Equal("epoch 1", browser.Evaluate<string>($"{Figure}.querySelector('output').value"));
        Assert.Empty(browser.Complaints());

        string? Shown() =>
            browser.Evaluate<string>(
                $"[...{Figure}.querySelectorAll('img')].filter(i => i.offsetWidth > 0).map(i => "
                    + "i.dataset.caption).join()"
            );
    }

    [BrowserFact]
    public void Pointing_at_an_epoch_shows_its_values()
    {
        Open();
        var strip = browser.Find(".chart .epoch rect");
        browser.Driver.ExecuteScript("arguments[0].scrollIntoView({ block: 'center' });", strip);
        Assert.Equal("hidden", Reading());
        browser.Hover(strip, 5, 50);
        Assert.Equal("visible", Reading());
        Assert.StartsWith(
            "epoch 1: train ",
            browser.Evaluate<string>("document.querySelector('.chart .epoch text').textContent")
        );

        string? Reading() =>
            browser.Evaluate<string>("getComputedStyle(document.querySelector('.chart .epoch text')).visibility");
    }

    [BrowserFact]
    public void Nothing_is_wider_than_a_phone()
    {
        Open(width: 390, height: 844);
        Assert.Equal(390, browser.Number("innerWidth"));
        Assert.Equal(
            browser.Number("document.documentElement.clientWidth"),
            browser.Number("document.documentElement.scrollWidth")
        );
        // The widest picture is large enough to be seen, and scrolls within its own box.
        Assert.True(browser.Number("document.querySelector('.wide .scroll').scrollWidth") > 600);
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Text_stands_out_from_its_ground_in_light_and_in_dark()
    {
        // WCAG 2.2, 1.4.3: 4.5 to 1 for text of usual size.
        const string Lowest = """
            (() => {
              const rgb = text => text.match(/[\d.]+/g).map(Number);
              const luminance = c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4).reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
              let lowest = 99;
              for (const e of document.querySelectorAll('h1, h2, h3, p, dt, dd, small, th, td, pre, figcaption, output, li span, summary, .chart text')) {
                const style = getComputedStyle(e);
                const [a, b] = [luminance(rgb(e.tagName === 'text' ? style.fill : style.color)), luminance(ground(e))].sort((x, y) => y - x);
                lowest = Math.min(lowest, (a + 0.05) / (b + 0.05));
              }
              return lowest;
            })()
            """;
        Open();
        string light = browser.Evaluate<string>("getComputedStyle(document.body).backgroundColor")!;
        Assert.InRange(browser.Number(Lowest), 4.5, 21);
        Open(dark: true);
        Assert.NotEqual(light, browser.Evaluate<string>("getComputedStyle(document.body).backgroundColor"));
        Assert.InRange(browser.Number(Lowest), 4.5, 21);
    }

    private void Open(int width = 1200, int height = 800, bool dark = false)
    {
        browser.Open(page.File, width, height, dark);
        browser.WaitFor("document.readyState === 'complete'");
    }

    /// <summary>
    /// A run on images in folders whose names a careless page would take for its own markup, one of which cannot be
    /// read.
    /// </summary>
    public sealed class Page : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public Page()
        {
            if (Chromium.SkipReason is not null)
                return; // every test is skipped then
            for (int i = 0; i < 40; i++)
                _folder.Write(
                    $"pictures/{(i % 2 == 0 ? "<img src=x onerror=alert(1)>" : "{{title}} & 'quoted'")}/{i:D2}.png",
                    PngEncoder.Encode(8, 8, 1, [.. Enumerable.Range(0, 64).Select(p => (byte)(i * p))])
                );
            _folder.Write("pictures/{{title}} & 'quoted'/broken.png", "no image"u8);
            RunningCommand
                .Run(
                    _folder.Path,
                    "train",
                    "--dataset",
                    "image-folder",
                    "--images",
                    "pictures",
                    "--hidden",
                    "8",
                    "-z",
                    "3",
                    "-e",
                    "2",
                    "--threads",
                    "1",
                    "--name",
                    "run"
                )
                .Succeeded();
        }

        public string File => _folder.File("runs/run/report.html");

        public void Dispose() => _folder.Dispose();
    }
}
