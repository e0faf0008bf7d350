using System.Text.Json.Nodes;

namespace Elbo.Cli.Terminal;

/// <summary>A catalog as aligned lines, or as one JSON object.</summary>
internal static class CatalogTable
{
    /// <summary>Prints entries, each a row of named cells, the first the name.</summary>
    public static int Print(string catalog, bool json, IReadOnlyList<(string Key, string Value)[]> rows)
    {
        if (json)
        {
            var list = new JsonArray([.. rows.Select(row => new JsonObject(row.Select(cell => KeyValuePair.Create(cell.Key, (JsonNode?)cell.Value))))]);
            Console.WriteLine(new JsonObject { [catalog] = list }.ToJsonString());
            return Report.Success;
        }
        if (rows.Count == 0) return Report.Success;
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Value.Length))];
        foreach (var row in rows)
            Console.WriteLine(string.Join("  ", row.Select((cell, i) => i == row.Length - 1 ? cell.Value : cell.Value.PadRight(widths[i]))));
        return Report.Success;
    }
}
