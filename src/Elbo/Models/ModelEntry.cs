using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>One line of the <see cref="ModelCatalog"/>: a name for a combination of parts.</summary>
public sealed class ModelEntry
{
    private readonly ModelOptions _preset;
    private readonly IReadOnlyList<string> _written;

    /// <param name="name">As given to <c>--model</c>.</param>
    /// <param name="description">One line.</param>
    /// <param name="preset">Its parts with their defaults.</param>
    /// <param name="written">The options that <see cref="Write"/> writes whatever their values, in that order.</param>
    internal ModelEntry(string name, string description, ModelOptions preset, params IReadOnlyList<string> written)
    {
        (Name, Description, _preset, _written) = (name, description, preset, written);
        Options =
        [
            .. PartCatalog
                .Options.Where(o => o.AppliesTo(preset))
                .Select(o => o.Option with { Default = o.DefaultIn(preset), Group = OptionGroup.Model }),
            .. PartCatalog.Choices.Select(c => c with { Default = c.PartOf(preset) }),
            // An option that chooses its part has its use in a model that does not have the part.
            .. PartCatalog
                .Options.Where(o =>
                    !o.AppliesTo(preset) && o.Choice?.ImpliedBy(new HashSet<string> { o.Name }) is not null
                )
                .Select(o => o.Option with { Default = "off", Group = OptionGroup.Model }),
        ];
    }

    /// <summary>As given to <c>--model</c>.</summary>
    public string Name { get; }

    /// <summary>One line.</summary>
    public string Description { get; }

    /// <summary>What can be chosen of it, and of its own parts, in the order in which it is listed.</summary>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>
    /// How older versions wrote an option of such a model, where it differs; so files of the preset stay as they were,
    /// and older versions read them.
    /// </summary>
    internal Func<string, ModelOptions, JsonNode?>? FormerSpelling { get; init; }

    /// <summary>The model's options from a flat JSON object: those given, and defaults for the rest.</summary>
    /// <exception cref="ArgumentException">One is of the wrong kind, none of any model's, or of a part that the model
    /// does not have; the message begins with its name.</exception>
    public ModelOptions Read(JsonObject values) => Read(values, _ => "");

    /// <summary><see cref="Read(JsonObject)"/>, with what <paramref name="origin"/> says of an option before the
    /// complaint about it.</summary>
    internal ModelOptions Read(JsonObject values, Func<string, string> origin)
    {
        ArgumentNullException.ThrowIfNull(values);
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
    /// The options written out, so that <see cref="Read(JsonObject)"/> gives them back: those that are always written,
    /// and of the others what differs from the preset.
    /// </summary>
    /// <exception cref="ArgumentException">They are another model's, or have a part that is not in the
    /// catalog.</exception>
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
            if ((FormerSpelling?.Invoke(name, options) ?? Value(name, options)) is { } value)
                result[name] = value;
        while (Missing(result, options) is { } option)
            result[option.Name] = option.Get(options);
        return result;
    }

    /// <summary>The names of the options that <see cref="Write"/> writes, or would if they had a value.</summary>
    internal IEnumerable<string> Written(ModelOptions options) =>
        [.. _written, .. Write(options).Select(o => o.Key).Except(_written)];

    /// <summary>Whether <paramref name="options"/> are of this model.</summary>
    internal bool Owns(ModelOptions options) => options?.GetType() == _preset.GetType();

    private static JsonNode? Value(string name, ModelOptions options) =>
        PartCatalog.Choices.FirstOrDefault(c => c.Name == name) is { } choice
            ? choice.PartOf(options)
            : PartCatalog.Options.FirstOrDefault(o => o.Name == name && o.AppliesTo(options))?.Get(options);

    /// <summary>The first option that is not written and that reading back would give another value.</summary>
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
    /// Version 0.1 wrote <c>dense</c> beside <c>network: batch-norm</c>, which has no such layers; it said nothing.
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
