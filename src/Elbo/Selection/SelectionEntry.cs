using System.Text.Json.Nodes;

namespace Elbo.Selection;

/// <summary>A selection strategy in the catalog.</summary>
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

    /// <summary>Name on the command line, as in <c>--strategy</c>.</summary>
    public string Name { get; }

    /// <summary>Publication: authors and year.</summary>
    public string Paper { get; }

    /// <summary>Description in one line.</summary>
    public string Description { get; }

    /// <summary>The options of the strategy.</summary>
    public IReadOnlyList<OptionDescriptor> Options { get; }

    /// <summary>
    /// Whether a larger budget with the same seed only adds images to those of a smaller one, so that one selection
    /// serves all budgets.
    /// </summary>
    public bool IsIncremental { get; private init; }

    /// <summary>Creates an entry for a strategy with options.</summary>
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

    /// <summary>Creates an entry for a strategy without options.</summary>
    public static SelectionEntry Of(string name, string paper, string description, Func<ISelectionStrategy> create) =>
        new(name, paper, description, [], _ => create());

    /// <summary>Returns the same entry marked as incremental.</summary>
    public SelectionEntry Incremental() => new(Name, Paper, Description, Options, _create) { IsIncremental = true };

    /// <summary>Creates the strategy.</summary>
    /// <param name="values">Options by name. Missing ones have their defaults.</param>
    /// <exception cref="ArgumentException">
    /// An option does not belong to this strategy, or its value is out of range.
    /// </exception>
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
