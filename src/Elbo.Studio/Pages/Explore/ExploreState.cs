using Elbo.Studio.Layout;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;

namespace Elbo.Studio.Pages.Explore;

/// <summary>Where the sliders start.</summary>
internal enum SliderStart
{
    /// <summary>The mean of the prior.</summary>
    Mean,

    /// <summary>The code of the selected image.</summary>
    Selected,

    /// <summary>The code at the marker.</summary>
    Marker,
}

/// <summary>What the parts of the page Explore share: the run, its map, and what the user has chosen.</summary>
internal sealed class ExploreState : IDisposable
{
    private float[]? _marker;
    private bool _isAsked;

    /// <summary>Called when something has changed, on any thread.</summary>
    public event Action? Changed;

    /// <summary>Opens the run.</summary>
    public Job Opening { get; } = new();

    /// <summary>Makes the map.</summary>
    public Job Mapping { get; } = new();

    /// <summary>Encodes an image that was clicked.</summary>
    public Job Selecting { get; } = new();

    /// <summary>The run; null before one is open.</summary>
    public ExploredRun? Run { get; private set; }

    /// <summary>The map; null before there is one.</summary>
    public LatentMap? Map { get; private set; }

    /// <summary>The map that was asked for last.</summary>
    public MapChoice Wanted { get; private set; } = MapChoice.Usual;

    /// <summary>Whether that map is not there, and is not being made: it was cancelled, or failed.</summary>
    public bool LacksMap => Run is not null && _isAsked && !Mapping.IsRunning && Map?.Choice != Wanted;

    /// <summary>The class as which a conditional model decodes.</summary>
    public int Label { get; private set; }

    /// <summary>The images that were selected: A, and B.</summary>
    public ImageDetails?[] Selected { get; } = new ImageDetails?[2];

    /// <summary>Which of the two the next image becomes.</summary>
    public int Next { get; set; }

    /// <summary>The image that was selected last.</summary>
    public ImageDetails? Last { get; private set; }

    /// <summary>The user's own picture; null before there is one.</summary>
    public OwnPicture? Own { get; private set; }

    /// <summary>The code in hand: of the image selected last, else the mean of the map, else 0.</summary>
    public float[] Near => Last?.Code ?? Map?.Mean ?? new float[Run?.Dimensions ?? 0];

    /// <summary>The code at the marker.</summary>
    public float[] Marker => _marker ?? Near;

    /// <summary>The code at which the sliders start.</summary>
    public float[] StartOf(SliderStart start) =>
        start == SliderStart.Selected && Last is { } image ? image.Code
        : start == SliderStart.Marker ? Marker
        : Map is { Split.Statistics.IsOfPrior: false } map ? map.Mean
        : new float[Run?.Dimensions ?? 0];

    /// <summary>Opens another run, or none.</summary>
    public void Use(ExploredRun? run)
    {
        Run?.Dispose();
        Mapping.Cancel();
        _isAsked = false;
        (Run, Map, Last, Own, _marker, Label, Next) = (run, null, null, null, null, 0, 0);
        Array.Clear(Selected);
        Changed?.Invoke();
    }

    /// <summary>Makes the map that a choice describes, unless it was the last one that was asked for.</summary>
    public Task MapAsync(MapChoice choice)
    {
        if (Run is null || (_isAsked && Wanted == choice))
            return Task.CompletedTask;
        (Wanted, _isAsked) = (choice, true);
        return MapAsync();
    }

    /// <summary>Makes the map that was asked for last, again.</summary>
    public async Task MapAsync()
    {
        if (Run is not { } run)
            return;
        var choice = Wanted;
        LatentMap? map = null;
        bool done = await Mapping.RunAsync(
            "Reading images",
            (progress, cancellation) => map = LatentMap.Create(run, choice, progress, cancellation)
        );
        if (Run != run || Wanted != choice)
            return;
        if (!done)
        {
            Changed?.Invoke();
            return;
        }
        if (Map?.Split != map!.Split)
        {
            // Indices of images are those of the split.
            Array.Clear(Selected);
            (Last, Next) = (null, 0);
        }
        (Map, _marker) = (map, null);
        Changed?.Invoke();
    }

    /// <summary>Selects an image of the map.</summary>
    public async Task SelectAsync(int index)
    {
        if (Run is not { } run || Map is not { } map || (uint)index >= (uint)map.Encoded.Count)
            return;
        var image = ChosenImage.At(map.Encoded.Images, ImageChoice.OfSplit(map.Choice.Split), index, "index");
        ImageDetails? details = null;
        bool done = await Selecting.RunAsync(
            $"Encoding {image.Name}",
            (_, cancellation) =>
                details = run.Work(loaded => ImageDetails.Of(loaded, image, null, run.ScoreOptions, cancellation))
        );
        if (!done || Run != run || Map != map)
            return;
        Selected[Next] = Last = details!;
        Next = 1;
        (_marker, Label) = (details!.Code, details.Label ?? Label);
        Changed?.Invoke();
    }

    /// <summary>Exchanges A and B.</summary>
    public void Swap()
    {
        Array.Reverse(Selected);
        Changed?.Invoke();
    }

    /// <summary>Selects no image.</summary>
    public void Clear()
    {
        Array.Clear(Selected);
        (Last, Next) = (null, 0);
        Changed?.Invoke();
    }

    /// <summary>Chooses the class as which a conditional model decodes.</summary>
    public void Choose(int label)
    {
        Label = label;
        Changed?.Invoke();
    }

    /// <summary>Shows the user's own picture; null removes it.</summary>
    public void Show(OwnPicture? picture)
    {
        Own = picture;
        Changed?.Invoke();
    }

    /// <summary>The picture of a position of the map as bytes (H, W, C); empty without a map.</summary>
    public byte[] DecodeAt(float x, float y)
    {
        if (Run is not { } run || Map is not { } map || !float.IsFinite(x) || !float.IsFinite(y))
            return [];
        float[] code = map.Plane.CodeAt(x, y, Near);
        _marker = code;
        return run.Decode(code, Label);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Changed = null;
        Opening.Dispose();
        Mapping.Dispose();
        Selecting.Dispose();
        Run?.Dispose();
        Run = null;
    }
}
