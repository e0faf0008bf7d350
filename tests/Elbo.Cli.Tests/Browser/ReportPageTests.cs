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
        Assert.Equal("run: vae on image-folder · Elbo", browser.Evaluate<string>("document.title"));
        Assert.Equal(
            0,
            browser.Number("[...document.images].filter(i => !i.hidden && !(i.complete && i.naturalWidth > 0)).length")
        );
        Assert.Equal(0, browser.Number("[...document.images].filter(i => i.alt === '').length"));
        browser.WaitFor("document.querySelector('#latent canvas').width > 300");
        Assert.Empty(browser.Complaints());
        Assert.True(new FileInfo(page.File).Length < 8_000_000);
    }

    [BrowserFact]
    public void The_slider_reaches_every_epoch()
    {
        Open();
        const string Figure = "document.querySelector('figure[data-series=reconstruction]')";
        Assert.Equal($"epoch {Page.Epochs}", Shown());
        for (int epoch = 1; epoch <= Page.Epochs; epoch++)
        {
            browser.Driver.ExecuteScript(
                $"const slider = {Figure}.querySelector('input'); slider.value = {epoch - 1}; "
                    + "slider.dispatchEvent(new Event('input'));"
            );
            Assert.Equal($"epoch {epoch}", Shown());
            Assert.Equal($"epoch {epoch}", browser.Evaluate<string>($"{Figure}.querySelector('output').value"));
            var file = new Uri(browser.Evaluate<string>($"{Figure}.querySelector('figcaption a').href")!);
            Assert.EndsWith($"reconstruction-epoch-{epoch:D3}.png", file.LocalPath);
            Assert.True(File.Exists(file.LocalPath));
        }
        Assert.Empty(browser.Complaints());

        string? Shown() =>
            browser.Evaluate<string>(
                $"[...{Figure}.querySelectorAll('img')].filter(i => i.offsetWidth > 0).map(i => "
                    + "i.dataset.caption).join()"
            );
    }

    [BrowserFact]
    public void The_codes_of_every_epoch_are_shown_and_played()
    {
        Open();
        const string Film = "document.getElementById('latent-epochs').elboFilm";
        Assert.Equal(Page.Epochs - 1, browser.Number($"{Film}.frame"));
        browser.Find("#latent-epochs .elbo-slider").SendKeys(OpenQA.Selenium.Keys.Home);
        Assert.Equal("epoch 1", browser.Find("#latent-epochs .elbo-place").Text);
        browser.Find("#latent-epochs .elbo-play").Click();
        browser.WaitFor($"{Film}.frame === {Page.Epochs - 1} && !{Film}.playing");
        Assert.True(
            browser.Evaluate<bool>("document.getElementById('latent').elboFilm === undefined"),
            "the plot of the last epoch does not move"
        );
        Assert.Empty(browser.Complaints());
        browser.Driver.ExecuteScript("document.querySelector('a[href$=\"latent-epochs.html\"]').click();");
        browser.WaitFor(
            "location.pathname.endsWith('/plots/latent-epochs.html') && document.querySelector('.elbo-plot')"
        );
        browser.WaitFor("document.getElementById('scatter').elboFilm");
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Cards_are_of_equal_height_at_every_width()
    {
        foreach (int width in (int[])[1200, 700, 360])
        {
            Open(width);
            const string Heights =
                "new Set([...document.querySelectorAll('.headline div')].map(c => Math.round(c.offsetHeight)))";
            Assert.True(browser.Number("document.querySelectorAll('.headline div').length") > 5);
            Assert.Equal(1, browser.Number($"{Heights}.size"));
        }
    }

    [BrowserFact]
    public void The_link_to_the_interactive_plot_opens_it()
    {
        Open();
        browser.Driver.ExecuteScript("document.querySelector('a[href$=\"latent.html\"]').click();");
        browser.WaitFor("location.pathname.endsWith('/plots/latent.html') && document.querySelector('.elbo-plot')");
        browser.WaitFor("document.getElementById('scatter').elboScatter");
        Assert.StartsWith("run · ", browser.Evaluate<string>("document.title"));
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void The_plot_in_the_page_is_as_wide_as_its_section_and_follows_the_window()
    {
        foreach (int width in (int[])[1200, 800, 360])
        {
            Open(width);
            browser.WaitFor("document.querySelector('#latent canvas').width > 200");
            double free = browser.Number(
                "(s => s.clientWidth - document.querySelector('#latent .elbo-view').offsetWidth)"
                    + "(document.querySelector('#latent').closest('section'))"
            );
            // Padding, and beside a wide plot the legend.
            Assert.InRange(free, 0, width > 640 ? 300 : 40);
        }
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
        foreach (int width in (int[])[390, 360])
        {
            Open(width, height: 844);
            Assert.Equal(width, browser.Number("innerWidth"));
            Assert.Equal(
                browser.Number("document.documentElement.clientWidth"),
                browser.Number("document.documentElement.scrollWidth")
            );
            // The widest picture is large enough to be seen, and scrolls within its own box.
            Assert.True(browser.Number("document.querySelector('.wide .scroll').scrollWidth") > 600);
        }
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Text_stands_out_from_its_ground_in_light_and_in_dark()
    {
        // WCAG 2.2, 1.4.3: 4.5 to 1 for text of usual size.
        const string Lowest = """
            (() => {
              const rgb = text => text.match(/[\d.]+/g).map(Number);
              const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
              const luminance = c => c.slice(0, 3).map(v => linear(v / 255))
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const ground = e => {
                for (; e; e = e.parentElement) {
                  const c = rgb(getComputedStyle(e).backgroundColor);
                  if (c.length < 4 || c[3] > 0) return c;
                }
                return [255, 255, 255];
              };
              let lowest = 99;
              const texts = 'h1, h2, h3, p, a, dt, dd, small, th, td, pre, figcaption, output, li span, summary';
              for (const e of document.querySelectorAll(texts + ', .chart text')) {
                const style = getComputedStyle(e);
                const ink = luminance(rgb(e.tagName === 'text' ? style.fill : style.color));
                const [a, b] = [ink, luminance(ground(e))].sort((x, y) => y - x);
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
        public const int Epochs = 6;

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
                    $"{Epochs}",
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
