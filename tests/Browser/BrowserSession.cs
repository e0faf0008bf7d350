using System.Drawing;
using OpenQA.Selenium;
using OpenQA.Selenium.Chrome;
using OpenQA.Selenium.Interactions;

namespace Elbo.Tests.Browser;

/// <summary>
/// Headless Chromium without a network, started by the first test that opens a page and shared by the others.
/// </summary>
public sealed class BrowserSession : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private ChromeDriver? _driver;

    /// <summary>The driver, for what this class has no word for.</summary>
    public ChromeDriver Driver => _driver ??= Start();

    /// <summary>Opens a file of this machine in a window of the given size, in CSS pixels, light or dark.</summary>
    public void Open(string file, int width = 1200, int height = 800, bool dark = false) =>
        OpenUrl(new Uri(Path.GetFullPath(file)).AbsoluteUri, width, height, dark);

    /// <summary>As <see cref="Open"/>, for the page of a server on this machine.</summary>
    public void OpenUrl(string url, int width = 1200, int height = 800, bool dark = false)
    {
        // A page of its own empties what the last one wrote to the console.
        Driver.Navigate().GoToUrl("about:blank");
        Driver.Manage().Logs.GetLog(LogType.Browser);
        Driver.ExecuteCdpCommand(
            "Emulation.setDeviceMetricsOverride",
            new()
            {
                ["width"] = width,
                ["height"] = height,
                ["deviceScaleFactor"] = 1,
                ["mobile"] = false,
            }
        );
        Driver.ExecuteCdpCommand(
            "Emulation.setEmulatedMedia",
            new()
            {
                ["features"] = new[]
                {
                    new Dictionary<string, object>
                    {
                        ["name"] = "prefers-color-scheme",
                        ["value"] = dark ? "dark" : "light",
                    },
                },
            }
        );
        Driver.Navigate().GoToUrl(url);
    }

    /// <summary>The value of an expression in the page.</summary>
    public T? Evaluate<T>(string expression) => (T?)Driver.ExecuteScript($"return {expression};");

    /// <summary>A number that an expression in the page has, whole or not.</summary>
    public double Number(string expression) => Convert.ToDouble(Driver.ExecuteScript($"return {expression};"));

    /// <summary>The element that a CSS selector finds first.</summary>
    public IWebElement Find(string selector) => Driver.FindElement(By.CssSelector(selector));

    /// <summary>The elements that a CSS selector finds.</summary>
    public IReadOnlyList<IWebElement> FindAll(string selector) => Driver.FindElements(By.CssSelector(selector));

    /// <summary>Waits until an expression in the page is true.</summary>
    public void WaitFor(string expression)
    {
        var end = DateTime.UtcNow + Patience;
        while (Evaluate<bool?>($"!!({expression})") != true)
        {
            if (DateTime.UtcNow > end)
                Assert.Fail(
                    $"{Driver.Url} did not come to '{expression}' in {Patience.TotalSeconds} s. It says "
                        + $"'{Evaluate<string>("document.body?.innerText")}', and its console: "
                        + string.Join(" ", Complaints())
                );
            Thread.Sleep(20);
        }
    }

    /// <summary>Moves the mouse to a place of an element, in CSS pixels from its top left corner.</summary>
    public void Hover(IWebElement element, double x, double y) => To(element, x, y).Perform();

    /// <summary>Drags the mouse from a place of an element by (dx, dy) CSS pixels.</summary>
    public void Drag(IWebElement element, double x, double y, int dx, int dy) =>
        To(element, x, y)
            .ClickAndHold()
            .MoveByOffset(dx / 2, dy / 2)
            .MoveByOffset(dx - (dx / 2), dy - (dy / 2))
            .Release()
            .Perform();

    /// <summary>Presses the mouse's button at a place of an element and lets it go.</summary>
    public void Press(IWebElement element, double x, double y) => To(element, x, y).Click().Perform();

    /// <summary>
    /// Turns the mouse wheel over a place of an element; a negative distance turns it away from the hand.
    /// </summary>
    public void Wheel(IWebElement element, double x, double y, int distance, bool control = false)
    {
        var (left, top) = Offset(element, x, y);
        var actions = new Actions(Driver);
        if (control)
            actions.KeyDown(Keys.Control);
        actions.ScrollFromOrigin(
            new WheelInputDevice.ScrollOrigin
            {
                Element = element,
                XOffset = left,
                YOffset = top,
            },
            0,
            distance
        );
        if (control)
            actions.KeyUp(Keys.Control);
        actions.Perform();
    }

    /// <summary>
    /// What the page has complained of on the console since it was opened: errors, failed requests, warnings.
    /// </summary>
    public IReadOnlyList<string> Complaints() =>
        [
            .. Driver
                .Manage()
                .Logs.GetLog(LogType.Browser)
                .Where(entry => entry.Level >= LogLevel.Warning)
                .Select(entry => entry.Message),
        ];

    /// <summary>The visible part of the page as the bytes of a PNG.</summary>
    public byte[] Screenshot() => Driver.GetScreenshot().AsByteArray;

    public void Dispose() => _driver?.Quit();

    private static ChromeDriver Start()
    {
        var options = new ChromeOptions { BinaryLocation = Chromium.Program! };
        // Containers have neither the name spaces of the sandbox nor much shared memory. No host but this machine may
        // be found.
        options.AddArguments(
            "--headless=new",
            "--no-sandbox",
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
        );
        options.SetLoggingPreference(LogType.Browser, LogLevel.All);
        var service = ChromeDriverService.CreateDefaultService(
            Path.GetDirectoryName(Chromium.Driver)!,
            Path.GetFileName(Chromium.Driver)!
        );
        service.SuppressInitialDiagnosticInformation = true;
        return new ChromeDriver(service, options, Patience);
    }

    private Actions To(IWebElement element, double x, double y)
    {
        var (left, top) = Offset(element, x, y);
        return new Actions(Driver).MoveToElement(element, left, top);
    }

    // WebDriver counts from an element's middle.
    private static (int Left, int Top) Offset(IWebElement element, double x, double y)
    {
        Size size = element.Size;
        return ((int)Math.Round(x - (size.Width / 2.0)), (int)Math.Round(y - (size.Height / 2.0)));
    }
}
