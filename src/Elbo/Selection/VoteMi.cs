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
    /// Number of anchors per cluster, and of walkers that draw them. Raised if the dimensions need more. Default 10.
    /// </summary>
    public int Walkers { get; init; } = 10;

    /// <summary>Number of steps of the walkers before anchors are drawn; default 200.</summary>
    public int Steps { get; init; } = 200;

    /// <summary>
    /// The fraction in (0, 1] of each cluster that the first round keeps. Raised if the budget needs more. Default 0.1.
    /// </summary>
    public double ClusterFraction { get; init; } = 0.1;

    /// <summary>The fraction in (0, 1] of the budget that is anchors of the second round; default 0.1.</summary>
    public double AnchorFraction { get; init; } = 0.1;

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
        if (!(ClusterFraction is > 0 and <= 1))
            throw new ArgumentException(
                $"cluster-fraction is {ClusterFraction}; it must be more than 0 and at most 1."
            );
        if (!(AnchorFraction is > 0 and <= 1))
            throw new ArgumentException($"anchor-fraction is {AnchorFraction}; it must be more than 0 and at most 1.");
        if (Bins is < 2 or > 256)
            throw new ArgumentException($"bins is {Bins}; it must be from 2 to 256.");
    }
}

/// <summary>
/// Vote-MI: in each cluster of codes, images in dense regions vote for images with high mutual information. From all
/// images with votes, the least redundant are chosen.
/// </summary>
/// <remarks>
/// <para>
/// First round: DBSCAN finds clusters. In each cluster, an ensemble sampler draws anchors from the kernel density of
/// the codes. Every anchor votes for the members whose decoded images share the most information with its own. The
/// anchors and the members with the most votes, a tenth of the cluster, become candidates; noise does not.
/// </para>
/// <para>
/// Second round: anchors, a tenth of the budget, are drawn from the density of all candidates. The least redundant
/// candidates are added: those whose highest mutual information with any anchor is lowest.
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

    /// <summary>The candidates from the clusters, with their votes.</summary>
    private List<SelectedImage> FirstRound(
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
        int[] quotas = [.. clusters.Select(members => Math.Max(1, (int)(share * members.Count)))];
        var anchors = new DensityAnchors[clusters.Count];
        new Partition(pool.Threads).Run(
            clusters.Count,
            (first, last) =>
            {
                for (int c = first; c < last; c++)
                    anchors[c] = DensityAnchors.Draw(
                        pool.Rows(clusters[c]),
                        pool.Dimensions,
                        Math.Min(_options.Walkers, quotas[c]),
                        _options,
                        rng.Fork((ulong)c),
                        cancellation
                    );
            },
            pieceSize: 1,
            cancellation
        );
        remarks.Add(DensityAnchors.Describe("first round", anchors));
        var candidates = new List<SelectedImage>();
        int done = 0;
        for (int c = 0; c < clusters.Count; c++)
        {
            double[] information = Information(
                pool,
                clusters[c],
                [.. anchors[c].Members.Select(member => clusters[c][member])],
                cancellation
            );
            int[] votes = AnchorVotes.Count(information, anchors[c].Members.Length, quotas[c]);
            foreach (int member in AnchorVotes.Winners(votes, information, anchors[c].Members, quotas[c]))
                candidates.Add(new SelectedImage(clusters[c][member]) { Round = 1, Votes = votes[member] });
            progress?.Report(0.1 + (0.8 * (done += clusters[c].Count) / clustered));
        }
        remarks.Add($"{Counted(candidates.Count, "candidate")} of {Counted(clustered, "image")} in clusters.");
        return candidates;
    }

    /// <summary>The anchors among the candidates, and the candidates that are least redundant with them.</summary>
    private List<SelectedImage> SecondRound(
        SelectionPool pool,
        List<SelectedImage> candidates,
        int count,
        Rng rng,
        List<string> remarks,
        CancellationToken cancellation
    )
    {
        if (count == 0)
            return [];
        List<int> indices = [.. candidates.Select(candidate => candidate.Index)];
        int anchorCount = Math.Clamp((int)Math.Round(_options.AnchorFraction * count), 1, count);
        var anchors = DensityAnchors.Draw(
            pool.Rows(indices),
            pool.Dimensions,
            anchorCount,
            _options,
            rng,
            cancellation
        );
        remarks.Add(DensityAnchors.Describe("second round", anchors));
        double[] information = Information(
            pool,
            indices,
            [.. anchors.Members.Select(member => indices[member])],
            cancellation
        );
        var chosen = new List<SelectedImage>(count);
        bool[] taken = new bool[candidates.Count];
        foreach (int member in anchors.Members)
        {
            taken[member] = true;
            chosen.Add(candidates[member] with { Round = 2 });
        }
        double[] redundancy = new double[candidates.Count];
        for (int i = 0; i < redundancy.Length; i++)
            redundancy[i] = information.AsSpan(i * anchorCount, anchorCount).ToArray().Max();
        foreach (
            int member in Enumerable
                .Range(0, candidates.Count)
                .Where(i => !taken[i])
                .OrderBy(i => redundancy[i])
                .Take(count - anchorCount)
        )
            chosen.Add(candidates[member]);
        Debug.Assert(chosen.Count == count, "every candidate is an anchor or can be added");
        return chosen;
    }

    /// <summary>
    /// Mutual information between the decoded images of some codes and of the anchors, (members, anchors).
    /// </summary>
    private double[] Information(SelectionPool pool, List<int> members, int[] anchors, CancellationToken cancellation)
    {
        var partition = new Partition(pool.Threads);
        var anchorImages = Decoded(pool, anchors);
        double[] result = new double[(long)members.Count * anchors.Length];
        for (int start = 0; start < members.Count; start += DecodeBatch)
        {
            var images = Decoded(pool, members.GetRange(start, Math.Min(DecodeBatch, members.Count - start)));
            MutualInformation
                .Between(images, anchorImages, partition, cancellation)
                .CopyTo(result.AsSpan(start * anchors.Length));
        }
        return result;
    }

    private BinnedImages Decoded(SelectionPool pool, IReadOnlyList<int> indices)
    {
        float[] images = pool.Decode!(pool.Rows(indices));
        return BinnedImages.Of(images, images.Length / indices.Count, _options.Bins);
    }

    /// <summary>A count with its noun: <c>1 image</c>, <c>2,000 images</c>.</summary>
    internal static string Counted(int count, string noun) =>
        FormattableString.Invariant($"{count:N0} {noun}{(count == 1 ? "" : "s")}");
}
