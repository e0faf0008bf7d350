using System.Globalization;
using Elbo.Figures;
using Elbo.Studio.Runs;
using Elbo.Tests;
using Xunit.Abstractions;

namespace Elbo.Studio.Tests.Explore;

/// <summary>
/// How fast the map is, as the browser sees it: <c>ELBO_LONG_TESTS=1 dotnet test tests/Elbo.Studio.Tests -c Release
/// --filter FullyQualifiedName~ExploreSpeed --logger "console;verbosity=detailed"</c>.
/// </summary>
[Collection(StudioTests.Name)]
[Trait(LongTests.Category, LongTests.Name)]
public class ExploreSpeedTests(StudioSession studio, ITestOutputHelper output)
{
    private const int Moves = 200;
    private const int Frames = 60;

    [LongFact]
    public void Dragging_decodes_dense_digits_in_time() => Drag("first");

    [LongFact]
    public void Dragging_decodes_colour_images_of_64_by_64_in_time()
    {
        string images = Path.Combine(studio.Images, "colours");
        Directory.CreateDirectory(images);
        for (int i = 0; i < 96; i++)
        {
            var bitmap = new Bitmap(64, 64, 3);
            for (int y = 0; y < 64; y++)
            for (int x = 0; x < 64; x++)
            for (int c = 0; c < 3; c++)
                bitmap[x, y, c] = (byte)((x * (c + 1)) + (y * i) + ((x * y * i) % 32));
            File.WriteAllBytes(Path.Combine(images, $"{i}.png"), bitmap.EncodePng());
        }
        studio.Train(
            "colours",
            1,
            ("dataset", "image-folder"),
            ("images", images),
            ("image-size", 64),
            ("network", "dcgan"),
            ("latent-dim", 16),
            ("batch-size", 32)
        );
        studio.Service<RunIndex>().Refresh("colours");
        Drag("colours");
    }

    [LongFact]
    public void Ten_thousand_points_move_smoothly()
    {
        Open("/explore?run=first&split=train&points=10000");
        double points = studio.Browser.Number("document.querySelector('.elbo-scatter').elboScatter.count");
        var (panning, draggingMap) = (
            FrameTimes(
                "document.querySelector('.elbo-plot').dispatchEvent(new KeyboardEvent('keydown', { key: k % 20 < 10 ? "
                    + "'ArrowLeft' : 'ArrowRight' }))"
            ),
            FrameTimes(MoveMarker)
        );
        Print($"{points} points, panning", panning);
        Print($"{points} points, dragging the marker", draggingMap);
    }

    /// <summary>Statements that drag the marker to the k-th place on a curve through the map.</summary>
    private const string MoveMarker =
        "(m => { const box = document.querySelector('.elbo-view').getBoundingClientRect(); m.dispatchEvent(new "
        + "PointerEvent('pointermove', { pointerId: 1, clientX: box.left + box.width * (0.5 + 0.3 * Math.sin(k / 9)), "
        + "clientY: box.top + box.height * (0.5 + 0.3 * Math.cos(k / 7)) })); "
        + "})(document.querySelector('.explore-marker'))";

    private void Drag(string run)
    {
        Open($"/explore?run={run}");
        double[] times = Times(
            "const times = []; let k = 0; const next = () => { k++; "
                + MoveMarker
                + "; }; document.addEventListener('elbo-decoded', e => { times.push(e.detail); if (times.length < "
                + $"{Moves}) setTimeout(next, 5); else done(times); }}); next();"
        );
        Print($"{run}, from the move to the picture", times);
        Assert.True(Quantile(times, 0.5) < 50, $"the median of {Moves} moves took {Quantile(times, 0.5)} ms");
    }

    private void Open(string path)
    {
        studio.Open(path);
        studio.Browser.WaitFor("document.querySelector('.explore-view .elbo-scatter')?.elboScatter");
        studio.Browser.WaitFor("document.querySelector('.explore-marker')?.ariaLabel");
        // Only what is pressed can be dragged, and the events are made by a script.
        studio.Browser.Evaluate<object>("document.querySelector('.explore-marker').hasPointerCapture = () => true");
        Thread.Sleep(500);
    }

    /// <summary>Milliseconds between the frames while a statement runs in each.</summary>
    private double[] FrameTimes(string statement) =>
        Times(
            "const times = []; let k = 0, last = 0; const frame = now => { if (last) times.push(now - last); "
                + $"last = now; k++; {statement}; if (times.length < {Frames}) requestAnimationFrame(frame); "
                + "else done(times); }; requestAnimationFrame(frame);"
        );

    private double[] Times(string script) =>
        [
            .. (
                (IEnumerable<object>)studio.Browser.Driver.ExecuteAsyncScript($"const done = arguments[0]; {script}")!
            ).Select(time => Convert.ToDouble(time, CultureInfo.InvariantCulture)),
        ];

    private void Print(string what, double[] times) =>
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{what}: p50 {Quantile(times, 0.5):F1} ms, p99 {Quantile(times, 0.99):F1} ms, mean "
                    + $"{1000 / times.Average():F0} per second"
            )
        );

    private static double Quantile(double[] times, double q) =>
        times.Order().ElementAt((int)Math.Round(q * (times.Length - 1)));
}
