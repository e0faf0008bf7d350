using Elbo.Data;
using Elbo.Projection;
using Elbo.Studio.Layout;
using Elbo.Workflows;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Elbo.Studio.Pages.Explore;

/// <summary>The map, the picture decoded at the marker, and the selected images.</summary>
public sealed partial class MapPanel : IAsyncDisposable
{
    private ElementReference _root;
    private DotNetObjectReference<MapPanel>? _self;
    private LatentMap? _drawn;
    private string? _part;
    private string? _problem;
    private (ImageDetails? Last, int Label, OwnPicture? Own, ImageDetails? A, ImageDetails? B) _marked;

    [CascadingParameter]
    private ExploreState State { get; set; } = null!;

    [Inject]
    private PageParts Parts { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    private ImageShape Shape => State.Run!.Model.ImageShape;

    private string Projection => Name(State.Wanted.Projection ?? LatentMap.Projections(State.Run!.Dimensions)[0]);

    private static IEnumerable<string> Splits => ImageChoice.List.Single(option => option.Name == "split").Choices;

    /// <inheritdoc/>
    protected override void OnInitialized() => State.Changed += Update;

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (State.Map is not { } map)
            return;
        if (_drawn != map)
        {
            _drawn = map;
            string? last = _part;
            _part = Parts.Add(await Task.Run(() => map.Scatter.ToElement("latent-map")));
            Parts.Remove(last);
            _self ??= DotNetObjectReference.Create(this);
            _marked = default;
            await Js.TellAsync("elboExplore.map", _root, _part, _self);
            await MarkAsync(map, isNew: true);
        }
        else
            await MarkAsync(map, isNew: false);
    }

    /// <summary>Called by the script: the picture at a position, as bytes (H, W, C); empty if there is none.</summary>
    [JSInvokable]
    public async Task<byte[]> DecodeAt(float x, float y)
    {
        try
        {
            return await Task.Run(() => State.DecodeAt(x, y));
        }
        catch (Exception e) when (e is ObjectDisposedException || Problems.IsExpected(e))
        {
            return [];
        }
    }

    /// <summary>Called by the script: an image of the map was clicked.</summary>
    [JSInvokable]
    public Task Pick(int index) => State.SelectAsync(index);

    /// <summary>Called by the script: the map could not be fetched.</summary>
    [JSInvokable]
    public void Fail(string message)
    {
        _problem = message;
        StateHasChanged();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        State.Changed -= Update;
        Parts.Remove(_part);
        _self?.Dispose();
        await Js.TellAsync("elboExplore.drop", _root);
    }

    /// <summary>Puts the marker at the selected image, and letters on the images that are in use.</summary>
    private async Task MarkAsync(LatentMap map, bool isNew)
    {
        var now = (State.Last, State.Label, State.Own, State.Selected[0], State.Selected[1]);
        if (!isNew && now == _marked)
            return;
        bool moves = isNew || now.Last != _marked.Last;
        _marked = now;
        var marks = new List<object>();
        Add("A", now.Item4?.Code);
        Add("B", now.Item5?.Code);
        Add("You", now.Own?.Details.Code);
        float[]? at = moves ? Place(State.Near) : null;
        await Js.TellAsync("elboExplore.mark", _root, marks, at);

        void Add(string name, float[]? code)
        {
            if (code is not null)
                marks.Add(new { name, at = Place(code) });
        }

        float[] Place(float[] code)
        {
            var (x, y) = map.Plane.PlaceOf(code);
            return [x, y];
        }
    }

    private void Update() => _ = InvokeAsync(StateHasChanged);

    private void Go(string name, string value) =>
        Navigation.NavigateTo(Navigation.GetUriWithQueryParameter(name, value.Length == 0 ? null : value));

    private static string Name(ProjectionMethod? method) => method is { } one ? OptionName.Name(one) : "";

    private static string Title(ProjectionMethod? method) =>
        method switch
        {
            null => "z₁ and z₂",
            ProjectionMethod.Pca => "PCA",
            ProjectionMethod.Tsne => "t-SNE",
            var other => Name(other),
        };
}
