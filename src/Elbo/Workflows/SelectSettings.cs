using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Selection;
using Elbo.Training.Runs;

namespace Elbo.Workflows;

/// <summary>
/// The object <c>select</c> of a recipe or a config file: what is chosen of the images once the run is trained.
/// </summary>
internal static class SelectSettings
{
    /// <summary>What the object is called.</summary>
    public const string Key = RunSettings.SelectionKey;

    private static readonly string[] Names = ["strategy", "split", "budget", "fraction", "all-images"];

    /// <summary>The selection that a layer of options asks for; null where it asks for none.</summary>
    /// <param name="values">The layer.</param>
    /// <param name="source">Where it is from, for complaints.</param>
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
        var usual = new SelectOptions();
        var options = usual with
        {
            Strategy = Value<string>(given, "strategy", "a text", source) ?? usual.Strategy,
            Split = Value<string>(given, "split", "a text", source) ?? usual.Split,
            Budget = Value<int?>(given, "budget", "a whole number", source),
            Fraction = Value<double?>(given, "fraction", "a number", source),
            AllImages = Value<bool?>(given, "all-images", "true or false", source) ?? usual.AllImages,
        };
        try
        {
            var strategy = SelectionCatalog.Get(options.Strategy);
            string[] own = [.. given.Select(option => option.Key).Except(Names)];
            if (
                own.FirstOrDefault(name =>
                    !SelectionCatalog.All.Any(entry => entry.Options.Any(option => option.Name == name))
                ) is
                { } unknown
            )
                throw NearestName.Unknown(
                    "option",
                    unknown,
                    [.. Names, .. strategy.Options.Select(option => option.Name)]
                );
            options = options with
            {
                StrategyOptions = own.ToDictionary(
                    name => name,
                    name => Value<double?>(given, name, "a number", source) ?? double.NaN
                ),
            };
            options.Validate();
        }
        catch (ArgumentException e) when (!e.Message.StartsWith(source, StringComparison.Ordinal))
        {
            throw new ArgumentException($"{source}: {Key}: {e.Message}", e);
        }
        return options;
    }

    private static T? Value<T>(JsonObject values, string name, string need, string source)
    {
        try
        {
            return values[name] is { } value ? value.Deserialize<T>() : default;
        }
        catch (JsonException e)
        {
            throw new ArgumentException(
                $"{source}: {Key}: {name} is {values[name]!.ToJsonString()}; it must be {need}.",
                e
            );
        }
    }
}
