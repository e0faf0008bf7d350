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
    private (string? Run, string? Selection, string? Labels) _wished;
    private bool _isDisposed;
    private ModelLease? _lease;
    private StoredSelection? _selection;
    private ChosenPictures? _images;
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
        _isDisposed = true;
        _job.Dispose();
        Close();
        _lease?.Dispose();
    }

    /// <inheritdoc/>
    protected override async Task OnParametersSetAsync()
    {
        var wished = (RunId, Selection, Labels);
        if (wished == _wished)
            return;
        if (RunId != _wished.Run && _wished.Run is not null && (Selection ?? Labels) is not null)
        {
            // The run picker keeps the rest of the URL, which is about the run before.
            Navigation.NavigateTo(Start, replace: true);
            return;
        }
        _wished = wished;
        Close();
        _lease?.Dispose();
        _lease = null;
        _name = Labels ?? Selection;
        if (string.IsNullOrEmpty(RunId))
            return;
        Opening? opening = null;
        bool done = await _job.RunAsync(
            $"Opening {_name ?? RunId}",
            async (_, cancellation) => opening = await Load(RunId, wished, cancellation)
        );
        if (done && !_isDisposed && opening is not null)
            (_lease, _desk, _selection, _images) = opening;
        else
        {
            opening?.Desk?.Dispose();
            opening?.Lease.Dispose();
        }
    }

    private string Start => $"/label?run={Uri.EscapeDataString(RunId ?? "")}";

    private async Task<Opening> Load(
        string id,
        (string? Run, string? Selection, string? Labels) wished,
        CancellationToken cancellation
    )
    {
        var lease = await Pool.OpenAsync(id);
        try
        {
            var run = lease.Run;
            if (wished.Labels is { } labels)
            {
                var book = Books.Open(run.Folder, labels);
                var images = Books.Read(run, book.State.Choice, cancellation);
                return new Opening(lease, new LabelDesk(book, images), null, null);
            }
            if (wished.Selection is not { } name)
                return new Opening(lease, null, null, null);
            var selection = StoredSelection.Read(run.Folder, name);
            return new Opening(
                lease,
                null,
                selection,
                new ChosenPictures(Books.Read(run, selection.Choice, cancellation))
            );
        }
        catch
        {
            lease.Dispose();
            throw;
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

    private sealed record Opening(
        ModelLease Lease,
        LabelDesk? Desk,
        StoredSelection? Selection,
        ChosenPictures? Images
    );
}
