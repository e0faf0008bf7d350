using System.Text.Json.Nodes;
using Elbo.Figures;
using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Explore;

/// <summary>The page Explore as a person with mouse or keyboard finds it.</summary>
[Collection(StudioTests.Name)]
public class ExplorePageTests(StudioSession studio)
{
    private const string Map = "document.querySelector('.explore-view .elbo-scatter')";
    private const string Scatter = $"{Map}.elboScatter";

    [BrowserFact]
    public void The_codes_of_two_dimensions_are_a_map_whose_marker_decodes_where_it_is()
    {
        OpenMap("first");
        Assert.Equal(2000, studio.Browser.Number($"{Scatter}.count"));
        studio.WaitForText("2,000 of 2,000 images");
        var marker = studio.Browser.Find(".explore-marker");

        string before = Picture();
        studio.Browser.Drag(marker, 16, 16, 120, -80);
        WaitForOther(before);
        Assert.DoesNotContain("0.00, 0.00", Place());

        // In two dimensions, the position is the code.
        string[] place = Place().Split(", ");
        before = Picture();
        marker.SendKeys(Keys.ArrowRight);
        WaitForOther(before);
        Assert.Equal(place[1], Place().Split(", ")[1]);
        Assert.True(Number(Place().Split(", ")[0]) > Number(place[0]));
        Assert.Contains("Marker at", marker.GetAttribute("aria-label"));
        studio.Look("explore-map");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void Two_images_that_are_clicked_are_interpolated()
    {
        OpenMap("first");
        Press(3);
        studio.Browser.WaitFor("document.querySelectorAll('.explore-card img').length === 3");
        studio.WaitForText("test image 3 · class");
        Assert.Contains("nats", studio.Browser.Find(".explore-figures").Text);
        Press(120);
        studio.Browser.WaitFor("document.querySelectorAll('.explore-strip img').length === 10");
        studio.Browser.WaitFor("document.querySelector('.explore-player figure')?.elboPlayer");
        Assert.Equal(["A", "B"], studio.Browser.FindAll(".explore-letter").Select(letter => letter.Text));
        string first = studio.Browser.Find(".explore-strip img").GetAttribute("src")!;
        Click("Swap A and B");
        studio.Browser.WaitFor(
            $"document.querySelector('.explore-strip img:last-child')?.src === {StudioSession.Quote(first)}"
        );
        var slider = studio.Browser.Find(".explore-player input");
        slider.SendKeys(Keys.End);
        Assert.Equal("60 / 60", studio.Browser.Find(".explore-player .elbo-place").Text);
        studio.Look("explore-interpolation");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void An_image_can_be_selected_with_the_keyboard_alone()
    {
        OpenMap("first");
        var plot = studio.Browser.Find(".explore-view .elbo-plot");
        plot.SendKeys("nnn" + Keys.Enter);
        studio.WaitForText("test image 2 · class");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void More_dimensions_are_projected_and_the_marker_keeps_the_rest_of_the_selected_image()
    {
        TrainOnce("wide", ("latent-dim", 6));
        OpenMap("wide", dark: true);
        studio.WaitForText("PCA of 6 latent dimensions");
        studio.WaitForText("principal components");
        string mean = Picture();
        Press(10);
        WaitForOther(mean);
        string selected = Picture();
        var marker = studio.Browser.Find(".explore-marker");
        marker.SendKeys(Keys.Shift + Keys.ArrowUp);
        WaitForOther(selected);
        // The page's own switch turns the map light, whatever the system says.
        string ink = Ink();
        studio.Click("#dark-mode");
        studio.Browser.WaitFor($"document.documentElement.dataset.theme === 'light' && {InkOf} !== '{ink}'");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_slider_changes_the_picture_and_reset_takes_it_back()
    {
        TrainOnce("wide", ("latent-dim", 6));
        studio.Open("/explore?run=wide&tab=sliders");
        studio.WaitForText("KL ");
        WaitForPicture();
        var sliders = studio.Browser.FindAll("input[data-dimension]");
        Assert.Equal(6, sliders.Count);
        double[] divergences =
        [
            .. studio.Browser.FindAll(".explore-kl").Select(kl => Number(kl.Text.Replace("KL ", ""))),
        ];
        Assert.Equal(divergences.OrderDescending(), divergences);
        string before = Picture();
        sliders[0].SendKeys(Keys.End);
        WaitForOther(before);
        Assert.Equal("3.00", studio.Browser.Find(".explore-dimensions output").Text);
        studio.Look("explore-sliders");
        studio.Click(".explore-reset");
        studio.Browser.WaitFor($"{PictureOf} === {StudioSession.Quote(before)}");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_picture_of_ones_own_is_encoded_and_compared()
    {
        string file = Path.Combine(studio.Images, "own.png");
        var bitmap = new Bitmap(16, 12, 3);
        bitmap.Pixels[(16 * 3 * 5)..(16 * 3 * 7)].Fill(255);
        File.WriteAllBytes(file, bitmap.EncodePng());
        studio.Open("/explore?run=first&tab=picture");
        studio.Browser.WaitFor($"{Map}?.elboScatter");
        var input = studio.Browser.Find(".explore-own input[type=file]");
        input.SendKeys(file);
        studio.Browser.WaitFor("document.querySelectorAll('.explore-near li').length === 12");
        studio.WaitForText("% of training images");
        Assert.Contains("own.png", studio.Browser.Find(".explore-own .explore-card").Text);
        studio.Browser.WaitFor("document.querySelector('.explore-letter')?.textContent === 'You'");
        studio.Look("explore-picture");

        // What is no image is one line in place, and the page goes on.
        string text = Path.Combine(studio.Images, "notes.png");
        File.WriteAllText(text, "no image");
        input.SendKeys(text);
        studio.Browser.WaitFor("document.querySelector('.explore-own .problem')?.innerText.includes('notes.png')");
        Click("Remove it");
        studio.Browser.WaitFor("document.querySelector('.explore-near') === null");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void Clusters_are_shown_with_share_and_samples_and_another_seed_gives_others()
    {
        TrainOnce("clusters", ("model", "gmvae"), ("clusters", 4));
        studio.Open("/explore?run=clusters&tab=samples");
        studio.Browser.WaitFor("document.querySelectorAll('.explore-group').length === 4");
        studio.Browser.WaitFor("document.querySelectorAll('.explore-group .soft').length === 4");
        Assert.StartsWith("cluster 0", studio.Browser.Find(".explore-group h2").Text);
        Assert.Contains("% of the test images", studio.Browser.Find(".explore-group h2").Text);
        double sum = studio
            .Browser.FindAll(".explore-group .soft")
            .Sum(share => Number(share.Text.Split('%')[0].Trim()));
        Assert.Equal(100, sum, 0.5);
        string before = studio.Browser.Find(".explore-grid img").GetAttribute("src")!;
        studio.Click(".explore-new");
        studio.Browser.WaitFor($"document.querySelector('.explore-grid img').src !== {StudioSession.Quote(before)}");
        Assert.Equal("1", studio.Browser.Find("#seed").GetAttribute("value"));
        studio.Look("explore-clusters");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_conditional_model_decodes_as_the_class_that_is_chosen()
    {
        TrainOnce("classes", ("condition", "labels"));
        OpenMap("classes");
        string before = Picture();
        studio.Browser.Find(".explore-class [role=combobox]").SendKeys(Keys.ArrowDown);
        studio.Browser.WaitFor("document.querySelector('.explore-class [role=combobox]').ariaExpanded === 'true'");
        studio.Press(Keys.ArrowDown + Keys.Enter);
        WaitForOther(before);
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void By_tSNE_the_marker_decodes_too_and_the_page_says_what_its_code_is()
    {
        studio.Open("/explore?run=first&projection=tsne&points=150");
        studio.Browser.WaitFor($"{Map}?.elboScatter");
        WaitForPicture();
        studio.WaitForText("t-SNE has no inverse");
        string before = Picture();
        studio.Browser.Drag(studio.Browser.Find(".explore-marker"), 16, 16, 200, 60);
        WaitForOther(before);
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_finger_drags_the_marker()
    {
        OpenMap("first");
        string before = Picture();
        var marker = studio.Browser.Find(".explore-marker");
        double x = marker.Location.X + (marker.Size.Width / 2.0),
            y = marker.Location.Y + (marker.Size.Height / 2.0) - studio.Browser.Number("scrollY");
        Touch("touchStart", (x, y));
        Touch("touchMove", (x + 60, y));
        Touch("touchMove", (x + 120, y));
        Touch("touchEnd");
        WaitForOther(before);
        studio.RequireNoComplaints();
    }

    private void Touch(string type, params (double X, double Y)[] points) =>
        studio.Browser.Driver.ExecuteCdpCommand(
            "Input.dispatchTouchEvent",
            new()
            {
                ["type"] = type,
                ["touchPoints"] = points.Select(at => new Dictionary<string, object> { ["x"] = at.X, ["y"] = at.Y }),
            }
        );

    [BrowserFact]
    public void On_a_phone_nothing_is_wider_than_the_screen()
    {
        OpenMap("first", width: 390, height: 800);
        Assert.InRange(studio.Browser.Number("document.documentElement.scrollWidth"), 0, 390);
        studio.Look("explore-phone");
    }

    private void OpenMap(string run, int width = 1400, int height = 900, bool dark = false)
    {
        studio.Open($"/explore?run={run}", width, height, dark);
        studio.Browser.WaitFor($"{Map}?.elboScatter");
        WaitForPicture();
    }

    private void TrainOnce(string name, params (string Name, JsonNode Value)[] options)
    {
        if (Directory.Exists(Path.Combine(studio.Runs, name)))
            return;
        studio.Train(name, 1, options);
        studio.Service<Elbo.Studio.Runs.RunIndex>().Refresh(name);
    }

    private void Press(int point)
    {
        var plot = studio.Browser.Find(".explore-view .elbo-plot");
        // Several points may be at the same pixels: the nearest is asked for by its index.
        studio.Browser.Evaluate<object>($"{Scatter}.choose({point})");
        plot.SendKeys(Keys.Enter);
    }

    private void Click(string text) =>
        studio.Browser.Driver.FindElement(By.XPath($"//button[contains(., '{text}')]")).Click();

    private string Place() => studio.Browser.Find(".explore-place").Text;

    private static double Number(string text) =>
        double.Parse(text.Replace('−', '-'), System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The canvas of the tab that is shown.</summary>
    private const string Canvas = "[...document.querySelectorAll('.explore-decoded')].find(c => c.offsetParent)";

    private const string PictureOf = $"{Canvas}.toDataURL()";

    private string Picture() => studio.Browser.Evaluate<string>(PictureOf)!;

    private void WaitForOther(string picture) =>
        studio.Browser.WaitFor($"{PictureOf} !== {StudioSession.Quote(picture)}");

    /// <summary>Waits until a picture is drawn: before, the canvas is transparent.</summary>
    private void WaitForPicture() =>
        studio.Browser.WaitFor(
            "(from => { const to = document.createElement('canvas'); [to.width, to.height] = [1, 1]; const p = "
                + "to.getContext('2d'); p.drawImage(from, 0, 0); return p.getImageData(0, 0, 1, 1).data[3] === 255; "
                + "})("
                + Canvas
                + ")"
        );

    private const string InkOf = $"getComputedStyle({Map}).getPropertyValue('--ink')";

    private string Ink() => studio.Browser.Evaluate<string>(InkOf)!;
}
