using System.Text.Json.Nodes;

namespace Elbo.Models;

/// <summary>A choice of a part by name: <c>network</c>, <c>prior</c> or <c>objective</c>.</summary>
internal abstract record PartChoice : OptionDescriptor
{
    private protected PartChoice(string name, string description)
        : base(name, description, OptionKind.Name) => Group = OptionGroup.Model;

    /// <summary>The options of all parts of the choice.</summary>
    public abstract IReadOnlyList<PartOption> Options { get; }

    /// <summary>The name of the part that a model has.</summary>
    /// <exception cref="ArgumentException">The part is not in the catalog.</exception>
    public abstract string PartOf(ModelOptions options);

    /// <summary>
    /// Returns the model with the named part: its own if it has that part already, else one with defaults.
    /// </summary>
    /// <exception cref="ArgumentException">The part does not exist.</exception>
    public abstract ModelOptions Choose(ModelOptions options, JsonNode? part);

    /// <summary>The part selected by one of the <paramref name="given"/> options; null for none.</summary>
    public abstract string? ImpliedBy(IReadOnlySet<string> given);

    /// <summary>The option that selects a part if the choice is not given; null for none.</summary>
    public abstract string? SelectorOf(string part);

    /// <summary>
    /// Options that belong only to parts other than the chosen one. A choice in a stronger layer overrides them.
    /// </summary>
    public IEnumerable<string> Overridden(JsonNode? part)
    {
        string chosen = NameOf(part);
        return Options.Select(o => o.Name).Except(Options.Where(o => o.Part == chosen).Select(o => o.Name));
    }

    /// <inheritdoc/>
    public override void Check(JsonNode? value) => NameOf(value);

    /// <inheritdoc/>
    public override JsonNode FromText(string text)
    {
        JsonNode value = JsonValue.Create(text);
        Check(value);
        return value;
    }

    /// <summary>The current name of a part.</summary>
    private protected abstract string NameOf(JsonNode? part);
}

/// <summary>A choice of parts of type <typeparamref name="TPart"/>.</summary>
internal sealed record PartChoice<TPart> : PartChoice
{
    private readonly Func<ModelOptions, TPart> _get;
    private readonly Func<ModelOptions, TPart, ModelOptions> _set;
    private readonly IReadOnlyList<PartEntry<TPart>> _parts;

    public PartChoice(
        string name,
        string description,
        Func<ModelOptions, TPart> get,
        Func<ModelOptions, TPart, ModelOptions> set,
        IReadOnlyList<PartEntry<TPart>> parts
    )
        : base(name, description)
    {
        (_get, _set, _parts) = (get, set, parts);
        Choices = [.. parts.Select(p => p.Name)];
        Options = [.. parts.SelectMany(p => p.Options(this, get, set))];
    }

    public override IReadOnlyList<PartOption> Options { get; }

    public override string PartOf(ModelOptions options) =>
        _parts.FirstOrDefault(p => p.Owns(_get(options)))?.Name
        ?? throw new ArgumentException(
            $"the {Name} is {_get(options)?.GetType().Name ?? "nothing"}, which has no name in the catalog; there are "
                + $"{string.Join(", ", Choices)}."
        );

    public override ModelOptions Choose(ModelOptions options, JsonNode? part)
    {
        string name = NameOf(part);
        var entry = _parts.First(p => p.Name == name);
        return entry.Owns(_get(options)) ? options : _set(options, entry.Create());
    }

    public override string? ImpliedBy(IReadOnlySet<string> given) =>
        _parts.FirstOrDefault(p => p.ImpliedBy is { } option && given.Contains(option))?.Name;

    public override string? SelectorOf(string part) => _parts.First(p => p.Name == part).ImpliedBy;

    private protected override string NameOf(JsonNode? part)
    {
        if (part is not JsonValue text || !text.TryGetValue(out string? name))
            throw new ArgumentException(WrongType(Name, part, "a text"));
        return _parts.FirstOrDefault(p => p.Name == name || p.FormerName == name)?.Name
            ?? throw new ArgumentException($"{Name}: '{name}' is not one of {string.Join(", ", Choices)}.");
    }
}
