using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Elbo.Formats;

namespace Elbo.Workflows;

/// <summary>Options from several places laid over each other: a recipe, a config file, the command line; the last one wins.</summary>
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
        Converters = { new KebabEnumConverterFactory(), new ImageSizeConverter() },
    };

    private static readonly JsonDocumentOptions DocumentOptions = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true, AllowDuplicateProperties = false };

    /// <summary>Keys that a recipe has for its readers.</summary>
    private static readonly string[] RecipeKeys = ["description"];

    /// <summary>The options of one run.</summary>
    /// <param name="layers">JSON objects with where they come from, the weakest first.</param>
    /// <exception cref="ArgumentException">An unknown option, or a value that does not fit; the message says where.</exception>
    public static RunConfig Combine(params IEnumerable<(string Source, JsonObject Values)> layers)
    {
        var combined = new JsonObject();
        foreach (var (source, values) in layers)
        {
            // Each layer is read by itself first, so that a complaint names the file it is about.
            var own = (JsonObject)values.DeepClone();
            foreach (string key in RecipeKeys) own.Remove(key);
            Read(own, source);
            // A layer that sets all hidden widths at once replaces what a weaker one said of either side, and another kind of noise its strength.
            if (own.ContainsKey("hidden")) Forget(combined, "encoder-hidden", "decoder-hidden");
            if (own["noise"] is { } noise && !JsonNode.DeepEquals(noise, combined["noise"])) Forget(combined, "noise-factor");
            // Options of a folder of images are of no use to another dataset.
            if (own["dataset"] is { } dataset && combined["dataset"] is { } weaker && !JsonNode.DeepEquals(dataset, weaker)) Forget(combined, "images", "image-size", "colour", "strict", "test-fraction");
            foreach (var (key, value) in own) combined[key] = value?.DeepClone();
        }
        var config = Read(combined, "the options");
        config.Validate();
        return config;
    }

    /// <summary>The options in a file such as the <c>config.json</c> of a run.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is not a JSON object.</exception>
    public static JsonObject ReadFile(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"there is no config file '{path}'.", path);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>A JSON object from text.</summary>
    /// <exception cref="InvalidDataException">It is none; the message names <paramref name="source"/> and the line.</exception>
    public static JsonObject Parse(string text, string source)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: DocumentOptions) as JsonObject ?? throw new InvalidDataException($"{source} does not hold a JSON object of options.");
        }
        catch (JsonException e) when (e.LineNumber is { } line)
        {
            throw new InvalidDataException($"{source} is not valid JSON: line {line + 1}, byte {e.BytePositionInLine + 1}.", e);
        }
        catch (JsonException e)
        {
            // Of valid JSON only a name that comes twice is refused; its complaint has no position.
            throw new InvalidDataException($"{source}: {e.Message.Replace(" encountered during deserialization", "", StringComparison.Ordinal)}", e);
        }
    }

    /// <summary>The options of an existing run.</summary>
    /// <exception cref="InvalidDataException">Its <c>config.json</c> is damaged.</exception>
    public static RunConfig Load(RunFolder run)
    {
        try
        {
            return Combine((run.Config, ReadFile(run.Config)));
        }
        catch (ArgumentException e)
        {
            string origin = $"{run.Config}: ";
            throw new InvalidDataException(e.Message.StartsWith(origin, StringComparison.Ordinal) ? e.Message : origin + e.Message, e);
        }
    }

    /// <summary>Writes the options, spelled out, to the run folder.</summary>
    public static void Save(RunConfig config, RunFolder run)
        => AtomicFile.WriteText(run.Config, JsonSerializer.Serialize(config.Resolve(), JsonOptions) + "\n");

    private static RunConfig Read(JsonObject values, string source)
    {
        try
        {
            return values.Deserialize<RunConfig>(JsonOptions)!;
        }
        catch (JsonException e) when (e.Message.Contains("could not be mapped", StringComparison.Ordinal))
        {
            string unknown = values.Select(v => v.Key).First(k => !Names.Contains(k));
            throw new ArgumentException($"{source}: there is no option '{unknown}'; there are {string.Join(", ", Names)}.", e);
        }
        catch (JsonException e)
        {
            string option = OptionOf(e.Path);
            string? got = Shown(values, option);
            string reason = e.InnerException is null && e.Message.StartsWith('\'') ? e.Message.Split(" Path:")[0] : $"{got} has the wrong type; {Need(option)} is needed.";
            throw new ArgumentException($"{source}: {option}: {reason}", e);
        }
    }

    /// <summary>The option that a path such as <c>$['latent-dim']</c> or <c>$.hidden[1]</c> leads to.</summary>
    private static string OptionOf(string? path)
    {
        string rest = (path ?? "$").TrimStart('$');
        return rest.StartsWith("['", StringComparison.Ordinal) ? rest[2..rest.IndexOf("']", StringComparison.Ordinal)] : rest.TrimStart('.').Split('[', '.')[0];
    }

    private static string Shown(JsonObject values, string option)
    {
        const int Longest = 60;
        string text = values[option]?.ToJsonString() ?? "null";
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    /// <summary>What an option takes, in words.</summary>
    private static string Need(string option)
    {
        var type = typeof(RunConfig).GetProperties().First(p => JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name) == option).PropertyType;
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(float) ? "a number"
            : type == typeof(int) ? "a whole number"
            : type == typeof(ulong) ? "a whole number, 0 or more,"
            : type == typeof(IReadOnlyList<int>) ? "a list of whole numbers"
            : type == typeof(string) ? "a text"
            : type == typeof(bool) ? "true or false"
            : "a list of names";
    }

    private static void Forget(JsonObject options, params ReadOnlySpan<string> names)
    {
        foreach (string name in names) options.Remove(name);
    }

    /// <summary>Every option by the name it has in files and on the command line.</summary>
    private static IReadOnlyList<string> Names { get; } =
        [.. JsonSerializerOptions.Default.GetTypeInfo(typeof(RunConfig)).Properties.Select(p => JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name))];
}
