using System.Text.Json.Nodes;
using Elbo.Models;
using Elbo.Studio.Access;
using Elbo.Studio.Layout;
using Elbo.Training.Runs;
using Elbo.Workflows.Reports;
using Elbo.Workflows.Runs;

namespace Elbo.Studio.Pages.Train;

/// <summary>Options of one subject in the form.</summary>
/// <param name="Title">The heading, as in the help of <c>elbo train</c>.</param>
/// <param name="Options">The options, in the order of the help.</param>
internal sealed record FormGroup(string Title, IReadOnlyList<OptionDescriptor> Options);

/// <summary>
/// What was filled in on the page Train: the layer of options that the command line would be, checked as the command
/// line checks it.
/// </summary>
internal sealed class TrainForm
{
    /// <summary>Name of this layer in messages.</summary>
    private const string Source = "the command line";

    private static readonly OptionDescriptor[] All = [.. RunConfig.List, .. ModelCatalog.Options];

    /// <summary>Options that decide which others there are, and their defaults.</summary>
    private static readonly HashSet<string> Choices =
    [
        "images",
        .. All.Select(option => option.Refines).OfType<string>(),
        "model",
        .. PartCatalog.Choices.Select(choice => choice.Name),
    ];

    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _errors = new(StringComparer.Ordinal);
    private readonly StudioOptions _studio;
    private readonly DataCheck _data;
    private JsonObject _given = [];
    private JsonObject _usual = [];
    private ModelOptions _model = new VaeOptions();

    /// <param name="studio">Where new runs are written, and where datasets are.</param>
    /// <param name="allowed">The folders that images may come from.</param>
    public TrainForm(StudioOptions studio, AllowedFolders allowed)
    {
        (_studio, _data) = (studio, new DataCheck(studio, allowed));
        Update();
    }

    /// <summary>Name of the recipe below the given options; null for none.</summary>
    public string? Recipe { get; private set; }

    /// <summary>The given options, in the form of a config file.</summary>
    public JsonObject Given => _given;

    /// <summary>What is wrong with options, by their names.</summary>
    public IReadOnlyDictionary<string, string> Errors => _errors;

    /// <summary>What is wrong, if no option is to blame; null for nothing.</summary>
    public string? Problem { get; private set; }

    /// <summary>The options of the run; null while anything is wrong.</summary>
    public RunConfig? Config { get; private set; }

    /// <summary>The options that the chosen model has, and those that are given without one that has them.</summary>
    public IReadOnlyList<FormGroup> Groups { get; private set; } = [];

    /// <summary>The command that trains the same run, for a Unix shell.</summary>
    public string Command { get; private set; } = "";

    /// <summary>The text of an option; empty if it is not given.</summary>
    public string Text(string option) => _texts.GetValueOrDefault(option, "");

    /// <summary>The value of an option that is not given, as text; empty if there is none to show.</summary>
    public string Usual(OptionDescriptor option)
    {
        var usual = _usual;
        if (_given.ContainsKey(option.Name) && Choices.Contains(option.Name))
        {
            var others = ChoicesOf(_given);
            others.Remove(option.Name);
            usual = ToJson(Merge(others));
        }
        return usual[option.Name] is { } value ? OptionDescriptor.ToText(value)
            : option.Default.Length == 0 && option.Kind == OptionKind.Flag ? "no"
            : option.Default;
    }

    /// <summary>Sets an option; an empty text removes it.</summary>
    public void Set(string option, string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            _texts.Remove(option);
        else
            _texts[option] = text;
        Update();
    }

    /// <summary>Chooses a recipe; null or an empty name for none.</summary>
    public void Choose(string? recipe)
    {
        Recipe = string.IsNullOrEmpty(recipe) ? null : RecipeCatalog.Get(recipe).Name;
        Update();
    }

    /// <summary>Takes the options of a run.</summary>
    public void Load(RunConfig config)
    {
        _texts.Clear();
        Recipe = null;
        foreach (var (name, value) in TrainCommandLine.Given(config))
            _texts[name] =
                value is JsonValue flag && flag.TryGetValue(out bool on)
                    ? on
                        ? "true"
                        : "false"
                    : OptionDescriptor.ToText(value);
        Update();
    }

    /// <summary>Removes all options and the recipe.</summary>
    public void Clear()
    {
        _texts.Clear();
        Recipe = null;
        Update();
    }

