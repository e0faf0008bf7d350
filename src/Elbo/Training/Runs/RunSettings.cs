using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Elbo.Formats;
using Elbo.Models;

namespace Elbo.Training.Runs;

/// <summary>
/// Options from several places laid over each other: a recipe, a config file, the command line; the last one wins.
/// </summary>
public static class RunSettings
{
    private static readonly JsonSerializerOptions JsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.KebabCaseLower,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new KebabEnumConverterFactory(), new ImageSizeConverter(), new BackgroundColourConverter() },
    };

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

    /// <summary>Options that say something about the choice of another.</summary>
    private static readonly (string Choice, string[] About)[] Dependent =
    [
        ("schedule", ["schedule-period", "schedule-milestones", "schedule-factor", "schedule-patience"]),
        ("noise", ["noise-factor"]),
        ("dataset", ["images", "image-size", "colour", "background", "strict", "test-fraction"]),
    ];

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
            // in parts.
            foreach (var option in ModelCatalog.Options.Where(o => own.ContainsKey(o.Name)))
                Forget(combined, option.Replaces);
            // Likewise another schedule, kind of noise or dataset forgets what was said about the one before, and the
            // two ways of saying when a step comes exclude each other.
            foreach (var (choice, about) in Dependent)
                if (own[choice] is { } chosen && combined[choice] is { } before && !JsonNode.DeepEquals(chosen, before))
                    Forget(combined, about);
            if (own.ContainsKey("schedule-period"))
                Forget(combined, ["schedule-milestones"]);
            if (own.ContainsKey("schedule-milestones"))
                Forget(combined, ["schedule-period"]);
            foreach (var (key, value) in own)
                (combined[key], sources[key]) = (value?.DeepClone(), source);
        }
        return Build(combined, sources);
    }

    /// <summary>Complains of unknown names and of values of the wrong type, whichever model they are for.</summary>
    private static void Check(JsonObject layer, string source)
    {
        var values = (JsonObject)layer.DeepClone();
        if (values.ContainsKey(ModelKey) && TakeText(values, ModelKey) is null)
            throw new ArgumentException($"{source}: {ModelOption.WrongType(ModelKey, layer[ModelKey], "a text")}");
        foreach (var (name, value) in Take(values, name => ModelCatalog.Options.Any(o => o.Name == name)))
        {
            try
            {
                ModelCatalog.Options.First(o => o.Name == name).Check(value);
            }
            catch (ArgumentException e)
            {
                throw new ArgumentException($"{source}: {e.Message}", e);
            }
        }
        Read(values, source);
    }

    /// <summary>
    /// The options of checked layers: those of the model apart, for only the chosen one can read them.
    /// </summary>
    private static RunConfig Build(JsonObject values, Dictionary<string, string> sources)
    {
        var model = TakeText(values, ModelKey) is { } name
            ? ModelCatalog.Get(name)
            : ModelCatalog.Of(new RunConfig().ModelOptions);
        var own = Take(values, option => ModelCatalog.Options.Any(o => o.Name == option));
        if (own.Select(o => o.Key).FirstOrDefault(option => !Has(model, option)) is { } foreign)
            throw new ArgumentException(
                $"{sources[foreign]}: {model.Name} has no option '{foreign}'; models that have it: "
                    + $"{string.Join(", ", ModelCatalog.All.Where(m => Has(m, foreign)).Select(m => m.Name))}."
            );
        return Read(values, "the options") with { ModelOptions = model.Read(own) };
    }

    private static bool Has(ModelEntry model, string option) => model.Options.Any(o => o.Name == option);

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
        AtomicFile.WriteText(run.Config, ToJson(config).ToJsonString(JsonOptions) + "\n");
    }

    /// <summary>Every option that has a value, spelled out, by its name.</summary>
    internal static JsonObject ToJson(RunConfig config)
    {
        // The model's options come after its name, before what is the same for every model.
        var common = JsonSerializer.SerializeToNode(config.Resolve(), JsonOptions)!.AsObject();
        var all = new JsonObject { [ModelKey] = TakeText(common, ModelKey) };
        foreach (var (name, value) in ModelCatalog.Of(config.ModelOptions).Write(config.ModelOptions))
            all[name] = value?.DeepClone();
        foreach (var (name, value) in common)
            all[name] = value?.DeepClone();
        return all;
    }

    /// <summary>
    /// Every option that such a run has, with a value or without, in the order of <see cref="ToJson"/>; not those that
    /// only stand for others.
    /// </summary>
    internal static IEnumerable<string> NamesFor(RunConfig config)
    {
        var model = ModelCatalog.Of(config.ModelOptions);
        var written = model.Write(config.ModelOptions);
        return
        [
            ModelKey,
            .. model.Options.Where(o => o.Replaces.Count == 0 || written.ContainsKey(o.Name)).Select(o => o.Name),
            .. CommonNames,
        ];
    }

    private static RunConfig Read(JsonObject values, string source)
    {
        try
        {
            return values.Deserialize<RunConfig>(JsonOptions)!;
        }
        catch (JsonException e) when (e.Message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            string unknown = values.Select(v => v.Key).First(k => !Names.Contains(k));
            throw new ArgumentException(
                $"{source}: there is no option '{unknown}'; there are {string.Join(", ", Names)}.",
                e
            );
        }
        catch (JsonException e)
        {
            string option = OptionOf(e.Path);
            string reason =
                e.InnerException is null && e.Message.StartsWith('\'')
                    ? $"{option}: {e.Message.Split(" Path:")[0]}"
                    : ModelOption.WrongType(option, values[option], Need(option));
            throw new ArgumentException($"{source}: {reason}", e);
        }
    }

    /// <summary>The option that a path such as <c>$['latent-dim']</c> or <c>$.hidden[1]</c> leads to.</summary>
    private static string OptionOf(string? path)
    {
        string rest = (path ?? "$").TrimStart('$');
        return rest.StartsWith("['", StringComparison.Ordinal)
            ? rest[2..rest.IndexOf("']", StringComparison.Ordinal)]
            : rest.TrimStart('.').Split('[', '.')[0];
    }

    /// <summary>What an option takes, in words.</summary>
    private static string Need(string option)
    {
        var type = typeof(RunConfig)
            .GetProperties()
            .First(p => JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name) == option)
            .PropertyType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(float) ? "a number"
            : type == typeof(int) ? "a whole number"
            : type == typeof(ulong) ? "a whole number, 0 or more,"
            : type == typeof(bool) ? "true or false"
            : type == typeof(IReadOnlyList<int>) ? "a list of whole numbers"
            : "a text";
    }

    private static void Forget(JsonObject options, IReadOnlyList<string> names)
    {
        foreach (string name in names)
            options.Remove(name);
    }

    /// <summary>Removes the chosen options from <paramref name="values"/> and gives them, in their order.</summary>
    private static JsonObject Take(JsonObject values, Func<string, bool> chosen)
    {
        var taken = new JsonObject(
            values.Where(v => chosen(v.Key)).Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone()))
        );
        foreach (var (name, _) in taken)
            values.Remove(name);
        return taken;
    }

    /// <summary>Removes a text and gives it; null where there is none, or something else.</summary>
    private static string? TakeText(JsonObject values, string name) =>
        values.Remove(name, out var value) && value is JsonValue text && text.TryGetValue(out string? read)
            ? read
            : null;

    /// <summary>Every option by the name it has in files and on the command line.</summary>
    private static IReadOnlyList<string> Names =>
        [ModelKey, .. CommonNames, .. ModelCatalog.Options.Select(o => o.Name)];

    /// <summary>The options that every model has, but its own name.</summary>
    private static IReadOnlyList<string> CommonNames { get; } =
    [
        .. JsonSerializerOptions
            .Default.GetTypeInfo(typeof(RunConfig))
            .Properties.Select(p => JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name))
            .Except([ModelKey, "model-options"]),
    ];
}
