using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Microsoft.AspNetCore.Components;
using MudBlazor;

namespace Elbo.Studio.Pages.Runs;

/// <summary>The list of all runs. It changes while they train.</summary>
public abstract class RunsPageBase : ComponentBase, IDisposable
{
    private string _sortedBy = "changed";
    private bool _isDescending = true;

    /// <summary>All runs.</summary>
    [Inject]
    protected RunIndex Index { get; set; } = null!;

    [Inject]
    private NavigationManager Navigation { get; set; } = null!;

    [Inject]
    private IDialogService Dialogs { get; set; } = null!;

    /// <summary>All runs, as they were when one last changed.</summary>
    protected IReadOnlyList<RunEntry> Runs { get; private set; } = [];

    /// <summary>The columns of the list.</summary>
    protected IReadOnlyList<RunColumn> Columns { get; private set; } = [];

    /// <summary>Identifiers of the ticked runs, in the order in which they were ticked.</summary>
    protected List<string> Chosen { get; } = [];

    /// <summary>Text that a cell of a shown run contains.</summary>
    protected string? Filter { get; set; }

    /// <summary>Why a run was not renamed or deleted; null if nothing failed.</summary>
    protected string? Problem { get; set; }

    /// <summary>The runs that pass the filter, sorted. Runs without a value come last in either order.</summary>
    protected IReadOnlyList<RunEntry> Shown
    {
        get
        {
            var column = Columns.FirstOrDefault(c => c.Name == _sortedBy) ?? Columns[0];
            var found = Runs.Where(run =>
                string.IsNullOrWhiteSpace(Filter)
                || Columns.Any(c => c.Text(run).Contains(Filter.Trim(), StringComparison.OrdinalIgnoreCase))
            );
            var known = found.OrderBy(run => column.Key(run) is null);
            return [.. _isDescending ? known.ThenByDescending(column.Key) : known.ThenBy(column.Key)];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Index.Changed -= Update;
        GC.SuppressFinalize(this);
    }

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        Index.Changed += Update;
        Read();
    }

    /// <summary>
    /// Sorts by a column, or turns the order round. Numbers start with the lowest, dates with the newest.
    /// </summary>
    protected void Sort(RunColumn column)
    {
        ArgumentNullException.ThrowIfNull(column);
        _isDescending = column.Name == _sortedBy ? !_isDescending : column.Name == "changed";
        _sortedBy = column.Name;
    }

    /// <summary>The value of <c>aria-sort</c>.</summary>
    protected string? Order(RunColumn column) =>
        column?.Name != _sortedBy ? null
        : _isDescending ? "descending"
        : "ascending";

    /// <summary>The sign of the order beside the heading.</summary>
    protected string Arrow(RunColumn column) =>
        Order(column) switch
        {
            "descending" => " ▼",
            "ascending" => " ▲",
            _ => "",
        };

    /// <summary>Ticks a run, or not.</summary>
    protected void Choose(RunEntry run, bool isChosen)
    {
        ArgumentNullException.ThrowIfNull(run);
        Chosen.Remove(run.Id);
        if (isChosen)
            Chosen.Add(run.Id);
    }

    /// <summary>Opens the comparison of the ticked runs.</summary>
    protected void Compare() => Navigation.NavigateTo(RunLinks.Compare(Chosen));

    /// <summary>Asks for a new name, and renames a run.</summary>
    protected async Task Rename(RunEntry run)
    {
        ArgumentNullException.ThrowIfNull(run);
        var parameters = new DialogParameters<RenameDialog> { { dialog => dialog.Name, run.Folder.Name } };
        var dialog = await Dialogs.ShowAsync<RenameDialog>($"Rename {run.Id}", parameters);
        if (await dialog.Result is { Canceled: false, Data: string name })
            Change(run, () => run.Folder.Rename(name));
    }

    /// <summary>Asks, and deletes a run.</summary>
    protected async Task Delete(RunEntry run)
    {
        ArgumentNullException.ThrowIfNull(run);
        bool? yes = await Dialogs.ShowMessageBoxAsync(
            $"Delete {run.Id}?",
            $"The folder {run.Folder.Path} will be deleted with its model, checkpoints, pictures and labels. This "
                + "cannot be undone.",
            yesText: "Delete",
            cancelText: "Keep"
        );
        if (yes == true)
            Change(run, run.Folder.Delete);
    }

    private void Change(RunEntry run, Action change)
    {
        try
        {
            Problem = null;
            change();
            Chosen.Remove(run.Id);
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            Problem = Problems.Text(e);
        }
        Index.Refresh(run.Id);
        Read();
    }

    private void Read()
    {
        Runs = Index.Runs;
        Columns = RunColumns.For(Runs);
        Chosen.RemoveAll(id => Runs.All(run => run.Id != id));
    }

    private void Update(IReadOnlyCollection<string> changed) =>
        _ = InvokeAsync(() =>
        {
            Read();
            StateHasChanged();
        });
}

/// <summary>Addresses of pages on runs.</summary>
public static class RunLinks
{
    /// <summary>The page of a run.</summary>
    public static string Run(string id) => $"/run?run={Uri.EscapeDataString(id)}";

    /// <summary>The comparison of runs.</summary>
    public static string Compare(IEnumerable<string> ids) =>
        "/compare?" + string.Join('&', ids.Select(id => $"run={Uri.EscapeDataString(id)}"));

    /// <summary>Another page, such as <c>explore</c>, with a run.</summary>
    public static string Page(string page, string id) => $"/{page}?run={Uri.EscapeDataString(id)}";
}
