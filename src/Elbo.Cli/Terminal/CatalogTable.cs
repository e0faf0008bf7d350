using System.Text.Json.Nodes;

namespace Elbo.Cli.Terminal;

/// <summary>Prints a catalog as aligned lines, or as one JSON object.</summary>
internal static class CatalogTable
{
    /// <summary>A property of an entry.</summary>
    /// <param name="Key">Name in JSON.</param>
    /// <param name="Value">Value in JSON.</param>
    /// <param name="Text">Text for people; null uses the value.</param>
    public readonly record struct Cell(string Key, JsonNode? Value, string? Text = null)
    {
        public override string ToString() => Text ?? Value?.ToString() ?? "";
    }

    /// <summary>Prints entries. Each is a row of cells, of which the first is the name.</summary>
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
