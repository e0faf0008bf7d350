using System.Collections.Immutable;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Formats;

namespace Elbo.Workflows.Labelling;

/// <summary>
/// The files of a labelling. <c>labels.csv</c> has a row per image to label, in their order, with the columns
/// <c>file</c> or <c>index</c>, and <c>label</c>, which is empty for images without a label: <c>elbo select
/// --labelled</c> reads it. <c>labelling.json</c> has the rest: the images to choose from, the classes in order, which
/// images were put off, the image to go on with, and the steps that can be undone.
/// </summary>
/// <remarks>
/// Each file is replaced atomically, the labels first. So a process that is killed between the two leaves a label and
/// an older <c>labelling.json</c>, which <see cref="Read"/> brings together. A person may edit the labels.
/// </remarks>
internal sealed class LabelFiles(string folder)
{
    /// <summary>Name of the table.</summary>
    public const string TableName = "labels.csv";

    /// <summary>Name of the file that makes a folder a labelling.</summary>
    public const string StateName = "labelling.json";

    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private (DateTime, long, DateTime, long) _seen;

    /// <summary>Path of the folder.</summary>
    public string Folder => folder;

    /// <summary>Path of the table.</summary>
    public string Table => Path.Combine(folder, TableName);

    private string State => Path.Combine(folder, StateName);

    /// <summary>Whether somebody else has written the files since they were last read or written here.</summary>
    public bool HaveChanged => _seen != Stamp();

    /// <summary>Reads a labelling.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or an image has two labels.</exception>
    public LabelState Read()
    {
        var seen = Stamp();
        string text = File.Exists(State)
            ? RegularFile.ReadAllText(State)
            : throw new FileNotFoundException($"{folder} is not a labelling: it has no {StateName}.");
        var json = StrictJson.ParseObject(text, State, "a labelling");
        LabelState state;
        try
        {
            state = LabelJson.Read(json);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException)
        {
            throw new InvalidDataException($"{State}: {FormatBoundary.Reason(e)}", e);
        }
        state = ReadTable(state, LabelJson.Skipped(json));
        _seen = seen;
        return state;
    }

    /// <summary>Writes what differs from the last state; everything if there is none.</summary>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(LabelState? before, LabelState state)
    {
        bool labelsDiffer =
            before is null
            || !before
                .Items.Select(item => (item.Image, item.Label))
                .SequenceEqual(state.Items.Select(i => (i.Image, i.Label)));
        if (labelsDiffer)
            Csv.Save(Table, TableOf(state));
        AtomicFile.WriteText(State, LabelJson.Write(state).ToJsonString(Readable) + "\n");
        _seen = Stamp();
    }

    private static DataTable TableOf(LabelState state)
    {
        var table = new DataTable(state.ByFile ? "file" : "index", "label");
        foreach (var item in state.Items)
            table.Add(
                state.ByFile ? item.Image : int.Parse(item.Image, NumberStyles.None, CultureInfo.InvariantCulture),
                item.Label
            );
        return table;
    }

    private LabelState ReadTable(LabelState state, HashSet<string> skipped)
    {
        using var reader = CsvReader.WithAnySeparator(Table);
        string[] columns = [.. reader.Columns.Select(column => column.Trim().ToLowerInvariant())];
        int image = Array.IndexOf(columns, state.ByFile ? "file" : "index"),
            label = Array.IndexOf(columns, "label");
        if (image < 0 || label < 0)
            throw new InvalidDataException(
                $"{Table} has the columns {reader.ColumnNames}; it needs {(state.ByFile ? "file" : "index")} and label."
            );
        var items = ImmutableArray.CreateBuilder<LabelItem>();
        var known = new Dictionary<string, string?>();
        while (reader.Read())
        {
            string name = state.ByFile
                ? reader.Text(image)
                : reader.Number<uint>(image).ToString(CultureInfo.InvariantCulture);
            string? given = null;
            if (!string.IsNullOrWhiteSpace(reader.Text(label)))
                try
                {
                    state = state.WithClass(reader.Text(label), out given);
                }
                catch (ArgumentException e)
                {
                    throw reader.Error(FormatBoundary.Reason(e));
                }
            if (!known.TryAdd(name, given))
                throw reader.Error($"{name} is there twice; an image has one row.");
            items.Add(new LabelItem(name, given, given is null && skipped.Contains(name)));
        }
        return state with { Items = items.ToImmutable() };
    }

