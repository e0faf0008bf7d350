using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>A <see cref="ModelEntry"/> whose options are <typeparamref name="TOptions"/>.</summary>
/// <param name="name">As given to <c>--model</c>.</param>
/// <param name="description">One line.</param>
/// <param name="options">What can be chosen; a later one wins where two decide the same.</param>
/// <param name="complete">Defaults that depend on which options were given, by name; null where none do.</param>
internal sealed class ModelEntryOf<TOptions>(
    string name,
    string description,
    IReadOnlyList<OptionOf<TOptions>> options,
    Func<TOptions, IReadOnlySet<string>, TOptions>? complete = null
) : ModelEntry(name, description, options)
    where TOptions : ModelOptions, new()
{
    public override ModelOptions Read(JsonObject values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var given = values.Select(v => v.Key).ToHashSet();
        if (given.FirstOrDefault(g => options.All(o => o.Name != g)) is { } unknown)
            throw new ArgumentException($"{unknown}: {Name} has no such option.");
        var result = new TOptions();
        foreach (var option in options)
            if (given.Contains(option.Name))
                result = option.Set(result, values[option.Name]);
        return complete is null ? result : complete(result, given);
    }

    public override JsonObject Write(ModelOptions options)
    {
        if (options is not TOptions own)
            throw new ArgumentException(
                $"{Name} is built from {typeof(TOptions).Name}, not from {options?.GetType().Name ?? "nothing"}.",
                nameof(options)
            );
        var result = new JsonObject();
        foreach (var option in Options.Cast<OptionOf<TOptions>>())
            if (option.Get(own) is { } value)
                result[option.Name] = value;
        return result;
    }

    internal override bool Owns(ModelOptions options) => options is TOptions;
}
