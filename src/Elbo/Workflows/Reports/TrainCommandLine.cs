using System.Text.Json.Nodes;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>
/// The <c>elbo train</c> that computes what a run computed, with the options that differ from the default and no
/// others.
/// </summary>
internal static class TrainCommandLine
{
    /// <summary>The command for a shell of Unix.</summary>
    public static string Of(RunConfig config)
    {
        var wanted = RunSettings.ToJson(config);
        var given = (JsonObject)wanted.DeepClone();
        // One option may follow from another, as dropout does from the hidden widths: each is left out where the others
        // give the same without it.
        foreach (string name in wanted.Select(option => option.Key))
        {
            var without = (JsonObject)given.DeepClone();
            without.Remove(name);
            if (Gives(without, wanted))
                given = without;
        }
        return string.Join(' ', given.Select(option => Argument(option.Key, option.Value!)).Prepend("elbo train"));
    }

    private static bool Gives(JsonObject options, JsonObject wanted)
    {
        try
        {
            return JsonNode.DeepEquals(RunSettings.ToJson(RunSettings.Combine(("the run", options))), wanted);
        }
        catch (ArgumentException)
        {
            // Some options need others.
            return false;
        }
    }

    /// <summary>A word that a shell takes as it is.</summary>
    public static string Quoted(string word) =>
        word.Length > 0
        && word.All(c => char.IsAsciiLetterOrDigit(c) || "_-./:,=+@%".Contains(c, StringComparison.Ordinal))
            ? word
            : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private static string Argument(string name, JsonNode value) =>
        value switch
        {
            JsonValue flag when flag.TryGetValue(out bool on) => on ? $"--{name}" : $"--{name} false",
            JsonArray list => $"--{name} {Quoted(string.Join(',', list))}",
            // What begins with a hyphen would be read as an option.
            _ => value.ToString() is ['-', ..] text
                ? $"--{name}={Quoted(text)}"
                : $"--{name} {Quoted(value.ToString())}",
        };
}
