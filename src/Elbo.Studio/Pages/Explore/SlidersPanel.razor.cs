using System.Globalization;
using System.Runtime.InteropServices;
using Elbo.Data;
using Elbo.Studio.Layout;
using Elbo.Workflows.Exploring;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Elbo.Studio.Pages.Explore;

/// <summary>A slider for every latent dimension, the most informative first.</summary>
public sealed partial class SlidersPanel
{
    private ElementReference _root;
    private DotNetObjectReference<SlidersPanel>? _self;
    private SliderStart _start;
    private float[] _code = [];
    private TraverseStatistics? _statistics;
    private IReadOnlyList<SliderDimension> _dimensions = [];
    private bool _all;
    private bool _isSent;
    private int _label;

    [CascadingParameter]
    private ExploreState State { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private ImageShape Shape => State.Run!.Model.ImageShape;

    private IEnumerable<SliderDimension> Shown =>
        _all ? _dimensions : _dimensions.Take(TraverseOptions.UsualDimensions);

    private bool IsOfPrior => _statistics is not { IsOfPrior: false };

    private string MeanName => IsOfPrior ? "the mean of the prior" : "the mean of the codes";

    private string Explanation =>
        _statistics is null
            ? "Once images are encoded, the dimensions are sorted by what they say about an image."
            : $"The dimensions that say most about an image come first, by their mean KL divergence from the "
                + $"{(IsOfPrior ? "prior" : "Gaussian with the moments of all codes")}. A slider reaches "
                + $"±{new TraverseOptions().Range} standard deviations of the {(IsOfPrior ? "prior" : "codes")}.";

    /// <inheritdoc/>
    public void Dispose()
    {
        State.Changed -= Update;
        _self?.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        State.Changed += Update;
        Begin(State.Last is null ? SliderStart.Mean : SliderStart.Selected);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await Js.TellAsync("elboExplore.sliders", _root, _self);
        }
        // The script holds the code that the sliders have moved; without another it only fills in new sliders.
        byte[]? code = _isSent ? null : MemoryMarshal.AsBytes<float>(_code).ToArray();
        _isSent = true;
        await Js.TellAsync("elboExplore.start", _root, code);
    }

    /// <summary>Called by the script: the picture of a code, as bytes (H, W, C); empty if there is none.</summary>
    /// <param name="code">The code as little-endian numbers of 32 bits.</param>
    [JSInvokable]
    public async Task<byte[]> Decode(byte[] code)
    {
        try
        {
            return State.Run is { } run ? await Task.Run(() => run.Decode(ExploredRun.Code(code), State.Label)) : [];
        }
        catch (Exception e) when (e is ObjectDisposedException || Problems.IsExpected(e))
        {
            return [];
        }
    }

    private void Begin(SliderStart start)
    {
        _start = start;
        _statistics = State.Map?.Split.Statistics;
        _code = [.. State.StartOf(start)];
        _dimensions = SliderDimension.Of(State.Run!.Dimensions, _statistics, _code);
        (_isSent, _label) = (false, State.Label);
    }

    private void Update() =>
        _ = InvokeAsync(() =>
        {
            if (State.Run is null)
                return;
            if (State.Map?.Split.Statistics != _statistics)
                Begin(_start);
            if (State.Label != _label)
                (_label, _isSent) = (State.Label, false);
            StateHasChanged();
        });

    private static string Divergence(SliderDimension dimension) =>
        dimension.Divergence is { } kl ? $"KL {kl.ToString("F2", CultureInfo.InvariantCulture)}" : "";

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
