using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>An entry of the <see cref="ModelCatalog"/>: a name for a combination of parts.</summary>
public sealed class ModelEntry
{
    private readonly ModelOptions _preset;
    private readonly IReadOnlyList<string> _written;

    /// <param name="name">Name on the command line, as in <c>--model</c>.</param>
    /// <param name="description">Description in one line.</param>
    /// <param name="preset">The parts with their defaults.</param>
    /// <param name="written">Options that <see cref="Write"/> always writes, in that order.</param>
    internal ModelEntry(string name, string description, ModelOptions preset, params IReadOnlyList<string> written)
    {
        (Name, Description, _preset, _written) = (name, description, preset, written);
        IEnumerable<OptionDescriptor> options =
        [
            .. PartCatalog
                .Options.Where(o => o.AppliesTo(preset))
                .Select(o => o.Option with { Default = o.DefaultIn(preset), Group = OptionGroup.Model }),
            .. PartCatalog.Choices.Select(c => c with { Default = c.PartOf(preset) }),
            // A part that one of its options selects has its options in models without that part, too.
            .. PartCatalog
                .Options.Where(o => !o.AppliesTo(preset) && o.Choice?.SelectorOf(o.Part) is not null)
                .Select(o =>
                    o.Option with
                    {
                        Default = o.Choice!.SelectorOf(o.Part) == o.Name ? "off" : o.Option.Default,
                        Group = OptionGroup.Model,
                    }
                ),
        ];
        Options = [.. options.DistinctBy(option => option.Name)];
    }

    /// <summary>Name on the command line, as in <c>--model</c>.</summary>
    public string Name { get; }

    /// <summary>Description in one line.</summary>
    public string Description { get; }

    /// <summary>The options of the model and of its parts, in the order in which they are listed.</summary>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>Reads the model's options from a flat JSON object, with defaults for missing ones.</summary>
    /// <exception cref="ArgumentException">
    /// An option has the wrong type, is unknown, or belongs to a part that the model does not have. The message begins
    /// with the option's name.
    /// </exception>
    public ModelOptions Read(JsonObject values) => Read(values, _ => "");

    /// <summary>
    /// As <see cref="Read(JsonObject)"/>, with error messages prefixed by <paramref name="origin"/> of the option.
    /// </summary>
    internal ModelOptions Read(JsonObject values, Func<string, string> origin)
    {
        ArgumentNullException.ThrowIfNull(values);
        values = ModelCatalog.Options.WithoutAliases(values);
        var given = values.Select(v => v.Key).ToHashSet();
        if (given.FirstOrDefault(g => ModelCatalog.Options.All(o => o.Name != g)) is { } unknown)
            throw new ArgumentException($"{origin(unknown)}{unknown}: {Name} has no such option.");
        var result = _preset;
        foreach (var choice in PartCatalog.Choices)
            if (given.Contains(choice.Name))
                result = choice.Choose(result, values[choice.Name]);
            else if (choice.ImpliedBy(given) is { } part)
                result = choice.Choose(result, part);
        if (IsFormerBatchNorm(values))
            given.Remove("dense");
        foreach (var option in PartCatalog.Options.Where(o => given.Contains(o.Name)))
            if (option.AppliesTo(result))
                result = option.Set(result, values[option.Name]);
            else if (PartCatalog.Options.All(o => o.Name != option.Name || !o.AppliesTo(result)))
                throw new ArgumentException(origin(option.Name) + Foreign(option, result));
        return result with { Network = result.Network.Complete(given) };
    }

    /// <summary>
    /// Writes the options such that <see cref="Read(JsonObject)"/> restores them: those that are always written, and
    /// others if they differ from the preset.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The options belong to another model, or have a part that is not in the catalog.
    /// </exception>
    public JsonObject Write(ModelOptions options)
    {
        if (!Owns(options))
            throw new ArgumentException(
                $"{Name} is built from {_preset.GetType().Name}, not from {options?.GetType().Name ?? "nothing"}.",
                nameof(options)
            );
        var result = new JsonObject();
        foreach (var choice in PartCatalog.Choices)
            if (!_written.Contains(choice.Name) && choice.PartOf(options) is var part && part != choice.PartOf(_preset))
                result[choice.Name] = part;
        foreach (string name in _written)
            if (Value(name, options) is { } value)
                result[name] = value;
        while (Missing(result, options) is { } option)
            result[option.Name] = option.Get(options);
        return result;
    }

    /// <summary>Names of the options that <see cref="Write"/> writes, or would write if they had a value.</summary>
    internal IEnumerable<string> Written(ModelOptions options) =>
        [.. _written, .. Write(options).Select(o => o.Key).Except(_written)];

    /// <summary>Whether <paramref name="options"/> belong to this model.</summary>
    internal bool Owns(ModelOptions options) => options?.GetType() == _preset.GetType();

    /// <summary>The value of an option or the name of a part; null if the model does not have it.</summary>
    internal static JsonNode? Value(string name, ModelOptions options) =>
        PartCatalog.Choices.FirstOrDefault(c => c.Name == name) is { } choice
            ? choice.PartOf(options)
            : PartCatalog.Options.FirstOrDefault(o => o.Name == name && o.AppliesTo(options))?.Get(options);

    /// <summary>The first option whose value would be lost by writing and reading; null for none.</summary>
    private PartOption? Missing(JsonObject written, ModelOptions options)
    {
        var read = Read(written);
        return PartCatalog.Options.FirstOrDefault(o =>
            o.AppliesTo(options)
            && !written.ContainsKey(o.Name)
            && o.Get(options) is { } value
            && !JsonNode.DeepEquals(value, o.Get(read))
        );
    }

    /// <summary>
    /// Whether a file of version 0.1 has <c>dense</c> beside <c>network: batch-norm</c>. That network has no such
    /// layers, so the option had no effect.
    /// </summary>
    private static bool IsFormerBatchNorm(JsonObject values) =>
        values["network"] is JsonValue network && network.TryGetValue(out string? name) && name == "batch-norm";

    private string Foreign(PartOption option, ModelOptions options)
    {
        var choice = option.Choice!;
        string[] parts = [.. choice.Options.Where(o => o.Name == option.Name).Select(o => o.Part).Distinct()];
        return $"{option.Name} is an option of the {choice.Name} {string.Join(" or ", parts)}; this {Name} has the "
            + $"{choice.Name} {choice.PartOf(options)}. Choose with --{choice.Name} {parts[0]}.";
    }
}
