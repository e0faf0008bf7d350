using Elbo.Models;
using Elbo.Studio.Layout;
using Elbo.Workflows.Exploring;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Elbo.Studio.Pages.Explore;

/// <summary>The pictures on a path between the codes of two images: a strip, and a player.</summary>
public sealed partial class InterpolationPanel
{
    private readonly Job _job = new();
    private ElementReference _root;
    private LatentPathKind _path;
    private (ImageDetails? A, ImageDetails? B, LatentPathKind Path) _shown;
    private string[] _strip = [];
    private double? _distance;
    private string? _part;

    [CascadingParameter]
    private ExploreState State { get; set; } = null!;

    [Inject]
    private PageParts Parts { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        State.Changed -= Update;
        Parts.Remove(_part);
        _job.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    protected override Task OnInitializedAsync()
    {
        State.Changed += Update;
        return ShowAsync();
    }

    private void Update() => _ = InvokeAsync(ShowAsync);

    private Task ChooseAsync(LatentPathKind path)
    {
        _path = path;
        return ShowAsync();
    }

    private async Task ShowAsync()
    {
        var wanted = (State.Selected[0], State.Selected[1], _path);
        if (wanted == _shown)
            return;
        _shown = wanted;
        if (wanted is not ({ } a, { } b, var path) || State.Run is not { } run)
        {
            (_strip, _distance) = ([], null);
            StateHasChanged();
            return;
        }
        (string[] Strip, string Player, double Distance) made = ([], "", 0);
        bool done = await _job.RunAsync(
            "Decoding the path",
            (_, _) => made = run.Work(loaded => Make(loaded, a.Image, b.Image, path))
        );
        if (!done || wanted != _shown)
            return;
        (_strip, _distance) = (made.Strip, made.Distance);
        Parts.Remove(_part);
        _part = Parts.Add(made.Player);
        StateHasChanged();
        await Js.TellAsync("elboExplore.player", _root, _part);
    }

    private static (string[] Strip, string Player, double Distance) Make(
        Workflows.LoadedRun run,
        ChosenImage from,
        ChosenImage to,
        LatentPathKind path
    )
    {
        var few = Interpolation.Of(run, from, to, Interpolation.FigureSteps, path);
        var many = Interpolation.Of(run, from, to, Interpolation.PageSteps, path);
        string[] strip = [.. Enumerable.Range(0, Interpolation.FigureSteps).Select(i => PictureUrl.Of(few.Picture(i)))];
        return (strip, many.Player().ToElement("between"), few.Distance);
    }
}
