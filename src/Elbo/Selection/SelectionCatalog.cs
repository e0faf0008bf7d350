namespace Elbo.Selection;

/// <summary>Every selection strategy known by name: a file each, and one entry here.</summary>
public static class SelectionCatalog
{
    /// <summary>All strategies; the first is the default.</summary>
    public static IReadOnlyList<SelectionEntry> All { get; } =
    [
        SelectionEntry.Of<KMedoidsOptions>(
            "k-medoids", "Kaufman and Rousseeuw 1990; Schubert and Rousseeuw 2021", "images to which all others have the shortest way in sum",
            options => new KMedoids(options),
            SelectionOptionOf<KMedoidsOptions>.Whole("passes", "how often all images are tried as medoids, at most", "100", (o, value) => o with { Passes = value }),
            new("tolerance", "the search ends after a pass that shortens the sum of distances by no more than this share", "0.0001", (o, value) => o with { Tolerance = value })),
        SelectionEntry.Of("facility-location", "Wei, Iyer and Bilmes 2015", "greedily, each choice shortens most the way from all images to the nearest chosen one", () => new FacilityLocation()),
        SelectionEntry.Of<MaxHerdingOptions>(
            "max-herding", "Bae, Noh and Sutherland 2024", "greedily the largest generalized coverage with a Gaussian kernel",
            options => new MaxHerding(options),
            new SelectionOptionOf<MaxHerdingOptions>("bandwidth", "of the Gaussian kernel, in units of the codes", "half the root mean square distance of two codes", (o, value) => o with { Bandwidth = value })),
        SelectionEntry.Of("k-center-greedy", "Sener and Savarese 2018", "each choice is the image farthest from all chosen ones", () => new KCenterGreedy()),
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
