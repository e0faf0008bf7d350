using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Training.Runs;
using Microsoft.AspNetCore.Components;

namespace Elbo.Studio.Pages.Train;

/// <summary>
/// A training or a run: its state, progress, curves and reconstructions, and what can be done with it.
/// </summary>
public sealed partial class TrainingPanel : IDisposable
{
    /// <summary>Number of the newest notes that are shown.</summary>
    private const int Named = 8;

    private readonly string _heading = $"training-{Guid.NewGuid():N}";
    private TrainingJob? _watched;
    private (JobState State, int Notes) _seen;
    private string _epochs = "";
    private string? _error;

    /// <summary>The training of this server; null for a run that it has not trained.</summary>
    [Parameter]
    public TrainingJob? Job { get; set; }

    /// <summary>Identifier of the run; null until the job has one.</summary>
    [Parameter]
    public string? RunId { get; set; }

    /// <summary>Whether curves and pictures are left out.</summary>
    [Parameter]
    public bool IsBrief { get; set; }

    [Inject]
    private RunIndex Index { get; set; } = null!;

    [Inject]
    private TrainingJobs Jobs { get; set; } = null!;

    private string? Id => Job is null ? RunId : Jobs.IdOf(Job);

    private RunEntry? Run => Index.Find(Id);

    private string Title => Id ?? Job?.Name ?? "";

    private string State => Job is { } job ? $"{job.State}" : $"{Run?.State}";

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Changed -= Update;
        Watch(null);
    }

    /// <inheritdoc/>
    protected override void OnInitialized() => Index.Changed += Update;

    /// <inheritdoc/>
    protected override void OnParametersSet() => Watch(Job);

    private void Watch(TrainingJob? job)
    {
        if (_watched == job)
            return;
        if (_watched is not null)
            _watched.Changed -= ShowState;
        _watched = job;
        if (job is not null)
            job.Changed += ShowState;
    }

    /// <summary>The controls show the steps; all else changes only with the state and the notes.</summary>
    private void ShowState()
    {
        if (_watched is not { } job || (job.State, job.Notes.Count) is var now && now == _seen)
            return;
        _seen = now;
        _ = InvokeAsync(StateHasChanged);
    }

    private void Update(IReadOnlyCollection<string> changed)
    {
        if (Id is { } id && changed.Contains(id))
            _ = InvokeAsync(StateHasChanged);
    }

    private string Address(string page) => $"/{page}?run={Uri.EscapeDataString(Id ?? "")}";

    private void ResumeRun()
    {
        try
        {
            int? epochs = string.IsNullOrWhiteSpace(_epochs)
                ? null
                : (int)RunConfig.List.First(option => option.Name == "epochs").FromText(_epochs);
            Jobs.Resume(Id ?? "", epochs);
            (_error, _epochs) = (null, "");
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            _error = Problems.Text(e);
        }
    }
}
