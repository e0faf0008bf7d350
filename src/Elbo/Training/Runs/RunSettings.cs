using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Data.Arrays;
using Elbo.Formats;
using Elbo.Models;

namespace Elbo.Training.Runs;

/// <summary>
/// Combines options from several layers: the recipe that the dataset starts from, a recipe, a config file and the
/// command line. Later layers override earlier ones.
/// </summary>
public static class RunSettings
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private const string ModelKey = "model";

    /// <summary>Key of a recipe's options for the selection of images to label.</summary>
    internal const string SelectionKey = "select";

    /// <summary>
    /// Keys of a recipe that are not options of the run: its description, and what to do after training.
    /// </summary>
    private static readonly string[] RecipeKeys = ["description", SelectionKey];

    private const string RecipePrefix = "Elbo.Recipes.";

    /// <summary>The names of all recipes.</summary>
    internal static IReadOnlyList<string> Recipes { get; } =
    [
        .. typeof(RunSettings)
            .Assembly.GetManifestResourceNames()
            .Where(n => n.StartsWith(RecipePrefix, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(n => n[RecipePrefix.Length..^".json".Length]),
    ];

    /// <summary>Reads one of <see cref="Recipes"/>.</summary>
    internal static JsonObject ReadRecipe(string name)
    {
        using var stream = typeof(RunSettings).Assembly.GetManifestResourceStream($"{RecipePrefix}{name}.json")!;
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd(), $"recipe {name}");
    }

    /// <summary>Combines the options of a run. The dataset may bring a recipe as the weakest layer.</summary>
    /// <param name="layers">JSON objects with their sources, the weakest first.</param>
    /// <exception cref="ArgumentException">
    /// An option is unknown, belongs to another model, or has an invalid value. The message names the source.
    /// </exception>
    public static RunConfig Combine(params IEnumerable<(string Source, JsonObject Values)> layers)
    {
        var config = Merge(layers);
        config.Validate();
        config.ModelOptions.Likelihood.RequireUse();
        if (config.DataDir is { } folder && DatasetCatalog.Get(config.Dataset) is { NeedsFiles: false } source)
            throw new ArgumentException(
                $"data-dir is {folder}, and the dataset {source.Name} needs no files; name the dataset with --dataset."
            );
        return config;
    }

    /// <summary>Combines options without checking that a run could be trained with them.</summary>
    /// <exception cref="ArgumentException">As for <see cref="Combine"/>.</exception>
    internal static RunConfig Merge(params IEnumerable<(string Source, JsonObject Values)> layers)
    {
        var read = Read(layers);
        return Join([.. Start(read), .. read]);
    }

    /// <summary>
    /// Checks each layer separately, so that errors name the file. Returns the options without aliases.
    /// </summary>
    private static (string Source, JsonObject Values)[] Read(IEnumerable<(string Source, JsonObject Values)> layers)
    {
        return [.. layers.Select(layer => (layer.Source, Options(layer.Source, layer.Values)))];

        static JsonObject Options(string source, JsonObject values)
        {
            var given = (JsonObject)values.DeepClone();
            Forget(given, RecipeKeys);
            var own = Check(given, source);
            if (own.ContainsKey("images") && !own.ContainsKey("dataset"))
                own["dataset"] = ArrayPath.DatasetFor((string)own["images"]!);
            return own;
        }
    }

    /// <summary>
    /// The layer below all others: the recipe that the chosen dataset starts from, if it has one. The recipe's model
    /// gives way where another model is chosen, or an option is given that the recipe's model lacks.
    /// </summary>
    private static IEnumerable<(string Source, JsonObject Values)> Start((string Source, JsonObject Values)[] layers)
    {
        string? dataset = (string?)layers.Select(l => l.Values["dataset"]).LastOrDefault(name => name is not null);
        if (DatasetCatalog.All.FirstOrDefault(d => Same(d.Name, dataset))?.StartsFrom is not { } recipe)
            return [];
        var start = Read([($"recipe {recipe}", ReadRecipe(recipe))])[0];
        if (start.Values[ModelKey] is { } name)
        {
            var model = ModelCatalog.Get((string)name!);
            bool isOther = layers.Any(l => l.Values[ModelKey] is { } chosen && !Same(model.Name, (string?)chosen));
            bool isForeign = layers
                .SelectMany(l => l.Values)
                .Any(v => IsOfModel(v.Key) && model.Options.All(o => o.Name != v.Key));
            if (isOther || isForeign)
                Forget(start.Values, [ModelKey, .. ModelCatalog.Options.Select(o => o.Name)]);
        }
        return [start];

        static bool Same(string name, string? given) => name.Equals(given, StringComparison.OrdinalIgnoreCase);
    }

    private static RunConfig Join(IEnumerable<(string Source, JsonObject Values)> layers)
    {
        var combined = new JsonObject();
        var sources = new Dictionary<string, string>();
        foreach (var (source, own) in layers)
        {
            // An option that sets several others, such as all hidden widths, replaces their values from weaker layers.
            // Another network, schedule, kind of noise or dataset drops the options that refined the previous choice.
            Forget(combined, ModelCatalog.Overridden(own));
            foreach (var option in All)
            {
                if (own.ContainsKey(option.Name))
                    Forget(combined, option.Replaces);
                if (
                    option.Refines is { } choice
                    && own[choice] is { } chosen
                    && combined[choice] is { } before
                    && !JsonNode.DeepEquals(chosen, before)
                )
                    combined.Remove(option.Name);
            }
            foreach (var (key, value) in own)
                (combined[key], sources[key]) = (value?.DeepClone(), source);
        }
        return Build(combined, sources);
    }

    /// <summary>
    /// Rejects unknown names and values of the wrong type, for any model. Returns the values without aliases.
    /// </summary>
    private static JsonObject Check(JsonObject layer, string source)
    {
        try
        {
            var values = All.WithoutAliases(layer);
            foreach (var (name, value) in values)
            {
                var option =
                    All.FirstOrDefault(o => o.Name == name)
                    ?? throw NearestName.Unknown("option", name, [.. All.Select(o => o.Name)]);
                option.Check(value);
            }
            return values;
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{source}: {e.Message}", e);
        }
    }

    /// <summary>
    /// Reads the options of checked layers. Those of the model are separate, because only the chosen model can read
    /// them.
    /// </summary>
    private static RunConfig Build(JsonObject values, Dictionary<string, string> sources)
    {
        var own = new JsonObject();
        foreach (string name in values.Select(v => v.Key).Where(IsOfModel).ToArray())
        {
            own[name] = values[name]?.DeepClone();
            values.Remove(name);
        }
        var config = RunConfig.List.Read(new RunConfig(), values);
        var model = ModelCatalog.Of(config.ModelOptions);
        return config with { ModelOptions = model.Read(own, name => $"{sources[name]}: ") };
    }

    private static bool IsOfModel(string option) => ModelCatalog.Options.Any(o => o.Name == option);

    /// <summary>Reads the options in a file such as a run's <c>config.json</c>.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="InvalidDataException">The file is not a JSON object.</exception>
    public static JsonObject ReadFile(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no config file '{path}'.", path);
        return Parse(RegularFile.ReadAllText(path), path);
    }

    /// <summary>Parses a JSON object.</summary>
    /// <exception cref="InvalidDataException">
    /// The text is not a JSON object. The message names <paramref name="source"/> and the line.
    /// </exception>
    public static JsonObject Parse(string text, string source)
    {
        ArgumentNullException.ThrowIfNull(text);
        return StrictJson.ParseObject(text, source);
    }

    /// <summary>Loads the options of an existing run. Its images need not belong to a dataset in the catalog.</summary>
    /// <exception cref="InvalidDataException"><c>config.json</c> is damaged.</exception>
    public static RunConfig Load(RunFolder run)
    {
        try
        {
            var config = Join(Read([(run.Config, ReadFile(run.Config))]));
            config.ValidateAllButData();
            return config;
        }
        catch (ArgumentException e)
        {
            string origin = $"{run.Config}: ";
            throw new InvalidDataException(
                e.Message.StartsWith(origin, StringComparison.Ordinal) ? e.Message : origin + e.Message,
                e
            );
        }
    }

    /// <summary>Writes the options with derived defaults to the run folder.</summary>
    public static void Save(RunConfig config, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(config);
        AtomicFile.WriteText(run.Config, ToJson(config).ToJsonString(Indented) + "\n");
    }

    /// <summary>All options that have values, including derived defaults, by name.</summary>
    internal static JsonObject ToJson(RunConfig config)
    {
        // The options of the model follow its name and precede the common ones.
        var common = RunConfig.List.Write(config.Resolve());
        common.Remove(ModelKey);
        var all = new JsonObject { [ModelKey] = config.Model };
        foreach (var (name, value) in ModelCatalog.Of(config.ModelOptions).Write(config.ModelOptions).Concat(common))
            all[name] = value?.DeepClone();
        return all;
    }

    /// <summary>
    /// Names of all options that apply to a run, in the order of <see cref="ToJson"/>, without those that only set
    /// others.
    /// </summary>
    internal static IEnumerable<string> NamesFor(RunConfig config)
    {
        return
        [
            ModelKey,
            .. ModelCatalog.Of(config.ModelOptions).Written(config.ModelOptions),
            .. RunConfig.List.Skip(1).Select(o => o.Name),
        ];
    }

    private static void Forget(JsonObject options, IEnumerable<string> names)
    {
        foreach (string name in names)
            options.Remove(name);
    }

    /// <summary>Names of all options of any run: the common ones, then those of models.</summary>
    private static IReadOnlyList<OptionDescriptor> All { get; } = [.. RunConfig.List, .. ModelCatalog.Options];
}