    private (DateTime, long, DateTime, long) Stamp()
    {
        var (table, state) = (new FileInfo(Table), new FileInfo(State));
        return (
            table.Exists ? table.LastWriteTimeUtc : default,
            table.Exists ? table.Length : -1,
            state.Exists ? state.LastWriteTimeUtc : default,
            state.Exists ? state.Length : -1
        );
    }
}

/// <summary>Reads and writes <c>labelling.json</c>.</summary>
internal static class LabelJson
{
    public static JsonObject Write(LabelState state) =>
        new()
        {
            ["split"] = state.Choice.Images is null ? state.Choice.SplitName : null,
            ["source"] = state.Choice.Images,
            ["by"] = state.ByFile ? "file" : "index",
            ["classes"] = Texts(state.Classes),
            ["skipped"] = Texts(state.Items.Where(item => item.IsSkipped).Select(item => item.Image)),
            ["unsure"] = Texts(state.Unsure.Order(StringComparer.Ordinal)),
            ["position"] = state.Position,
            ["rounds"] = new JsonArray([
                .. state.Rounds.Select(round => new JsonObject { ["by"] = round.By, ["images"] = round.Count }),
            ]),
            ["steps"] = new JsonArray([
                .. state.Steps.Select(step => new JsonObject
                {
                    ["image"] = step.After.Image,
                    ["before"] = Word(step.Before),
                    ["after"] = Word(step.After),
                }),
            ]),
        };

    public static LabelState Read(JsonObject json)
    {
        string? split = Text(json, "split"),
            source = Text(json, "source");
        var choice = source is null ? ImageChoice.OfSplit(split ?? "test") : ImageChoice.OfPath(source);
        choice.Validate();
        var state = new LabelState
        {
            Choice = choice,
            ByFile = Text(json, "by") switch
            {
                "file" => true,
                "index" => false,
                var other => throw new ArgumentException($"by is {other ?? "missing"}; it must be file or index."),
            },
            Position = Text(json, "position"),
            Unsure = [.. Strings(json, "unsure")],
            Rounds =
            [
                .. Objects(json, "rounds")
                    .Select(round => new LabelRound(Text(round, "by") ?? "", Number(round, "images"))),
            ],
            Steps =
            [
                .. Objects(json, "steps")
                    .Select(step =>
                    {
                        string image = Text(step, "image") ?? throw new ArgumentException("a step has no image.");
                        return new LabelStep(Item(image, step["before"]), Item(image, step["after"]), null);
                    }),
            ],
        };
        foreach (string name in Strings(json, "classes"))
            state = state.WithClass(name, out _);
        return state;
    }

    /// <summary>The images that were put off.</summary>
    public static HashSet<string> Skipped(JsonObject json) => [.. Strings(json, "skipped")];

    /// <summary>A label as a text, "put off" as true, and neither as null.</summary>
    private static JsonValue? Word(LabelItem item) =>
        item.Label is { } label ? JsonValue.Create(label)
        : item.IsSkipped ? JsonValue.Create(true)
        : null;

    private static LabelItem Item(string image, JsonNode? word) =>
        word?.GetValueKind() switch
        {
            null => new LabelItem(image),
            JsonValueKind.True => new LabelItem(image, IsSkipped: true),
            _ => new LabelItem(image, word.GetValue<string>()),
        };

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)text)]);

    private static string? Text(JsonObject json, string name) => json[name]?.GetValue<string>();

    private static int Number(JsonObject json, string name) => json[name]?.GetValue<int>() ?? 0;

    private static IEnumerable<string> Strings(JsonObject json, string name) =>
        (json[name]?.AsArray() ?? []).Select(node =>
            node?.GetValue<string>() ?? throw new ArgumentException($"{name} has an entry that is null.")
        );

    private static IEnumerable<JsonObject> Objects(JsonObject json, string name) =>
        (json[name]?.AsArray() ?? []).Select(node =>
            node as JsonObject ?? throw new ArgumentException($"{name} must hold objects.")
        );
}
