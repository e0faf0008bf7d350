using System.Diagnostics;
using System.Globalization;
using Elbo.Studio.Runs;
using Elbo.Tests;
using Xunit.Abstractions;

namespace Elbo.Studio.Tests.Runs;

/// <summary>How long the list of runs takes to open. Other work on the machine makes it longer.</summary>
[Trait(LongTests.Category, LongTests.Name)]
[Collection(StudioTests.Name)]
public sealed class RunListSpeedTests(StudioSession studio, ITestOutputHelper output) : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elbo-list-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [LongFact]
    public async Task Fifty_runs_with_codes_of_10000_images_are_listed_within_a_second()
    {
        RunCopies.Copy(Path.Combine(studio.Runs, "first"), In("run-00"));
        File.WriteAllLines(
            In("run-00/latent/test.csv"),
            Enumerable
                .Range(0, 10_000)
                .Select(i => string.Create(CultureInfo.InvariantCulture, $"{i},{i % 10},{i * 1e-4},{i * -1e-4}"))
                .Prepend("index,label,z1,z2")
        );
        for (int i = 1; i < 50; i++)
            RunCopies.Copy(In("run-00"), In($"run-{i:00}"));
        await using var server = await StudioServer.StartAsync(new StudioOptions { Folder = _folder });
        using var index = new RunIndex(new StudioOptions { Folder = _folder });
        var clock = Stopwatch.StartNew();
        Assert.Equal(50, index.Runs.Count);
        output.WriteLine($"reading 50 runs: {clock.Elapsed.TotalMilliseconds:F0} ms");
        double[] times = new double[5];
        studio.Browser.OpenUrl(server.Url);
        for (int i = 0; i < times.Length; i++)
        {
            studio.Browser.WaitFor("document.querySelectorAll('table.runs tbody tr').length === 50");
            clock.Restart();
            studio.Browser.OpenUrl(new Uri(server.Url).GetLeftPart(UriPartial.Authority));
            studio.Browser.WaitFor("document.querySelectorAll('table.runs tbody tr').length === 50");
            times[i] = clock.Elapsed.TotalSeconds;
        }
        output.WriteLine($"opening the list: {string.Join(", ", times.Select(t => $"{t:F2}"))} s");
        Assert.True(times.Order().ElementAt(2) < 1, $"the list of 50 runs took {times.Order().ElementAt(2):F2} s.");
    }

    private string In(string path) => Path.Combine(_folder, path);
}
