using System.Text.Json.Nodes;
using Elbo.Formats;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Selecting;

/// <summary>A selection in the folder of a run, as <see cref="SelectWorkflow"/> has written it.</summary>
/// <param name="Name">Name of its folder.</param>
/// <param name="Choice">The images that it was chosen from.</param>
/// <param name="Strategy">The strategy that chose.</param>
/// <param name="Indices">Indices of the chosen images, in the order of choice.</param>
/// <param name="Notes">Remarks for the user, one line each.</param>
internal sealed record StoredSelection(
    string Name,
    ImageChoice Choice,
    string Strategy,
    IReadOnlyList<int> Indices,
    IReadOnlyList<string> Notes
)
{
    /// <summary>Names of the selections of a run, the newest first.</summary>
    public static IReadOnlyList<string> Names(RunFolder run) =>
        OutputFolder.Names(Path.GetDirectoryName(run.Selection("any"))!, SelectionWriter.TableName);

    /// <summary>Reads a selection.</summary>
    /// <exception cref="ArgumentException">The run has no selection of that name.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static StoredSelection Read(RunFolder run, string name)
    {
        if (!Names(run).Contains(name))
            throw new ArgumentException($"{run.Name} has no selection '{name}'.");
        string folder = run.Selection(name),
            table = Path.Combine(folder, SelectionWriter.TableName),
            settings = Path.Combine(folder, SelectionWriter.SettingsName);
        var json = StrictJson.ParseObject(RegularFile.ReadAllText(settings), settings, "a selection");
        try
        {
            string? source = Text(json, "source");
            return new StoredSelection(
                name,
                source is null ? ImageChoice.OfSplit(Text(json, "split") ?? "test") : ImageChoice.OfPath(source),
                Text(json, "strategy") ?? "",
                ReadIndices(table),
                [.. (json["notes"]?.AsArray() ?? []).Select(note => $"{note}")]
            );
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException($"{settings}: {FormatBoundary.Reason(e)}", e);
        }
    }

    private static string? Text(JsonObject json, string name) => json[name]?.GetValue<string>();

    private static List<int> ReadIndices(string table)
    {
        using var reader = CsvReader.WithAnySeparator(table);
        int column = Array.IndexOf([.. reader.Columns], "index");
        if (column < 0)
            throw new InvalidDataException($"{table} has the columns {reader.ColumnNames}; it needs index.");
        var indices = new List<int>();
        while (reader.Read())
            indices.Add(reader.Number<int>(column));
        return indices;
    }
}
