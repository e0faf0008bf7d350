using System.Diagnostics;
using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>Options of <see cref="VoteMi"/>.</summary>
/// <remarks>
/// The original program uses an eps of 0.18 and a bandwidth of 0.1, which suit its two-dimensional codes. By default
/// both are derived from the codes.
/// </remarks>
public sealed record VoteMiOptions
{
    /// <summary>
    /// The largest distance between neighbours in a cluster, in units of the codes; null uses the knee of the neighbour
    /// distances. Default null.
    /// </summary>
    public double? Eps { get; init; }

    /// <summary>
    /// Number of images within <see cref="Eps"/>, itself included, that makes an image a core point of a cluster;
    /// default 25.
    /// </summary>
    public int MinSamples { get; init; } = 25;

    /// <summary>
    /// Bandwidth of the kernel density that anchors are drawn from, in units of the codes; null uses Scott's rule in
    /// each cluster. Default null.
    /// </summary>
    public double? Bandwidth { get; init; }

    /// <summary>
    /// Number of walkers of the sampler; raised to twice the number of dimensions, and to an even number. Default 10.
    /// </summary>
    public int Walkers { get; init; } = 10;

    /// <summary>
    /// Number of steps of the walkers in each cluster. All their positions are anchors of the first round. Default 5.
    /// </summary>
    public int Steps { get; init; } = 5;

    /// <summary>
    /// Number of steps of the walkers in the second round; raised if the budget needs more positions. Default 10.
    /// </summary>
    public int FinalSteps { get; init; } = 10;

    /// <summary>
    /// The fraction in (0, 1] of each cluster that joins its anchors in the first round. Raised if the budget needs
    /// more. Default 0.1.
    /// </summary>
    public double ClusterFraction { get; init; } = 0.1;

    /// <summary>
    /// The fraction in [0, 1) of the budget that is filled with the least redundant candidates; default 0.1.
    /// </summary>
    public double RedundancyFraction { get; init; } = 0.1;

    /// <summary>Number of intensity bins for mutual information, from 2 to 256; default 32.</summary>
    public int Bins { get; init; } = MutualInformation.DefaultBins;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        new DbscanOptions { Eps = Eps, MinSamples = MinSamples }.Validate();
        if (Bandwidth is { } bandwidth && !(bandwidth > 0 && double.IsFinite(bandwidth)))
            throw new ArgumentException($"bandwidth is {bandwidth}; it must be more than 0.");
        if (Walkers < 2)
            throw new ArgumentException($"walkers is {Walkers}; it must be 2 or more.");
        if (Steps < 1)
            throw new ArgumentException($"steps is {Steps}; it must be 1 or more.");
        if (FinalSteps < 1)
            throw new ArgumentException($"final-steps is {FinalSteps}; it must be 1 or more.");
        if (!(ClusterFraction is > 0 and <= 1))
            throw new ArgumentException(
                $"cluster-fraction is {ClusterFraction}; it must be more than 0 and at most 1."
            );
        if (!(RedundancyFraction is >= 0 and < 1))
            throw new ArgumentException(
                $"redundancy-fraction is {RedundancyFraction}; it must be 0 or more and less than 1."
            );
        if (Bins is < 2 or > 256)
            throw new ArgumentException($"bins is {Bins}; it must be from 2 to 256.");
    }
}

/// <summary>
/// Vote-MI: from images in dense regions of the codes and images that share much information with them, most are drawn
/// by density, and the least redundant are added.
/// </summary>
/// <remarks>
/// <para>
/// First round: DBSCAN finds clusters. In each cluster of five or more codes, a short chain of an ensemble sampler draws
/// anchors from the kernel density of the codes. For each member, the least mutual information of its decoded image with
/// that of any anchor is its worst case. The images nearest to the anchors and the members with the highest worst case, a
/// tenth of the cluster less 5, become candidates; noise does not.
/// </para>
/// <para>
/// Second round: a chain of the same sampler draws positions from the density of all candidates, and each takes the
/// nearest candidate that is not taken yet. To these come the least redundant candidates, a tenth of the budget: those
/// whose highest mutual information with any of the drawn images is lowest.
/// </para>
/// <para>
/// If the budget needs more candidates, clusters contribute more than a tenth, so that there are twice as many
/// candidates as choices while images last. Noise is chosen last, in random order.
/// </para>
/// </remarks>
public sealed class VoteMi(VoteMiOptions? options = null) : ISelectionStrategy
{
    /// <summary>Number of images decoded at once, so that memory does not grow with the pool.</summary>
    private const int DecodeBatch = 1000;

