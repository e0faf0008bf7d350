using System.Text.Json.Nodes;
using Elbo.Workflows.Runs;

namespace Elbo.Cli.Terminal;

/// <summary>Rows of text in aligned columns, two spaces apart.</summary>
internal static class AlignedColumns
{
    /// <summary>One line per row, without spaces at its end.</summary>
    /// <param name="rows">Rows with the same number of cells, the head among them.</param>
    /// <param name="right">Columns whose cells are aligned to the right.</param>
    public static IEnumerable<string> Lines(IReadOnlyList<string[]> rows, params IReadOnlyList<int> right)
    {
        if (rows.Count == 0)
            return [];
        rows = [.. rows.Select(row => Array.ConvertAll(row, VisibleText.Of))];
        int[] widths = [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Max(row => row[i].Length))];
        string Cell(string cell, int i) => right.Contains(i) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]);
        return rows.Select(row => string.Join("  ", row.Select(Cell)).TrimEnd());
    }
}

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
        foreach (string line in AlignedColumns.Lines([.. rows.Select(row => Array.ConvertAll(row, c => c.ToString()))]))
            Console.WriteLine(line);
        return Report.Success;
    }
}

/// <summary>Prints runs that differ in their seed, and which of them has the lowest loss.</summary>
internal static class SeedTable
{
    /// <summary>Prints one line per run and one for the best.</summary>
    public static void Print(IReadOnlyList<SeedRun> runs, TextWriter output)
    {
        foreach (var run in runs)
        {
            string figures = string.Concat(run.Result.Figures.Select(f => $"  {f.Name} {f.Value:0.###}"));
            output.WriteLine($"seed {run.Seed}  {run.Result.Split} loss {run.Result.Loss:F2}{figures}  {run.Run.Path}");
        }
        var best = SeedSearch.Best(runs);
        output.WriteLine($"elbo: seed {best.Seed} has the lowest {best.Result.Split} loss.");
    }

    /// <summary>The best run and the loss of each as JSON.</summary>
    public static JsonObject Json(IReadOnlyList<SeedRun> runs)
    {
        var best = SeedSearch.Best(runs);
        return new JsonObject
        {
            ["run"] = best.Run.Path,
            ["seed"] = best.Seed,
            ["seeds"] = new JsonArray([
                .. runs.Select(run => new JsonObject
                {
                    ["seed"] = run.Seed,
                    ["run"] = run.Run.Path,
                    ["split"] = run.Result.Split,
                    ["loss"] = run.Result.Loss,
                }),
            ]),
        };
    }
}
