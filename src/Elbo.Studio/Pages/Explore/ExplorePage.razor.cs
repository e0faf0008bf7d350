using Elbo.Projection;
using Elbo.Studio.Runs;
using Microsoft.AspNetCore.Components;

namespace Elbo.Studio.Pages.Explore;

/// <summary>The latent space of a run. What it shows is in the URL.</summary>
public sealed partial class ExplorePage : IDisposable
{
    private static readonly (string Tab, string Name)[] Tabs =
    [
        ("map", "Map"),
        ("sliders", "Sliders"),
        ("samples", "Samples"),
        ("picture", "Your picture"),
    ];

    private readonly ExploreState _state = new();
    private string? _opened;
    private bool _gone;

    /// <summary>Identifier of the run; null for none.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    /// <summary>The tab; null is the map.</summary>
    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    /// <summary>The split of the map; null is the test split.</summary>
    [SupplyParameterFromQuery]
    public string? Split { get; set; }

    /// <summary>The most points of the map; null for the default.</summary>
    [SupplyParameterFromQuery]
    public int? Points { get; set; }

    /// <summary>The projection of the map; null for the default.</summary>
    [SupplyParameterFromQuery]
    public string? Projection { get; set; }

    [Inject]
    private ModelPool Pool { get; set; } = null!;

    [Inject]
    private RunIndex Index { get; set; } = null!;

    [Inject]
    private StudioOptions Options { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private string Shown => Array.Exists(Tabs, tab => tab.Tab == Tab) ? Tab! : Tabs[0].Tab;

    private MapChoice Choice =>
        new(
            Split ?? MapChoice.Usual.Split,
            Math.Max(0, Points ?? MapChoice.Usual.Points),
            Enum.GetValues<ProjectionMethod>()
                .Cast<ProjectionMethod?>()
                .FirstOrDefault(method => OptionName.Name(method!.Value) == Projection)
        );

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _state.Changed += Show;
        Index.Changed += Check;
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        if (Run != _opened)
        {
            (_opened, _gone) = (Run, false);
            _state.Use(null);
            await OpenAsync(Run);
        }
        await _state.MapAsync(Choice);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Changed -= Check;
        _state.Dispose();
    }

    private async Task OpenAsync(string? id)
    {
        if (id is null)
        {
            _state.Opening.Cancel();
            return;
        }
        ExploredRun? run = null;
        bool done = await _state.Opening.RunAsync(
            $"Opening {id}",
            async (_, _) => run = await ExploredRun.OpenAsync(Pool, id, Options.Threads)
        );
        if (done && _opened == id)
            _state.Use(run);
        else
            run?.Dispose();
    }

    private string Link(string tab) => Navigation.GetUriWithQueryParameter("tab", tab == Tabs[0].Tab ? null : tab);

    private void Show() => _ = InvokeAsync(StateHasChanged);

    private void Check(IReadOnlyCollection<string> changed)
    {
        if (_opened is { } id && changed.Contains(id))
            _ = InvokeAsync(() =>
            {
                _gone = Index.Find(id) is null;
                StateHasChanged();
            });
    }
}
