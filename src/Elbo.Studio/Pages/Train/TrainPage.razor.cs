using Elbo.Data;
using Elbo.Models;
using Elbo.Studio.Access;
using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Elbo.Workflows.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace Elbo.Studio.Pages.Train;

/// <summary>The form of a new run, below the trainings.</summary>
public sealed partial class TrainPage
{
    private const string Images = "images";

    private readonly HashSet<string> _open = ["Options", "Data", "Model", "Training"];
    private TrainForm _form = null!;
    private string? _loaded;
    private string? _source;
    private string _search = "";
    private bool _onlyChanged;
    private string? _copied;
    private string? _shown;
    private string? _error;
    private string? _focus;

    /// <summary>Identifier of the run that is shown, and whose options the form begins with; null for none.</summary>
    [Parameter, SupplyParameterFromQuery(Name = "run")]
    public string? Run { get; set; }

    [Inject]
    private StudioOptions Options { get; set; } = null!;

    [Inject]
    private AllowedFolders Allowed { get; set; } = null!;

    [Inject]
    private TrainingJobs Jobs { get; set; } = null!;

    [Inject]
    private RunIndex Index { get; set; } = null!;

    [Inject]
    private IJSRuntime Js { get; set; } = null!;

    private bool IsFiltered => _onlyChanged || !string.IsNullOrWhiteSpace(_search);

    private string RecipeHelp =>
        _form.Recipe is { } name
            ? $"{RecipeCatalog.Get(name).Description}. Options below replace its own."
            : "Options from a recipe.";

    /// <inheritdoc/>
    protected override void OnInitialized() => _form = new TrainForm(Options, Allowed);

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        if (Run == _loaded || Index.Find(Run) is not { Config: { } config } run)
            return;
        _loaded = _source = run.Id;
        _form.Load(config);
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus is not { } id)
            return;
        _focus = null;
        await Js.TellAsync("elboTrain.focus", id);
    }

    private IReadOnlyList<OptionDescriptor> Visible(FormGroup group)
    {
        string[] words = _search.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return
        [
            .. group.Options.Where(option =>
                (!_onlyChanged || _form.Text(option.Name).Length > 0)
                && words.All(word =>
                    option.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
                    || option.Description.Contains(word, StringComparison.OrdinalIgnoreCase)
                )
            ),
        ];
    }

    private bool IsOpen(FormGroup group) => IsFiltered || _open.Contains(group.Title);

    private void Toggle(FormGroup group)
    {
        if (!_open.Remove(group.Title))
            _open.Add(group.Title);
    }

    private string Count(FormGroup group)
    {
        int given = group.Options.Count(option => _form.Text(option.Name).Length > 0),
            wrong = group.Options.Count(option => _form.Errors.ContainsKey(option.Name));
        return (given > 0 ? $"{given} changed" : "") + (wrong > 0 ? $", {wrong} to mend" : "");
    }

    /// <summary>What the chosen model or dataset is.</summary>
    private string? Meaning(OptionDescriptor option)
    {
        string text = _form.Text(option.Name) is { Length: > 0 } given ? given : _form.Usual(option);
        return option.Name switch
        {
            "model" => ModelCatalog.All.FirstOrDefault(model => model.Name == text) is { } model
                ? $"{model.Name}: {model.Description}"
                : null,
            "dataset" => DatasetCatalog.All.FirstOrDefault(dataset => dataset.Name == text) is { } dataset
                ? $"{dataset.Name}: {dataset.Description}"
                : null,
            _ => null,
        };
    }

    /// <summary>The command, cut before every option.</summary>
    private static IEnumerable<string> Parts(string command)
    {
        string[] parts = command.Split(" --");
        return parts.Take(1).Concat(parts.Skip(1).Select(part => $"--{part}"));
    }

    private void Show(string? what) => _shown = _shown == what ? null : what;

    private void Choose(string option, string path)
    {
        _form.Set(option, path);
        _shown = null;
        _focus = $"option-{option}";
    }

    private void Clear()
    {
        _form.Clear();
        _source = null;
    }

    private void Start()
    {
        _error = null;
        if (_form.Config is not { } config)
        {
            if (_form.Errors.Keys.FirstOrDefault() is not { } wrong)
                return;
            (_search, _onlyChanged) = ("", false);
            _open.UnionWith(_form.Groups.Where(g => g.Options.Any(o => o.Name == wrong)).Select(g => g.Title));
            _focus = $"option-{wrong}";
            return;
        }
        try
        {
            Jobs.Start(config);
            _focus = "trainings";
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            _error = Problems.Text(e);
        }
    }

    private async Task CopyAsync()
    {
        await Js.TellAsync("elboStudio.copy", _form.Command);
        _copied = _form.Command;
    }
}
