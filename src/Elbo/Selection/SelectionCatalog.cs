namespace Elbo.Selection;

/// <summary>All selection strategies by name. To add one, write its class and add an entry here.</summary>
public static class SelectionCatalog
{
    /// <summary>All strategies; the first is the default.</summary>
    public static IReadOnlyList<SelectionEntry> All { get; } =
    [
        SelectionEntry.Of<TrimmedMedoidsOptions>(
            "trimmed-medoids",
            "Elbo's own, after TypiClust",
            "without outliers: from each k-means cluster, the image with the lowest mean distance to "
                + "the nearer half of its cluster",
            options => new TrimmedMedoids(options),
            OptionOf<TrimmedMedoidsOptions>.Number(
                "near-fraction",
                "fraction of its cluster, the nearest images, that an image's mean distance is computed over",
                o => o.NearFraction,
                (o, v) => o with { NearFraction = v }
            ) with
            {
                Aliases = ["share"],
            },
            OptionOf<TrimmedMedoidsOptions>.Number(
                "outlier-fraction",
                "fraction of the images, in the sparsest regions, that is ignored",
                o => o.OutlierFraction,
                (o, v) => o with { OutlierFraction = v }
            ) with
            {
                Aliases = ["outliers"],
            },
            OptionOf<TrimmedMedoidsOptions>.WholeNumber(
                "neighbours",
                "k of the k-th nearest neighbour, whose distance measures how sparse a region is",
                o => o.Neighbours,
                (o, v) => o with { Neighbours = v }
            ),
            OptionOf<TrimmedMedoidsOptions>.WholeNumber(
                "restarts",
                "number of runs of k-means; the best result is kept",
                o => o.Restarts,
                (o, v) => o with { Restarts = v }
            )
        ),
        SelectionEntry.Of<KMedoidsOptions>(
            "k-medoids",
            "Kaufman and Rousseeuw 1990; Schubert and Rousseeuw 2021",
            "the images with the lowest sum of distances from all images to the nearest of them",
            options => new KMedoids(options),
            OptionOf<KMedoidsOptions>.WholeNumber(
                "passes",
                "maximum number of passes that try all images as medoids",
                o => o.Passes,
                (o, v) => o with { Passes = v }
            ),
            OptionOf<KMedoidsOptions>.Number(
                "tolerance",
                "the search stops after a pass that reduces the sum of distances by at most this fraction",
                o => o.Tolerance,
                (o, v) => o with { Tolerance = v }
            )
        ),
        SelectionEntry.Of<KMeansCentresOptions>(
            "k-means-centres",
            "Nguyen and Smeulders 2004",
            "from each k-means cluster, the image nearest to its centre",
            options => new KMeansCentres(options),
            OptionOf<KMeansCentresOptions>.WholeNumber(
                "restarts",
                "number of runs of k-means; the best result is kept",
                o => o.Restarts,
                (o, v) => o with { Restarts = v }
            )
        ),
        SelectionEntry.Of<TypiClustOptions>(
            "typiclust",
            "Hacohen, Dekel and Weinshall 2022",
            "from each k-means cluster, the most typical image",
            options => new TypiClust(options),
            OptionOf<TypiClustOptions>.WholeNumber(
                "neighbours",
                "number of nearest images that define how typical an image is",
                o => o.Neighbours,
                (o, v) => o with { Neighbours = v }
            ),
            OptionOf<TypiClustOptions>.WholeNumber(
                "clusters",
                "maximum number of k-means clusters",
                o => o.Clusters,
                (o, v) => o with { Clusters = v }
            ),
            OptionOf<TypiClustOptions>.WholeNumber(
                "min-cluster-size",
                "clusters with at most this many images are skipped",
                o => o.MinClusterSize,
                (o, v) => o with { MinClusterSize = v }
            ) with
            {
                Aliases = ["smallest-cluster"],
            }
        ),
        SelectionEntry
            .Of<ProbCoverOptions>(
                "probcover",
                "Yehuda, Dekel, Hacohen and Weinshall 2022",
                "greedy maximum coverage by balls of equal radius",
                options => new ProbCover(options),
                OptionOf<ProbCoverOptions>.Number(
                    "radius",
                    "radius of the balls, in units of the codes",
                    o => o.Radius,
                    (o, v) => o with { Radius = v }
                ) with
                {
                    Default = "the largest for which a fraction --purity of the balls is pure",
                },
                OptionOf<ProbCoverOptions>.Number(
                    "purity",
                    "fraction of the balls that must contain images of one cluster only",
                    o => o.Purity,
                    (o, v) => o with { Purity = v }
                ),
                OptionOf<ProbCoverOptions>.WholeNumber(
                    "clusters",
                    "number of k-means clusters that serve as classes",
                    o => o.Clusters,
                    (o, v) => o with { Clusters = v }
                )
            )
            .Incremental(),
        SelectionEntry
            .Of(
                "facility-location",
                "Wei, Iyer and Bilmes 2015",
                "greedy: each choice most reduces the distances from all images to the nearest chosen one",
                () => new FacilityLocation()
            )
            .Incremental(),
        SelectionEntry
            .Of<MaxHerdingOptions>(
                "max-herding",
                "Bae, Noh and Sutherland 2024",
                "greedy maximum of the generalised coverage with a Gaussian kernel",
                options => new MaxHerding(options),
                OptionOf<MaxHerdingOptions>.Number(
                    "bandwidth",
                    "bandwidth of the Gaussian kernel, in units of the codes",
                    o => o.Bandwidth,
                    (o, v) => o with { Bandwidth = v }
                ) with
                {
                    Default = "half the root mean square distance between two codes",
                }
            )
            .Incremental(),
        SelectionEntry.Of<VoteMiOptions>(
            "vote-mi",
            "the original program; its sampler: Goodman and Weare 2010",
            "nine tenths drawn from the density of candidates in DBSCAN clusters, and the least redundant by mutual "
                + "information",
            options => new VoteMi(options),
            OptionOf<VoteMiOptions>.Number(
                "eps",
                "largest distance between neighbours in a cluster, in units of the codes",
                o => o.Eps,
                (o, v) => o with { Eps = v }
            ) with
            {
                Default = "the knee of the distances to the nearest neighbours, counted by --min-samples",
            },
            OptionOf<VoteMiOptions>.WholeNumber(
                "min-samples",
                "number of images within eps of a core point of a cluster",
                o => o.MinSamples,
                (o, v) => o with { MinSamples = v }
            ),
            OptionOf<VoteMiOptions>.Number(
                "bandwidth",
                "bandwidth of the densities that positions are drawn from, in units of the codes",
                o => o.Bandwidth,
                (o, v) => o with { Bandwidth = v }
            ) with
            {
                Default = "Scott's rule in each part of a cluster, and the mean of these in the second round",
            },
            OptionOf<VoteMiOptions>.WholeNumber(
                "walkers",
                "number of walkers that draw positions",
                o => o.Walkers,
                (o, v) => o with { Walkers = v }
            ) with
            {
                Default = "10, or more in the second round if more images are drawn",
            },
            OptionOf<VoteMiOptions>.WholeNumber(
                "steps",
                "steps of the walkers in each part of a cluster, whose positions are the anchors of the first round",
                o => o.Steps,
                (o, v) => o with { Steps = v }
            ),
            OptionOf<VoteMiOptions>.WholeNumber(
                "final-steps",
                "steps of the walkers in the second round",
                o => o.FinalSteps,
                (o, v) => o with { FinalSteps = v }
            ),
            OptionOf<VoteMiOptions>.Number(
                "cluster-fraction",
                "fraction of each part of a cluster that joins its anchors",
                o => o.ClusterFraction,
                (o, v) => o with { ClusterFraction = v }
            ) with
            {
                Aliases = ["cluster-share"],
                Default = "0.1, or more if the budget needs it",
            },
            OptionOf<VoteMiOptions>.Number(
                "redundancy-fraction",
                "fraction of the budget filled with the least redundant candidates",
                o => o.RedundancyFraction,
                (o, v) => o with { RedundancyFraction = v }
            ),
            OptionOf<VoteMiOptions>.WholeNumber(
                "bins",
                "number of intensity bins for mutual information",
                o => o.Bins,
                (o, v) => o with { Bins = v }
            )
        ),
        SelectionEntry
            .Of(
                "k-center-greedy",
                "Sener and Savarese 2018",
                "each choice is the image farthest from all chosen ones",
                () => new KCenterGreedy()
            )
            .Incremental(),
        SelectionEntry
            .Of("random", "–", "uniformly at random, the baseline of all other strategies", () => new RandomSelection())
            .Incremental(),
    ];

    /// <summary>
    /// The options of all strategies, each name once. If several strategies have an option, its description covers
    /// each.
    /// </summary>
    public static IReadOnlyList<OptionDescriptor> Options { get; } =
    [
        .. All.SelectMany(entry => entry.Options.Select(option => (Strategy: entry.Name, Option: option)))
            .GroupBy(pair => pair.Option.Name)
            .Select(group =>
                group.First().Option with
                {
                    Description = string.Join(
                        "; ",
                        group.Select(pair => $"{pair.Strategy}: {pair.Option.Description} ({pair.Option.Default})")
                    ),
                    Default = "",
                }
            ),
    ];

    /// <summary>Returns the strategy called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message lists the known ones.</exception>
    public static SelectionEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("strategy", name, [.. All.Select(entry => entry.Name)]);
    }
}
