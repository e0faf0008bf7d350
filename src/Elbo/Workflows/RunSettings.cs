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
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
        Converters = { new KebabEnumConverterFactory() },
    };

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
            foreach (var (key, value) in own) combined[key] = value?.DeepClone();
            // A layer that sets all hidden widths at once replaces what a weaker one said of either side.
            if (own.ContainsKey("hidden"))
                foreach (string side in (ReadOnlySpan<string>)["encoder-hidden", "decoder-hidden"])
                    if (!own.ContainsKey(side)) combined.Remove(side);
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
        if (!File.Exists(path)) throw new FileNotFoundException($"there is no config file {path}.", path);
        return Parse(File.ReadAllText(path), path);
    }

    /// <summary>A JSON object from text.</summary>
    /// <exception cref="InvalidDataException">It is none; the message names <paramref name="source"/> and the line.</exception>
    public static JsonObject Parse(string text, string source)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true }) as JsonObject
                ?? throw new InvalidDataException($"{source} does not hold a JSON object of options.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{source} is not valid JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}.", e);
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
            throw new InvalidDataException(e.Message, e);
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
            string option = (e.Path ?? "$").TrimStart('$', '.').Trim('[', ']', '\'');
            string reason = e.InnerException is null && e.Message.StartsWith('\'') ? e.Message.Split(" Path:")[0] : "the value has the wrong type.";
            throw new ArgumentException($"{source}: {option}: {reason}", e);
        }
    }

    /// <summary>Every option by the name it has in files and on the command line.</summary>
    private static IReadOnlyList<string> Names { get; } =
        [.. JsonSerializerOptions.Default.GetTypeInfo(typeof(RunConfig)).Properties.Select(p => JsonNamingPolicy.KebabCaseLower.ConvertName(p.Name))];
}
