using System.Text.Json.Nodes;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// The object <c>select</c> of a recipe or a config file: options of a selection that follows training.
/// </summary>
internal static class SelectSettings
{
    /// <summary>Name of the object.</summary>
    public const string Key = RunSettings.SelectionKey;

    /// <summary>
    /// The options in <see cref="SelectOptions.List"/> that a file can set; the others follow from the run.
    /// </summary>
    private static readonly string[] Names = ["strategy", "split", "budget", "fraction", "all-images"];

    /// <summary>Reads the selection of a layer of options; null if it has none.</summary>
    /// <param name="values">The layer.</param>
    /// <param name="source">Source of the layer, for messages.</param>
    /// <exception cref="ArgumentException">An option is unknown, of the wrong type or out of range.</exception>
    public static SelectOptions? Read(JsonObject values, string source)
    {
        ArgumentNullException.ThrowIfNull(values);
        if (!values.TryGetPropertyValue(Key, out var node))
            return null;
        if (node is not JsonObject given)
            throw new ArgumentException(
                $"{source}: {Key} must be an object of options, as in {{ \"strategy\": \"random\" }}."
            );
        try
        {
            var options = SelectOptions.List.Read(new SelectOptions(), Part(given, Names.Contains));
            options = options with { StrategyOptions = ReadStrategy(options.Strategy, Part(given, IsOfStrategy)) };
            options.Validate();
            return options;
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{source}: {Key}: {e.Message}", e);
        }
    }

    /// <summary>Reads the options of a strategy, for <see cref="SelectOptions.StrategyOptions"/>.</summary>
    /// <exception cref="ArgumentException">An option belongs to no strategy, or has the wrong type.</exception>
    public static IReadOnlyDictionary<string, double> ReadStrategy(string strategy, JsonObject given)
    {
        var result = new Dictionary<string, double>();
        foreach (var (name, value) in given)
        {
            var own = SelectionCatalog.Get(strategy).Options;
            var option =
                own.Concat(SelectionCatalog.Options).FirstOrDefault(option => option.Name == name)
                ?? throw NearestName.Unknown("option", name, [.. Names, .. own.Select(option => option.Name)]);
            option.Check(value);
            result[name] = OptionFormat.Double.Read(name, value);
        }
        return result;
    }

    private static bool IsOfStrategy(string name) => !Names.Contains(name);

    private static JsonObject Part(JsonObject values, Func<string, bool> chosen) =>
        new(values.Where(v => chosen(v.Key)).Select(v => KeyValuePair.Create(v.Key, v.Value?.DeepClone())));
}