    /// <summary>
    /// The smallest cluster that anchors are drawn in, and the number by which the members that join are fewer than a
    /// tenth.
    /// </summary>
    private const int SmallestCluster = 5;

    private readonly VoteMiOptions _options = options ?? new VoteMiOptions();

    /// <inheritdoc/>
    public bool NeedsDecoder => true;

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        var (pool, budget, rng, progress, cancellation) = task;
        if (pool.Decode is null)
            throw new ArgumentException(
                "Vote-MI compares decoded images; this pool has no model that decodes its codes."
            );
        var remarks = new List<string>();
        int[] labels = Cluster(pool, remarks, cancellation);
        progress?.Report(0.1);
        var candidates = FirstRound(pool, labels, budget, rng.Fork("first round"), remarks, progress, cancellation);
        var chosen = SecondRound(
            pool,
            candidates,
            Math.Min(budget, candidates.Count),
            rng.Fork("second round"),
            remarks,
            cancellation
        );
        if (chosen.Count < budget)
            remarks.Add(
                $"{Counted(budget - chosen.Count, "image")} of noise {(budget - chosen.Count == 1 ? "was" : "were")} "
                    + "added at random: the clusters have no more."
            );
        return new SelectionResult(chosen) { Clusters = labels, Remarks = remarks };
    }

    private int[] Cluster(SelectionPool pool, List<string> remarks, CancellationToken cancellation)
    {
        var result = Dbscan.Fit(
            pool.Codes.Span,
            pool.Dimensions,
            new DbscanOptions
            {
                Eps = _options.Eps,
                MinSamples = _options.MinSamples,
                Threads = pool.Threads,
            },
            cancellation
        );
        string eps = FormattableString.Invariant(
            $"eps {result.Eps:G4}{(_options.Eps is null ? ", the knee of neighbour distances" : "")}"
        );
        if (result.Clusters == 0)
        {
            remarks.Add($"no cluster with {eps}: all images were taken as one.");
            return new int[pool.Count];
        }
        int noise = result.Labels.AsSpan().Count(Dbscan.Noise);
        remarks.Add($"{Counted(result.Clusters, "cluster")} and {Counted(noise, "image")} of noise with {eps}.");
        return result.Labels;
    }

    /// <summary>The candidates from the clusters.</summary>
    private List<int> FirstRound(
        SelectionPool pool,
        int[] labels,
        int budget,
        Rng rng,
        List<string> remarks,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var clusters = ClusterMembers.UnlabelledFirst(ClusterMembers.LargestFirst(labels, labels.Max() + 1), pool);
        if (clusters.Count == 0)
            return [];
        int clustered = clusters.Sum(members => members.Count);
        double share = Math.Max(_options.ClusterFraction, Math.Min(1, 2.0 * budget / clustered));
        bool isRaised = share > _options.ClusterFraction;
        var draws = new DensityDraws[clusters.Count];
        new Partition(pool.Threads).Run(
            clusters.Count,
            (first, last) =>
            {
                for (int c = first; c < last; c++)
                    draws[c] = DensityDraws.Run(
                        pool.Rows(clusters[c]),
                        pool.Dimensions,
                        _options.Steps,
                        _options,
                        rng.Fork((ulong)c),
                        cancellation
                    );
            },
            pieceSize: 1,
            cancellation
        );
        remarks.Add(DensityDraws.Describe("first round", pool.Dimensions, draws));
        var candidates = new List<int>();
        int done = 0;
        for (int c = 0; c < clusters.Count; c++)
        {
            var members = clusters[c];
            int anchors = Math.Min(draws[c].Positions.Length / pool.Dimensions, members.Count),
                joined = Math.Max(0, (int)(share * members.Count) - (isRaised ? 0 : SmallestCluster));
            int[] nearest =
                members.Count < SmallestCluster
                    ? [.. Enumerable.Range(0, members.Count)]
                    : draws[c].Snap(pool.Rows(members), pool.Dimensions, anchors);
            var taken = nearest.ToHashSet();
            candidates.AddRange(nearest.Select(member => members[member]));
            if (taken.Count < members.Count && joined > 0)
                candidates.AddRange(
                    Rank(WorstCase(pool, members, draws[c].Positions, cancellation), descending: true)
                        .Where(member => !taken.Contains(member))
                        .Take(joined)
                        .Select(member => members[member])
                );
            progress?.Report(0.1 + (0.8 * (done += members.Count) / clustered));
        }
        remarks.Add($"{Counted(candidates.Count, "candidate")} of {Counted(clustered, "image")} in clusters.");
        return candidates;
    }

    /// <summary>The candidates nearest to drawn positions, and those that are least redundant with them.</summary>
    private List<SelectedImage> SecondRound(
        SelectionPool pool,
        List<int> candidates,
        int count,
        Rng rng,
        List<string> remarks,
        CancellationToken cancellation
    )
    {
        if (count == 0)
            return [];
        int added = Math.Min((int)Math.Round(_options.RedundancyFraction * count), count - 1),
            drawn = count - added,
            walkers = DensityDraws.Walkers(_options, pool.Dimensions);
        float[] codes = pool.Rows(candidates);
        var draws = DensityDraws.Run(
            codes,
            pool.Dimensions,
            Math.Max(_options.FinalSteps, (drawn + walkers - 1) / walkers),
            _options,
            rng,
            cancellation
        );
        remarks.Add(DensityDraws.Describe("second round", pool.Dimensions, draws));
        int[] members = draws.Snap(codes, pool.Dimensions, drawn);
        List<SelectedImage> chosen = [.. members.Select(member => new SelectedImage(candidates[member]) { Round = 2 })];
        if (added == 0)
            return chosen;
        var taken = members.ToHashSet();
        int[] rest = [.. Enumerable.Range(0, candidates.Count).Where(member => !taken.Contains(member))];
        double[] redundancy = Redundancy(
            pool,
            [.. rest.Select(member => candidates[member])],
            [.. chosen.Select(image => image.Index)],
            cancellation
        );
        foreach (int i in Rank(redundancy, descending: false).Take(added))
            chosen.Add(new SelectedImage(candidates[rest[i]]) { Round = 1, Redundancy = redundancy[i] });
        Debug.Assert(chosen.Count == count, "every candidate is drawn or can be added");
        return chosen;
    }

    /// <summary>Indices ordered by value. Equal values keep their order.</summary>
    private static IEnumerable<int> Rank(double[] values, bool descending) =>
        descending
            ? Enumerable.Range(0, values.Length).OrderByDescending(i => values[i])
            : Enumerable.Range(0, values.Length).OrderBy(i => values[i]);

    /// <summary>
    /// The least normalised mutual information of each member's decoded image with the decoded image of any position.
    /// </summary>
    private double[] WorstCase(
        SelectionPool pool,
        List<int> members,
        float[] positions,
        CancellationToken cancellation
    ) => Information(pool, members, Binned(pool, positions), row => row.Min(), cancellation);

    /// <summary>The highest normalised mutual information of each image's decoded image with that of any chosen one.</summary>
    private double[] Redundancy(
        SelectionPool pool,
        List<int> images,
        List<int> chosen,
        CancellationToken cancellation
    ) => Information(pool, images, Decoded(pool, chosen), row => row.Max(), cancellation);

    /// <summary>
    /// Reduces the mutual information of each image's decoded image with all <paramref name="others"/> to one number.
    /// </summary>
    private double[] Information(
        SelectionPool pool,
        List<int> images,
        BinnedImages others,
        Func<double[], double> reduce,
        CancellationToken cancellation
    )
    {
        var partition = new Partition(pool.Threads);
        double[] result = new double[images.Count],
            row = new double[others.Count];
        for (int start = 0; start < images.Count; start += DecodeBatch)
        {
            int count = Math.Min(DecodeBatch, images.Count - start);
            double[] all = MutualInformation.Between(
                Decoded(pool, images.GetRange(start, count)),
                others,
                normalized: true,
                partition,
                cancellation
            );
            for (int i = 0; i < count; i++)
            {
                all.AsSpan(i * row.Length, row.Length).CopyTo(row);
                result[start + i] = reduce(row);
            }
        }
        return result;
    }

    private BinnedImages Decoded(SelectionPool pool, List<int> indices) => Binned(pool, pool.Rows(indices));

    private BinnedImages Binned(SelectionPool pool, float[] codes)
    {
        float[] images = pool.Decode!(codes);
        return BinnedImages.Of(images, images.Length / (codes.Length / pool.Dimensions), _options.Bins);
    }

    /// <summary>A count with its noun: <c>1 image</c>, <c>2,000 images</c>.</summary>
    internal static string Counted(int count, string noun) =>
        FormattableString.Invariant($"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
