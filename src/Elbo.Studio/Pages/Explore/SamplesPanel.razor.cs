using Elbo.Models.Priors;
using Elbo.Studio.Layout;
using Elbo.Workflows;
using Elbo.Workflows.Plots;
using Microsoft.AspNetCore.Components;

namespace Elbo.Studio.Pages.Explore;

/// <summary>Generated images: of every cluster, or of the prior.</summary>
public sealed partial class SamplesPanel
{
    private readonly Job _job = new();
    private CodeSampler _sampler;
    private ulong _seed;
    private IReadOnlyList<SampleGroup> _groups = [];
    private CodeSampler _drawn;
    private double[] _shares = [];
    private string _subject = "";
    private EncodedSplit? _counted;
    private int _label;

    [CascadingParameter]
    private ExploreState State { get; set; } = null!;

    private bool HasClusters => State.Run!.Model.Prior is IClusteringPrior;

    private bool IsOfClusters => HasClusters && _drawn == CodeSampler.Prior;

    /// <inheritdoc/>
    public void Dispose()
    {
        State.Changed -= Update;
        _job.Dispose();
    }

    /// <inheritdoc/>
    protected override Task OnInitializedAsync()
    {
        State.Changed += Update;
        return DrawAsync();
    }

    private Task ChooseAsync(CodeSampler sampler)
    {
        _sampler = sampler;
        return DrawAsync();
    }

    private Task SeedAsync(ulong seed)
    {
        _seed = seed;
        return DrawAsync();
    }

    private void Update() =>
        _ = InvokeAsync(() =>
            State.Run is not null && (State.Label != _label || (HasClusters && State.Map?.Split != _counted))
                ? DrawAsync()
                : Task.CompletedTask
        );

    private async Task DrawAsync()
    {
        if (State.Run is not { } run)
            return;
        var (sampler, label, seed, split) = (_sampler, State.Label, _seed, State.Map?.Split);
        (_label, bool counts) = (label, split is not null && split != _counted && HasClusters);
        IReadOnlyList<SampleGroup> groups = [];
        double[] shares = [];
        bool done = await _job.RunAsync(
            sampler == CodeSampler.Mixture ? "Fitting a mixture to the codes of training images" : "Sampling",
            (_, _) =>
            {
                groups = run.Work(loaded => SampleGroup.Draw(loaded, sampler, label, seed));
                if (counts)
                    shares = run.Work(loaded => SampleGroup.Shares(loaded, split!.Encoded));
            }
        );
        if (!done)
            return;
        (_groups, _drawn) = (groups, sampler);
        if (counts)
            (_shares, _counted, _subject) = (shares, split, ImageChoice.OfSplit(split!.Split).Subject);
        StateHasChanged();
    }
}
