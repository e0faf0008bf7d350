using System.Globalization;
using Elbo.Studio.Access;
using Elbo.Studio.Labelling;
using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Labelling;
using Elbo.Workflows.Selecting;
using Microsoft.AspNetCore.Components;

namespace Elbo.Studio.Pages.Labelling;

/// <summary>What follows from the labels: those of the other images, the next images to label, and files.</summary>
public sealed partial class RestView : IDisposable
{
    /// <summary>What chose images that are labelled because their neighbours disagree.</summary>
    private const string LeastSure = "least confident";

    /// <summary>Number of unsure images that are shown.</summary>
    private const int Unsure = 24;

    private readonly Job _job = new();
    private LabelRest _rest = null!;
    private SelectForm _form = null!;
    private bool _bySure;
    private string _said = "";
    private string _output = "";
    private bool _copy;
    private double _least;
    private LabelExportSummary? _exported;

    /// <summary>The labelling. It is the same for the life of the component.</summary>
    [Parameter, EditorRequired]
    public LabelDesk Desk { get; set; } = null!;

    /// <summary>Folder of the run.</summary>
    [Parameter, EditorRequired]
    public RunFolder Folder { get; set; } = null!;

    /// <summary>Identifier of the run.</summary>
    [Parameter, EditorRequired]
    public string RunId { get; set; } = "";

    [Inject]
    private StudioOptions Options { get; set; } = null!;

    [Inject]
    private AllowedFolders Folders { get; set; } = null!;

    [Inject]
    private LabelBooks Books { get; set; } = null!;

    [Inject]
    private ModelPool Pool { get; set; } = null!;

    /// <inheritdoc/>
    public void Dispose() => _job.Dispose();

    /// <inheritdoc/>
    protected override void OnInitialized()
    {
        _rest = new LabelRest(Pool, RunId, Desk);
        _form = new SelectForm(Folders);
        _job.Changed += () => _ = InvokeAsync(StateHasChanged);
    }

    /// <summary>The files of an export in the run's folder; those of another folder are there already.</summary>
    private IReadOnlyList<(string Name, string Url)> Downloads =>
        _exported is { } exported
        && Path.GetRelativePath(Path.GetFullPath(Folder.Path), exported.Path) is var below
        && !below.StartsWith("..", StringComparison.Ordinal)
        && !Path.IsPathRooted(below)
            ?
            [
                .. ((string[])[LabelExport.TableName, SelectionWriter.TableName]).Select(name =>
                    (name, StudioFiles.Path(RunId, $"{below.Replace(Path.DirectorySeparatorChar, '/')}/{name}"))
                ),
            ]
            : [];

    private Task<bool> Update() =>
        _job.RunAsync(
            $"Comparing {Count(Desk.Images.Count)} images with the labelled ones",
            (_, cancellation) => _rest.UpdateAsync(Options.Threads, cancellation)
        );

    private static string Count(int count) => count.ToString("N0", CultureInfo.InvariantCulture);

    private async Task NextRound()
    {
        _said = "";
        try
        {
            int count =
                Desk.Book.State.Choice is var choice && _bySure ? await AddUnsure() : await AddByStrategy(choice);
            if (count >= 0)
                _said = count == 1 ? "1 image added." : $"{Count(count)} images added.";
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            _job.Fail(e);
        }
    }

    private async Task<int> AddUnsure()
    {
        // The budget is checked as that of a strategy.
        int budget = _form.Read(Desk.Book.State.Choice).Budget ?? SelectOptions.UsualBudget;
        if (!await Update())
            return -1;
        var known = Desk.Book.State.Items.Select(item => item.Image).ToHashSet();
        var next = _rest.Found!.LeastConfident.Where(i => !known.Contains(ImageKey.Of(Desk.Images, i)));
        return await Desk.AddAsync([.. next.Take(budget)], LeastSure, unsure: true);
    }

    private async Task<int> AddByStrategy(ImageChoice choice)
    {
        bool any = Desk.Book.State.Labelled > 0;
        var options = _form.Read(Books.Allowed(choice)) with
        {
            Threads = Options.Threads,
            Labelled = any ? Desk.Book.Table : null,
        };
        return await Selecting.RunAsync(_job, Pool, RunId, options) is { } name
            ? await Desk.AddAsync(StoredSelection.Read(Folder, name).Indices, options.Strategy)
            : -1;
    }

    private async Task Export()
    {
        _exported = null;
        LabelExportSummary? written = null;
        await _job.RunAsync(
            "Exporting",
            async (_, cancellation) =>
            {
                string? output = string.IsNullOrWhiteSpace(_output) ? null : Folders.Require(_output.Trim());
                if (output is not null && Path.Exists(output))
                    throw new IOException($"{output} exists already; name a new folder.");
                var found = await _rest.UpdateAsync(Options.Threads, cancellation);
                written = LabelExport.Write(
                    Desk.Book,
                    found.Images,
                    found.Labels,
                    found.Classes,
                    new LabelExportOptions
                    {
                        Output = output,
                        Folders = _copy,
                        LeastConfidence = _least,
                    },
                    cancellation
                );
            }
        );
        _exported = written;
    }
}
