using System.Text.Json.Nodes;

namespace Elbo.Cli.Terminal;

/// <summary>A catalog as aligned lines, or as one JSON object.</summary>
internal static class CatalogTable
{
    /// <summary>One property of an entry.</summary>
    /// <param name="Key">Its name in JSON.</param>
    /// <param name="Value">Its value in JSON.</param>
    /// <param name="Text">What a person reads instead; null for the value itself.</param>
    public readonly record struct Cell(string Key, JsonNode? Value, string? Text = null)
    {
        public override string ToString() => Text ?? Value?.ToString() ?? "";
    }

    /// <summary>Prints entries, each a row of cells, the first the name.</summary>
    public static int Print(string catalog, bool json, IReadOnlyList<Cell[]> rows)
    {
        if (json)
        {
            var list = new JsonArray([
                .. rows.Select(row => new JsonObject(row.Select(cell => KeyValuePair.Create(cell.Key, cell.Value)))),
            ]);
            Console.WriteLine(new JsonObject { [catalog] = list }.ToJsonString());
            return Report.Success;
        }
        if (rows.Count == 0)
            return Report.Success;
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].ToString().Length))];
        foreach (var row in rows)
            Console.WriteLine(
                string.Join("  ", row.Select((cell, i) => cell.ToString().PadRight(widths[i]))).TrimEnd()
            );
        return Report.Success;
    }
}
