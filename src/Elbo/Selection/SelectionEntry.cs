using System.Text.Json.Nodes;

namespace Elbo.Selection;

/// <summary>A strategy as users choose it.</summary>
public sealed class SelectionEntry
{
    private readonly Func<IReadOnlyDictionary<string, double>, ISelectionStrategy> _create;

    private SelectionEntry(
        string name,
        string paper,
        string description,
        IReadOnlyList<OptionDescriptor> options,
        Func<IReadOnlyDictionary<string, double>, ISelectionStrategy> create
    ) => (Name, Paper, Description, Options, _create) = (name, paper, description, options, create);

    /// <summary>As given to <c>--strategy</c>.</summary>
    public string Name { get; }

    /// <summary>Where it was published: authors and year.</summary>
    public string Paper { get; }

    /// <summary>One line.</summary>
    public string Description { get; }

    /// <summary>The numbers that can be chosen of it.</summary>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>
    /// Whether a larger budget, with the same seed, only adds to the images of a smaller one, so that one selection
    /// serves all budgets.
    /// </summary>
    public bool IsIncremental { get; private init; }

    /// <summary>A strategy with options.</summary>
    public static SelectionEntry Of<TOptions>(
        string name,
        string paper,
        string description,
        Func<TOptions, ISelectionStrategy> create,
        params IReadOnlyList<OptionOf<TOptions>> options
    )
        where TOptions : new() =>
        new(
            name,
            paper,
            description,
            options,
            values =>
                create(
                    options.Aggregate(
                        new TOptions(),
                        (o, option) =>
                            values.TryGetValue(option.Name, out double value)
                                ? option.Set(o, JsonValue.Create(value))
                                : o
                    )
                )
        );

    /// <summary>A strategy without options.</summary>
    public static SelectionEntry Of(string name, string paper, string description, Func<ISelectionStrategy> create) =>
        new(name, paper, description, [], _ => create());

    /// <summary>The same strategy, known to be incremental.</summary>
    public SelectionEntry Incremental() => new(Name, Paper, Description, Options, _create) { IsIncremental = true };

    /// <summary>Makes the strategy.</summary>
    /// <param name="values">Options by name; those that are missing have their defaults.</param>
    /// <exception cref="ArgumentException">An option is not this strategy's, or its value is out of range.</exception>
    public ISelectionStrategy Create(IReadOnlyDictionary<string, double>? values = null)
    {
        values ??= new Dictionary<string, double>();
        foreach (string name in values.Keys)
        {
            if (Options.Any(option => option.Name == name))
                continue;
            string[] others =
            [
                .. SelectionCatalog
                    .All.Where(entry => entry.Options.Any(option => option.Name == name))
                    .Select(entry => entry.Name),
            ];
            string remedy =
                others.Length > 0 ? $"{string.Join(", ", others)} can."
                : Options.Count > 0 ? $"it takes {string.Join(", ", Options.Select(option => option.Name))}."
                : "it takes none.";
            throw new ArgumentException($"{Name} takes no option {name}; {remedy}");
        }
        return _create(values);
    }
}
