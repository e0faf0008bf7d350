using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Runs;
using Microsoft.Extensions.DependencyInjection;

namespace Elbo.Studio.Tests;

/// <summary>
/// A studio on a folder with one run of three short epochs on digits, and a browser. Shared by the tests of the
/// collection, one after the other; a test that changes the run trains one of its own.
/// </summary>
public sealed class StudioSession : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("elbo-studio-test-");
    private readonly Lazy<StudioServer> _server;
    private readonly Lazy<BrowserSession> _browser = new(() => new BrowserSession());

    public StudioSession()
    {
        Train("first");
        _server = new Lazy<StudioServer>(() =>
            StudioServer
                .StartAsync(
                    new StudioOptions
                    {
                        Folder = Runs,
                        Images = [Images],
                        Threads = 1,
                    }
                )
                .GetAwaiter()
                .GetResult()
        );
        Directory.CreateDirectory(Images);
    }

    /// <summary>Folder of the runs.</summary>
    public string Runs => Path.Combine(_folder.FullName, "runs");

    /// <summary>A folder of images that the studio may read.</summary>
    public string Images => Path.Combine(_folder.FullName, "photos");

    public StudioServer Server => _server.Value;

    public BrowserSession Browser => _browser.Value;

    public T Service<T>()
        where T : notnull => Server.Services.GetRequiredService<T>();

    /// <summary>Scheme, host and port.</summary>
    public string Origin => new Uri(Server.Url).GetLeftPart(UriPartial.Authority);

    /// <summary>Opens a page of the studio, after signing in with the token the first time.</summary>
    public void Open(string path = "/", int width = 1400, int height = 900, bool dark = false)
    {
        if (!_isSignedIn)
        {
            Browser.OpenUrl(Server.Url, width, height, dark);
            Browser.WaitFor("document.querySelector('.mud-layout') !== null");
            _isSignedIn = true;
        }
        Browser.OpenUrl(Origin + path, width, height, dark);
        Browser.WaitFor("document.querySelector('main h1') !== null");
    }

    private bool _isSignedIn;

    /// <summary>Clicks the element that a CSS selector finds, once it is there and can be clicked.</summary>
    public void Click(string selector)
    {
        string element = $"document.querySelector({Quote(selector)})";
        // Links have no property disabled.
        Browser.WaitFor($"{element} !== null && {element}.disabled !== true");
        Browser.Evaluate<object>($"document.querySelector({Quote(selector)}).scrollIntoView({{block: 'center'}})");
        Browser.Find(selector).Click();
    }

    /// <summary>Waits until the text of the page contains a text.</summary>
    public void WaitForText(string text) => Browser.WaitFor($"document.body.innerText.includes({Quote(text)})");

    /// <summary>Checks that the console of the page has no error and no failed request.</summary>
    public void RequireNoComplaints()
    {
        if (Browser.Complaints() is { Count: > 0 } complaints)
            Assert.Fail(string.Join('\n', complaints));
    }

    /// <summary>
    /// Saves the visible part of the page in the folder of the variable ELBO_SCREENSHOTS, if it is set, to be looked
    /// at.
    /// </summary>
    public void Look(string name)
    {
        if (Environment.GetEnvironmentVariable("ELBO_SCREENSHOTS") is not { Length: > 0 } folder)
            return;
        Directory.CreateDirectory(folder);
        File.WriteAllBytes(Path.Combine(folder, name + ".png"), Browser.Screenshot());
    }

    /// <summary>Presses keys in the element that has the focus.</summary>
    public void Press(string keys) => new OpenQA.Selenium.Interactions.Actions(Browser.Driver).SendKeys(keys).Perform();

    /// <summary>A text as a literal of JavaScript.</summary>
    public static string Quote(string text) => JsonValue.Create(text).ToJsonString();

    /// <summary>Trains a small model on digits, or with other options.</summary>
    public RunFolder Train(string name, int epochs = 3, params (string Name, JsonNode Value)[] more)
    {
        var options = new JsonObject
        {
            ["dataset"] = "digits",
            ["name"] = name,
            ["epochs"] = epochs,
            ["hidden"] = new JsonArray(32),
            ["batch-size"] = 500,
            ["learning-rate"] = 0.005,
            ["threads"] = 1,
        };
        foreach (var (key, value) in more)
            options[key] = value.DeepClone();
        // Other networks have no layers to choose.
        if (options.ContainsKey("network"))
            options.Remove("hidden");
        return TrainWorkflow.Start(
            RunSettings.Combine(("the test", options)),
            Runs,
            overwrite: false,
            DataLocation.FromEnvironment(offline: true),
            new Silent()
        );
    }

    public void Dispose()
    {
        if (_browser.IsValueCreated)
            _browser.Value.Dispose();
        if (_server.IsValueCreated)
            _server.Value.DisposeAsync().AsTask().GetAwaiter().GetResult();
        _folder.Delete(recursive: true);
    }

    internal sealed class Silent : ITrainingObserver
    {
        public void Started(TrainingStart start) { }

        public void Stepped(StepProgress progress) { }

        public void EpochEnded(IReadOnlyList<EpochMetrics> metrics) { }

        public void Evaluated(ModelEvaluation evaluation) { }

        public void Note(string message) { }
    }
}

/// <summary>Classes of this collection share one <see cref="StudioSession"/> and use it one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class StudioTests : ICollectionFixture<StudioSession>
{
    public const string Name = "one studio";
}
