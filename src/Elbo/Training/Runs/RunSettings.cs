using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Formats;
using Elbo.Models;

namespace Elbo.Training.Runs;

/// <summary>
/// Options from several places laid over each other: a recipe, a config file, the command line; the last one wins.
/// </summary>
public static class RunSettings
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private static readonly JsonDocumentOptions DocumentOptions = new()
    {
        CommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        AllowDuplicateProperties = false,
    };

    private const string ModelKey = "model";

    /// <summary>What a recipe says of the choice of images for labelling.</summary>
    internal const string SelectionKey = "select";

    /// <summary>
    /// Keys of a recipe that say nothing of the run: what is for its readers, and what is done with the run when it is
    /// trained.
    /// </summary>
    private static readonly string[] RecipeKeys = ["description", SelectionKey];

    /// <summary>The options of one run.</summary>
    /// <param name="layers">JSON objects with where they come from, the weakest first.</param>
    /// <exception cref="ArgumentException">An option that is unknown or not the model's, or a value that does not fit;
    /// the message says where.</exception>
    public static RunConfig Combine(params IEnumerable<(string Source, JsonObject Values)> layers)
    {
        var config = Merge(layers);
        config.Validate();
        return config;
    }

    private static RunConfig Merge(params IEnumerable<(string Source, JsonObject Values)> layers)
    {
        var combined = new JsonObject();
        var sources = new Dictionary<string, string>();
        foreach (var (source, values) in layers)
        {
            // Each layer is read by itself first, so that a complaint names the file it is about.
            var own = (JsonObject)values.DeepClone();
            foreach (string key in RecipeKeys)
                own.Remove(key);
            Check(own, source);
            // What a layer decides with one option, such as all hidden widths at once, replaces what a weaker one said
            // in parts; and another network, schedule, kind of noise or dataset drops what was said about the one
            // before.
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

    /// <summary>Complains of unknown names and of values of the wrong type, whichever model they are for.</summary>
    private static void Check(JsonObject layer, string source)
    {
        try
        {
            foreach (var (name, value) in layer)
            {
                var option =
                    All.FirstOrDefault(o => o.Name == name)
                    ?? throw NearestName.Unknown("option", name, [.. All.Select(o => o.Name)]);
                option.Check(value);
            }
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{source}: {e.Message}", e);
        }
    }

    /// <summary>
    /// The options of checked layers: those of the model apart, for only the chosen one can read them.
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

    /// <summary>The options in a file such as the <c>config.json</c> of a run.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not a JSON object.</exception>
    public static JsonObject ReadFile(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"there is no config file '{path}'.", path);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>A JSON object from text.</summary>
    /// <exception cref="InvalidDataException">It is none; the message names <paramref name="source"/> and the
    /// line.</exception>
    public static JsonObject Parse(string text, string source)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: DocumentOptions) as JsonObject
                ?? throw new InvalidDataException($"{source} does not hold a JSON object of options.");
        }
        catch (JsonException e) when (e.LineNumber is { } line)
        {
            throw new InvalidDataException(
                $"{source} is not valid JSON: line {line + 1}, byte {e.BytePositionInLine + 1}.",
                e
            );
        }
        catch (JsonException e)
        {
            // Of valid JSON only a name that comes twice is refused; its complaint has no position.
            throw new InvalidDataException(
                $"{source}: {e.Message.Replace(" encountered during deserialization", "", StringComparison.Ordinal)}",
                e
            );
        }
    }

    /// <summary>The options of an existing run, whose images need not be of a dataset in the catalog.</summary>
    /// <exception cref="InvalidDataException">Its <c>config.json</c> is damaged.</exception>
    public static RunConfig Load(RunFolder run)
    {
        try
        {
            var config = Merge((run.Config, ReadFile(run.Config)));
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

    /// <summary>Writes the options, spelled out, to the run folder.</summary>
    public static void Save(RunConfig config, RunFolder run)
    {
        ArgumentNullException.ThrowIfNull(config);
        AtomicFile.WriteText(run.Config, ToJson(config).ToJsonString(Indented) + "\n");
    }

    /// <summary>Every option that has a value, spelled out, by its name.</summary>
    internal static JsonObject ToJson(RunConfig config)
    {
        // The model's options come after its name, before what is the same for every model.
        var common = RunConfig.List.Write(config.Resolve());
        common.Remove(ModelKey);
        var all = new JsonObject { [ModelKey] = config.Model };
        foreach (var (name, value) in ModelCatalog.Of(config.ModelOptions).Write(config.ModelOptions).Concat(common))
            all[name] = value?.DeepClone();
        return all;
    }

    /// <summary>
    /// Every option that such a run has, with a value or without, in the order of <see cref="ToJson"/>; not those that
    /// only stand for others.
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

    /// <summary>Every option of any run: the common ones, and then those of models.</summary>
    private static IReadOnlyList<OptionDescriptor> All { get; } = [.. RunConfig.List, .. ModelCatalog.Options];
}
