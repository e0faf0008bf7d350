namespace Elbo.Selection;

/// <summary>Every selection strategy known by name: a file each, and one entry here.</summary>
public static class SelectionCatalog
{
    /// <summary>All strategies; the first is the default.</summary>
    public static IReadOnlyList<SelectionEntry> All { get; } =
    [
        SelectionEntry.Of<TrimmedMedoidsOptions>(
            "trimmed-medoids",
            "Elbo's own, after TypiClust",
            "without outliers, of each of as many k-means clusters the image with the smallest mean distance to "
                + "the nearer half of its cluster",
            options => new TrimmedMedoids(options),
            new(
                "share",
                "of its cluster that an image is to be near to",
                "0.5",
                (o, value) => o with { Share = value }
            ),
            new(
                "outliers",
                "the share of all images, those in the sparsest places, that are left aside",
                "0.1",
                (o, value) => o with { Outliers = value }
            ),
            SelectionOptionOf<TrimmedMedoidsOptions>.Whole(
                "neighbours",
                "the neighbour whose distance says how sparse a place is",
                "10",
                (o, value) => o with { Neighbours = value }
            ),
            SelectionOptionOf<TrimmedMedoidsOptions>.Whole(
                "restarts",
                "how often k-means begins anew; the best result is kept",
                "1",
                (o, value) => o with { Restarts = value }
            )
        ),
        SelectionEntry.Of<KMedoidsOptions>(
            "k-medoids",
            "Kaufman and Rousseeuw 1990; Schubert and Rousseeuw 2021",
            "images to which all others have the shortest way in sum",
            options => new KMedoids(options),
            SelectionOptionOf<KMedoidsOptions>.Whole(
                "passes",
                "how often all images are tried as medoids, at most",
                "100",
                (o, value) => o with { Passes = value }
            ),
            new(
                "tolerance",
                "the search ends after a pass that shortens the sum of distances by no more than this share",
                "0.0001",
                (o, value) => o with { Tolerance = value }
            )
        ),
        SelectionEntry.Of<KMeansCentresOptions>(
            "k-means-centres",
            "Nguyen and Smeulders 2004",
            "of each of as many k-means clusters the image nearest to its centre",
            options => new KMeansCentres(options),
            SelectionOptionOf<KMeansCentresOptions>.Whole(
                "restarts",
                "how often k-means begins anew; the best result is kept",
                "1",
                (o, value) => o with { Restarts = value }
            )
        ),
        SelectionEntry.Of<TypiClustOptions>(
            "typiclust",
            "Hacohen, Dekel and Weinshall 2022",
            "of each of as many k-means clusters the most typical image",
            options => new TypiClust(options),
            SelectionOptionOf<TypiClustOptions>.Whole(
                "neighbours",
                "how many of the nearest images an image is typical of",
                "20",
                (o, value) => o with { Neighbours = value }
            ),
            SelectionOptionOf<TypiClustOptions>.Whole(
                "clusters",
                "k-means clusters, at most",
                "500",
                (o, value) => o with { Clusters = value }
            ),
            SelectionOptionOf<TypiClustOptions>.Whole(
                "smallest-cluster",
                "clusters of no more images are passed over",
                "5",
                (o, value) => o with { SmallestCluster = value }
            )
        ),
        SelectionEntry
            .Of<ProbCoverOptions>(
                "probcover",
                "Yehuda, Dekel, Hacohen and Weinshall 2022",
                "greedily the largest coverage by balls of one radius",
                options => new ProbCover(options),
                new(
                    "radius",
                    "of the balls, in units of the codes",
                    "the largest with which the share 'purity' of them is pure",
                    (o, value) => o with { Radius = value }
                ),
                new(
                    "purity",
                    "the share of balls that must have images of one cluster only",
                    "0.95",
                    (o, value) => o with { Purity = value }
                ),
                SelectionOptionOf<ProbCoverOptions>.Whole(
                    "clusters",
                    "k-means clusters that stand in for classes",
                    "10",
                    (o, value) => o with { Clusters = value }
                )
            )
            .Incremental(),
        SelectionEntry
            .Of(
                "facility-location",
                "Wei, Iyer and Bilmes 2015",
                "greedily, each choice shortens most the way from all images to the nearest chosen one",
                () => new FacilityLocation()
            )
            .Incremental(),
        SelectionEntry
            .Of<MaxHerdingOptions>(
                "max-herding",
                "Bae, Noh and Sutherland 2024",
                "greedily the largest generalized coverage with a Gaussian kernel",
                options => new MaxHerding(options),
                new SelectionOptionOf<MaxHerdingOptions>(
                    "bandwidth",
                    "of the Gaussian kernel, in units of the codes",
                    "half the root mean square distance of two codes",
                    (o, value) => o with { Bandwidth = value }
                )
            )
            .Incremental(),
        SelectionEntry.Of<VoteMiOptions>(
            "vote-mi",
            "the original program; its sampler: Goodman and Weare 2010",
            "in each DBSCAN cluster, images at dense places vote by mutual information for others; of those, the "
                + "least redundant",
            options => new VoteMi(options),
            new(
                "eps",
                "how far apart neighbours in a cluster are at most, in units of the codes",
                "the knee of the distances to the neighbour that min-samples counts",
                (o, value) => o with { Eps = value }
            ),
            SelectionOptionOf<VoteMiOptions>.Whole(
                "min-samples",
                "how many images lie within eps of one in the midst of a cluster",
                "25",
                (o, value) => o with { MinSamples = value }
            ),
            new(
                "bandwidth",
                "of the density that anchors are drawn from, in units of the codes",
                "Scott's rule in each cluster",
                (o, value) => o with { Bandwidth = value }
            ),
            SelectionOptionOf<VoteMiOptions>.Whole(
                "walkers",
                "anchors of each cluster, and walkers that draw them",
                "10",
                (o, value) => o with { Walkers = value }
            ),
            SelectionOptionOf<VoteMiOptions>.Whole(
                "steps",
                "steps of the walkers before anchors are drawn",
                "200",
                (o, value) => o with { Steps = value }
            ),
            new(
                "cluster-share",
                "the share of each cluster that the first round keeps",
                "0.1, or more where the budget needs it",
                (o, value) => o with { ClusterShare = value }
            ),
            new(
                "anchor-share",
                "the share of the budget that are anchors of the second round",
                "0.1",
                (o, value) => o with { AnchorShare = value }
            ),
            SelectionOptionOf<VoteMiOptions>.Whole(
                "bins",
                "bins of intensity for mutual information",
                "32",
                (o, value) => o with { Bins = value }
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
            .Of(
                "random",
                "–",
                "uniformly at random, what every other strategy has to beat",
                () => new RandomSelection()
            )
            .Incremental(),
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
