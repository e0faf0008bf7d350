using System.Text.Json.Nodes;
using Elbo.Workflows;

namespace Elbo.Cli.Terminal;

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
