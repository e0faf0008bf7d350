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
) : ModelEntry(name, description, [.. options.Select(o => o with { Group = OptionGroup.Model })])
    where TOptions : ModelOptions, new()
{
    public override ModelOptions Read(JsonObject values)
    {
        ArgumentNullException.ThrowIfNull(values);
        var given = values.Select(v => v.Key).ToHashSet();
        if (given.FirstOrDefault(g => options.All(o => o.Name != g)) is { } unknown)
            throw new ArgumentException($"{unknown}: {Name} has no such option.");
        var result = options.Read(new TOptions(), values);
        return complete is null ? result : complete(result, given);
    }

    public override JsonObject Write(ModelOptions values) =>
        values is TOptions own
            ? options.Write(own)
            : throw new ArgumentException(
                $"{Name} is built from {typeof(TOptions).Name}, not from {values?.GetType().Name ?? "nothing"}.",
                nameof(values)
            );

    internal override bool Owns(ModelOptions values) => values is TOptions;
}