    private void Update()
    {
        _errors.Clear();
        (Problem, Config) = (null, null);
        _given = Read();
        var checkedRest = Check(out var rest);
        _model = (checkedRest ?? Merge(rest) ?? Merge(ChoicesOf(rest)))?.ModelOptions ?? _model;
        _usual = ToJson(Merge(ChoicesOf(rest)));
        if (checkedRest is not null)
            if (_data.Find(checkedRest) is var (blamed, missing))
                _errors.TryAdd(blamed, missing);
        if (_errors.Count == 0 && Problem is null)
            Config = checkedRest;
        Groups = [.. Arrange()];
        Command = TrainCommandLine.Of(CommandOptions());
    }

    /// <summary>The texts as values. Those of the wrong type, and folders out of bounds, are errors.</summary>
    private JsonObject Read()
    {
        var values = new JsonObject();
        foreach (var option in All.Where(option => _texts.ContainsKey(option.Name)).DistinctBy(option => option.Name))
            try
            {
                var value = option.FromText(_texts[option.Name]);
                if (option.Kind == OptionKind.Folder)
                    _data.RequireAllowed((string)value!);
                values[option.Name] = value;
            }
            catch (Exception e) when (Problems.IsExpected(e))
            {
                _errors[option.Name] = Problems.Text(e);
            }
        return values;
    }

    /// <summary>
    /// Checks the options. One that is out of range does not hide what is wrong with others.
    /// </summary>
    /// <param name="rest">The options without those that are out of range.</param>
    private RunConfig? Check(out JsonObject rest)
    {
        rest = (JsonObject)_given.DeepClone();
        while (true)
            try
            {
                return RunSettings.Combine(Layers(rest));
            }
            catch (ArgumentException e)
            {
                string message = WithoutSource(Problems.Text(e));
                if (Blamed(message) is not { } option)
                {
                    Problem = message;
                    return null;
                }
                _errors.TryAdd(option.Name, message);
                if (option.Range is null || !rest.Remove(option.Name))
                    return null;
            }
    }

    private IEnumerable<(string Source, JsonObject Values)> Layers(JsonObject given)
    {
        if (Recipe is { } recipe)
            yield return ($"recipe {recipe}", RecipeCatalog.Get(recipe).Values);
        yield return (Source, given);
    }

    private RunConfig? Merge(JsonObject given)
    {
        try
        {
            return RunSettings.Merge(Layers(given));
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    private static JsonObject ToJson(RunConfig? config) => config is null ? [] : RunSettings.ToJson(config);

    private static JsonObject ChoicesOf(JsonObject given) =>
        new(given.Where(v => Choices.Contains(v.Key)).Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone())));

    private string WithoutSource(string message)
    {
        string? source = Layers([])
            .Select(layer => $"{layer.Source}: ")
            .FirstOrDefault(source => message.StartsWith(source, StringComparison.Ordinal));
        return source is null ? message : message[source.Length..];
    }

    /// <summary>
    /// The option that a message begins with, else the first one that it asks for; null if it names none.
    /// </summary>
    private static OptionDescriptor? Blamed(string message) =>
        message
            .Split(' ', ':', '.', ',')
            .Where((word, i) => i == 0 || word.StartsWith("--", StringComparison.Ordinal))
            .Select(word => All.FirstOrDefault(option => option.Name == word.TrimStart('-')))
            .FirstOrDefault(option => option is not null);

    private IEnumerable<FormGroup> Arrange()
    {
        var entry = ModelCatalog.Of(_model);
        var shown = RunConfig
            .List.Concat(entry.Options)
            // Another network, prior or objective than that of the model brings options of its own.
            .Concat(PartCatalog.Options.Where(o => o.AppliesTo(_model)).Select(o => OfModel(o.Option)))
            .Concat(All.Where(option => _texts.ContainsKey(option.Name)).Select(OfModel))
            .DistinctBy(option => option.Name)
            .ToLookup(option => option.Group);
        if (shown[null].Any())
            yield return new FormGroup("Options", [.. shown[null]]);
        foreach (var group in Enum.GetValues<OptionGroup>())
            yield return new FormGroup($"{group}", [.. shown[group]]);

        static OptionDescriptor OfModel(OptionDescriptor option) =>
            option.Group is null ? option with { Group = OptionGroup.Model } : option;
    }

    private JsonObject CommandOptions()
    {
        var options = new JsonObject();
        if (Recipe is not null)
            options["recipe"] = Recipe;
        foreach (var (name, value) in _given)
            options[name] = value?.DeepClone();
        if (_data.ImpliedFolder(Config) is { } folder)
            options["data-dir"] = folder;
        if (_studio.Folder != "runs")
            options["output"] = Path.GetFullPath(_studio.Folder);
        return options;
    }
}
