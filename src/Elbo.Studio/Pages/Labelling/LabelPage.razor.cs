using Elbo.Studio.Labelling;
using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Workflows.Selecting;
using Microsoft.AspNetCore.Components;

namespace Elbo.Studio.Pages.Labelling;

/// <summary>Chooses images of a run and labels them. The URL says which run, selection or labelling is open.</summary>
public sealed partial class LabelPage
{
    private readonly Job _job = new();
    private (string? Run, string? Selection, string? Labels) _opened;
    private ModelLease? _lease;
    private StoredSelection? _selection;
    private SelectionPicturesView? _images;
    private LabelDesk? _desk;
    private string? _name;

    /// <summary>Identifier of the run.</summary>
    [SupplyParameterFromQuery(Name = "run")]
    public string? RunId { get; set; }

    /// <summary>Name of a selection of the run to show.</summary>
    [SupplyParameterFromQuery(Name = "selection")]
    public string? Selection { get; set; }

    /// <summary>Name of a labelling of the run to go on with.</summary>
    [SupplyParameterFromQuery(Name = "labels")]
    public string? Labels { get; set; }

    /// <inheritdoc/>
    public void Dispose()
    {
        _job.Dispose();
        Close();
        _lease?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        var wished = (RunId, Selection, Labels);
        if (wished == _opened)
            return;
        bool otherRun = RunId != _opened.Run;
        if (otherRun && _opened.Run is not null && (Selection ?? Labels) is not null)
        {
            // The run picker keeps the rest of the URL, which is about the run before.
            Navigation.NavigateTo(Start, replace: true);
            return;
        }
        _opened = wished;
        Close();
        _name = Labels ?? Selection;
        if (otherRun)
        {
            _lease?.Dispose();
            _lease = null;
        }
        if (!string.IsNullOrEmpty(RunId))
            await _job.RunAsync($"Opening {_name ?? RunId}", (_, cancellation) => Load(wished, cancellation));
    }

    private string Start => $"/label?run={Uri.EscapeDataString(RunId ?? "")}";

    private async Task Load((string? Run, string? Selection, string? Labels) wished, CancellationToken cancellation)
    {
        var lease = _lease ?? await Pool.OpenAsync(wished.Run!);
        // Another page may have been asked for meanwhile.
        if (cancellation.IsCancellationRequested)
        {
            if (lease != _lease)
                lease.Dispose();
            cancellation.ThrowIfCancellationRequested();
        }
        _lease = lease;
        var run = lease.Run;
        if (wished.Labels is { } labels)
        {
            var book = Books.Open(run.Folder, labels);
            _desk = new LabelDesk(book, Books.Read(run, book.State.Choice, cancellation));
        }
        else if (wished.Selection is { } name)
        {
            var selection = StoredSelection.Read(run.Folder, name);
            _images = new SelectionPicturesView(Books.Read(run, selection.Choice, cancellation));
            _selection = selection;
        }
    }

    private void Open(string selection) =>
        Navigation.NavigateTo($"{Start}&selection={Uri.EscapeDataString(selection)}");

    private async Task Begin()
    {
        string? name = null;
        var (selection, images, folder) = (_selection!, _images!.Images, _lease!.Run.Folder);
        if (await _job.RunAsync("Writing", (_, _) => name = LabelBooks.Begin(folder, selection, images).Name))
            Navigation.NavigateTo($"{Start}&labels={Uri.EscapeDataString(name!)}");
    }

    private void Close()
    {
        _desk?.Dispose();
        (_desk, _selection, _images, _name) = (null, null, null, null);
    }
}
