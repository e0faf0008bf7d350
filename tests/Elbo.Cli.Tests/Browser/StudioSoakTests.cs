using System.Diagnostics;
using System.Globalization;
using Elbo.Tests;
using OpenQA.Selenium;

namespace Elbo.Cli.Tests.Browser;

/// <summary>Hours of use of the studio leave its memory, files and threads at their level.</summary>
/// <remarks>
/// <c>ELBO_SOAK_MINUTES</c> is its length, 20 by default. The table of rounds is <c>studio-soak.csv</c> in
/// <c>ELBO_SOAK_OUT</c>, or else in the folder of the tests.
/// </remarks>
[Trait(LongTests.Category, LongTests.Name)]
[Collection(BrowserTests.Name)]
public sealed class StudioSoakTests(BrowserSession browser)
{
    private const int Moves = 40;

    /// <summary>Time that a person looks at what there is.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    [LongFact]
    public void Memory_files_and_threads_of_the_studio_stay_level()
    {
        double minutes = double.Parse(
            Environment.GetEnvironmentVariable("ELBO_SOAK_MINUTES") ?? "20",
            CultureInfo.InvariantCulture
        );
        string table = Path.Combine(
            Environment.GetEnvironmentVariable("ELBO_SOAK_OUT") ?? AppContext.BaseDirectory,
            "studio-soak.csv"
        );
        using var folder = new TemporaryFolder();
        string[] tiny = [.. TrainedRun.Tiny, "--threads", "1", "--tensorboard", "none"];
        CalledCommand.Run(folder.Path, ["train", .. tiny, "--epochs", "2", "--name", "one"]).Succeeded();
        CalledCommand.Run(folder.Path, ["train", .. tiny, "--epochs", "2", "--name", "two", "-z", "6"]).Succeeded();
        using var studio = RunningCommand.Start(folder.Path, "studio", "--threads", "1");
        string url = studio.WaitForLine(),
            origin = new Uri(url).GetLeftPart(UriPartial.Authority);
        browser.OpenUrl(url);
        browser.WaitFor("document.querySelector('table.runs') !== null");
        File.WriteAllText(table, "minutes,resident MB,open files,threads\n");
        var levels = new List<(double Resident, double Files, double Threads)>();
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed.TotalMinutes < minutes)
        {
            Use(origin);
            Thread.Sleep(Pause);
            // A process outside trains a run, which appears, grows and goes.
            RunningCommand.Run(folder.Path, ["train", .. tiny, "--epochs", "3", "--name", "passing"]).Succeeded();
            Directory.Delete(folder.File("runs/passing"), recursive: true);
            levels.Add(Measure(studio.ProcessId));
            var (resident, files, threads) = levels[^1];
            File.AppendAllText(
                table,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{clock.Elapsed.TotalMinutes:F2},{resident:F1},{files},{threads}\n"
                )
            );
        }
        Assert.False(studio.HasEnded);
        studio.Strike();
        int quarter = levels.Count / 4;
        var (early, late) = (levels[quarter..(2 * quarter)], levels[^quarter..]);
        Assert.True(Growth(l => l.Resident) < 1.15, $"the memory grew to {Growth(l => l.Resident):P0}");
        Assert.InRange(late.Max(l => l.Files) - early.Max(l => l.Files), -50, 10);
        Assert.InRange(late.Max(l => l.Threads) - early.Max(l => l.Threads), -20, 5);

        double Growth(Func<(double Resident, double Files, double Threads), double> value) =>
            Median(late.Select(value)) / Median(early.Select(value));
    }

    private void Use(string origin)
    {
        foreach (string run in (string[])["one", "two"])
        {
            browser.OpenUrl($"{origin}/explore?run={run}");
            browser.WaitFor("document.querySelector('.explore-marker') !== null");
            browser.WaitFor("document.querySelector('.explore-view .elbo-scatter')?.elboScatter?.count > 0");
            var marker = browser.Find(".explore-marker");
            for (int move = 0; move < Moves; move++)
                marker.SendKeys(move % 2 == 0 ? Keys.ArrowRight : Keys.ArrowUp);
            browser.OpenUrl($"{origin}/explore?run={run}&tab=sliders");
            browser.WaitFor("document.querySelectorAll('input[data-dimension]').length > 1");
            foreach (var slider in browser.FindAll("input[data-dimension]"))
                slider.SendKeys(Keys.End);
            browser.OpenUrl($"{origin}/run?run={run}");
            browser.WaitFor("document.querySelector('iframe.report')?.contentDocument?.querySelector('svg')");
            browser.OpenUrl($"{origin}/odd?run={run}");
            browser.WaitFor("document.querySelector('button.search') !== null");
            browser.Find("button.search").Click();
            browser.WaitFor("document.querySelectorAll('.found-image').length > 0");
        }
        browser.OpenUrl($"{origin}/compare?run=one&run=two");
        browser.WaitFor("document.querySelectorAll('.strip img').length === 3");
        browser.OpenUrl($"{origin}/train");
        browser.WaitFor("document.querySelector('main h1') !== null");
        browser.OpenUrl(origin);
        browser.WaitFor("document.querySelector('table.runs') !== null");
    }

    private static (double Resident, double Files, double Threads) Measure(int id)
    {
        using var process = Process.GetProcessById(id);
        int files = OperatingSystem.IsLinux() ? Directory.GetFileSystemEntries($"/proc/{id}/fd").Length : 0;
        return (process.WorkingSet64 / 1e6, files, process.Threads.Count);
    }

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
