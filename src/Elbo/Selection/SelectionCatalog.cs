namespace Elbo.Selection;

/// <summary>Every selection strategy known by name: a file each, and one entry here.</summary>
public static class SelectionCatalog
{
    /// <summary>All strategies; the first is the default.</summary>
    public static IReadOnlyList<SelectionEntry> All { get; } =
    [
        SelectionEntry.Of("random", "–", "uniformly at random, what every other strategy has to beat", () => new RandomSelection()),
    ];

    /// <summary>The strategy called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static SelectionEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("strategy", name, [.. All.Select(entry => entry.Name)]);
    }
}
