using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>
/// The <c>elbo train</c> command that repeats a run, with only the options that differ from the default.
/// </summary>
internal static class TrainCommandLine
{
    private const string ClassesKey = "condition-classes";

    /// <summary>Creates the command for a Unix shell.</summary>
    public static string Of(RunConfig config) => Of(Given(config));

    /// <summary>Creates the command for a Unix shell from options in the form of a config file.</summary>
    public static string Of(JsonObject given) =>
        string.Join(' ', given.Select(option => Argument(option.Key, option.Value!)).Prepend("elbo train"));

    /// <summary>The options of a run that have to be given to repeat it.</summary>
    public static JsonObject Given(RunConfig config)
    {
        var wanted = RunSettings.ToJson(config);
        // The classes follow from the images, which are not read here.
        if (FollowClasses(config))
            wanted.Remove(ClassesKey);
        var given = (JsonObject)wanted.DeepClone();
        // One option may follow from another, as dropout does from the hidden widths. Each is omitted if the others
        // give the same result without it. The second pass omits what depended on a later option, as a network on its
        // own options.
        string[] names = [.. wanted.Select(option => option.Key)];
        foreach (string name in names.Concat(names))
        {
            // The path of images implies their dataset, but only while the files are there.
            if (name == "dataset" && given.ContainsKey("images"))
                continue;
            var without = (JsonObject)given.DeepClone();
            without.Remove(name);
            if (Gives(without, wanted))
                given = without;
        }
        return given;
    }

    /// <summary>
    /// Whether the classes of the condition are those of the dataset, as far as they are known by name.
    /// </summary>
    private static bool FollowClasses(RunConfig config) =>
        config.ModelOptions.Condition is { } classes
        && DatasetCatalog.All.FirstOrDefault(source => source.Name == config.Dataset) is { } dataset
        && (dataset.ClassCount == 0 || dataset.ClassNames.SequenceEqual(classes));

    private static bool Gives(JsonObject options, JsonObject wanted)
    {
        try
        {
            return JsonNode.DeepEquals(RunSettings.ToJson(RunSettings.Combine(("the run", options))), wanted);
        }
        catch (ArgumentException)
        {
            // Some options require others.
            return false;
        }
    }

    /// <summary>A word quoted for the shell if necessary.</summary>
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
            // A word that begins with a hyphen would be read as an option.
            _ => value.ToString() is ['-', ..] text
                ? $"--{name}={Quoted(text)}"
                : $"--{name} {Quoted(value.ToString())}",
        };
}
