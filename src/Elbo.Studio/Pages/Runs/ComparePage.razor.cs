using System.Text.Json.Nodes;
using Elbo.Figures;
using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Microsoft.AspNetCore.Components;

namespace Elbo.Studio.Pages.Runs;

/// <summary>Runs side by side: losses, reconstructions, figures, and the options that differ.</summary>
public abstract class ComparePageBase : ComponentBase, IDisposable
{
    /// <summary>Number of test images that are reconstructed.</summary>
    private const int Pictures = 10;

    /// <summary>Side of a reconstruction in pixels, about.</summary>
    private const int PictureSide = 72;

    private string? _reconstructed;

    [Inject]
    private RunIndex Index { get; set; } = null!;

    [Inject]
    private ModelPool Models { get; set; } = null!;

    /// <summary>Identifiers of the runs.</summary>
    [SupplyParameterFromQuery(Name = "run")]
    private string[]? Ids { get; set; }

    /// <summary>The computation of the reconstructions.</summary>
    protected Job Job { get; } = new();

    /// <summary>The runs that there are.</summary>
    protected IReadOnlyList<RunEntry> Runs { get; private set; } = [];

    /// <summary>The first test images of each dataset, and what each run makes of them.</summary>
    protected IReadOnlyList<Strip> Strips { get; private set; } = [];

    /// <summary>The loss, and each term of it, of held-out images.</summary>
    protected IReadOnlyList<(string Label, IReadOnlyList<(string, IReadOnlyList<(double, double)>)> Lines)> Charts
    {
        get;
        private set;
    } = [];

    /// <summary>The columns of the list of runs, as rows.</summary>
    protected IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Figures { get; private set; } = [];

    /// <summary>The options in which the runs differ, as on the command line.</summary>
    protected IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Options { get; private set; } = [];

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Changed -= Update;
        Job.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Index.Changed += Update;

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        Read();
        string wanted = string.Join('\n', Runs.Select(run => run.Id));
        if (Runs.Count < 2 || wanted == _reconstructed)
            return;
        _reconstructed = wanted;
        await ReconstructAsync();
    }

    private void Update(IReadOnlyCollection<string> changed)
    {
        if (Ids is { } ids && ids.Any(changed.Contains))
            _ = InvokeAsync(() =>
            {
                Read();
                StateHasChanged();
            });
    }

    private void Read()
    {
        Runs = [.. (Ids ?? []).Distinct().Select(Index.Find).OfType<RunEntry>()];
        Charts =
        [
            ("loss", Lines(row => row.Loss)),
            .. Runs.SelectMany(run => run.HeldOut?.Terms.Select(term => term.Name) ?? [])
                .Distinct()
                .Select(term => (term, Lines(row => ComparedRun.Term(row, term) ?? double.NaN))),
        ];
        Figures =
        [
            .. RunColumns
                .For(Runs)
                .Skip(1)
                .Select(column => (column.Name, (IReadOnlyList<string>)[.. Runs.Select(column.Text)])),
        ];
        Options = Differing([.. Runs.Select(run => run.Config is { } config ? RunSettings.ToJson(config) : [])]);
    }

    private IReadOnlyList<(string, IReadOnlyList<(double, double)>)> Lines(Func<EpochMetrics, double> value) =>
        [
            .. Runs.Select(run =>
                (
                    run.Id,
                    (IReadOnlyList<(double, double)>)
                        [.. MetricsTable.HeldOut(run.Rows).Select(row => ((double)row.Epoch, value(row)))]
                )
            ),
        ];

    /// <summary>The options of which not all have the same value; a dash stands for none.</summary>
    internal static IReadOnlyList<(string Name, IReadOnlyList<string> Values)> Differing(
        IReadOnlyList<JsonObject> runs
    ) =>
        [
            .. runs.SelectMany(run => run.Select(option => option.Key))
                .Distinct()
                .Where(name => runs.Any(run => !JsonNode.DeepEquals(run[name], runs[0][name])))
                .Select(name =>
                    (
                        name,
                        (IReadOnlyList<string>)
                            [.. runs.Select(run => run[name] is { } value ? OptionDescriptor.ToText(value) : "–")]
                    )
                ),
        ];

    private async Task ReconstructAsync()
    {
        var strips = new List<Strip>();
        Strips = strips;
        var runs = Runs;
        await Job.RunAsync(
            "Reconstructing",
            async (progress, cancellation) =>
            {
                float[]? shown = null;
                foreach (var run in runs)
                {
                    cancellation.ThrowIfCancellationRequested();
                    progress.Report($"Reconstructing test images with {run.Id}");
                    List<Strip> made = [];
                    try
                    {
                        using var lease = await Models.OpenAsync(run.Id);
                        var (originals, restored) = RunComparison.Reconstruct(lease.Run, Pictures);
                        if (shown is null || !originals.AsSpan().SequenceEqual(shown))
                            made.Add(Picture($"{run.Config?.Dataset}: test images", originals, lease.Run));
                        shown = originals;
                        made.Add(Picture(run.Id, restored, lease.Run));
                    }
                    catch (Exception e) when (Problems.IsExpected(e))
                    {
                        made.Add(new Strip(run.Id, "", Problems.Text(e)));
                    }
                    await InvokeAsync(() =>
                    {
                        strips.AddRange(made);
                        StateHasChanged();
                    });
                }
            }
        );
    }

    private static Strip Picture(string caption, float[] images, LoadedRun run)
    {
        var shape = run.Model.ImageShape;
        int scale = Math.Max(1, PictureSide / Math.Max(shape.Height, shape.Width));
        var strip = ImageGrid.Compose(
            images,
            shape,
            1,
            images.Length / shape.PixelCount,
            new ImageGridOptions { Scale = scale }
        );
        return new Strip(caption, PictureUrl.Of(strip), null);
    }

    /// <summary>A row of images.</summary>
    /// <param name="Caption">What it shows.</param>
    /// <param name="Picture">The picture as a URL.</param>
    /// <param name="Problem">Why there is none; null if there is.</param>
    protected sealed record Strip(string Caption, string Picture, string? Problem);
}
