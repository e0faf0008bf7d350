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
    /// Bandwidth of the kernel densities that positions are drawn from, in units of the codes; null uses Scott's rule
    /// in each part of a cluster, and the mean of these bandwidths in the second round. Default null.
    /// </summary>
    public double? Bandwidth { get; init; }

    /// <summary>
    /// Number of walkers of the sampler; raised to twice the number of dimensions, to an even number, and in the second
    /// round to the number of images that are drawn. Default 10.
    /// </summary>
    public int Walkers { get; init; } = 10;

    /// <summary>
    /// Number of steps of the walkers in each part of a cluster. All their positions are anchors of the first round.
    /// Default 5.
    /// </summary>
    public int Steps { get; init; } = 5;

    /// <summary>Number of steps of the walkers in the second round; default 10.</summary>
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
/// First round: DBSCAN finds clusters. Those with more than a twentieth of all images are parted by k-means. In each
/// part of five or more codes, a short chain of an ensemble sampler draws anchors from the kernel density of the codes.
/// For each member, the least mutual information of its decoded image with that of any anchor is its worst case. The
/// images nearest to the anchors and the members with the highest worst case, a tenth of the part less 5, become
/// candidates; noise does not.
/// </para>
/// <para>
/// Second round: a chain of the same sampler, with as many walkers as images are drawn, draws positions from the
/// density of all candidates. Each takes the nearest candidate that is not taken yet, unless the part of this candidate
/// has its share of the choice already. To these come the least redundant candidates, a tenth of the budget: one at a
/// time, the one whose highest mutual information with any image chosen before is lowest.
/// </para>
/// <para>
/// If the budget needs more candidates, parts contribute more than a tenth, so that there are twice as many candidates
/// as choices while images last. Noise is chosen last, in random order.
/// </para>
/// </remarks>
public sealed class VoteMi(VoteMiOptions? options = null) : ISelectionStrategy
{
    /// <summary>
    /// The smallest part of a cluster that anchors are drawn in, and the number by which the members that join are
    /// fewer than a tenth.
    /// </summary>
    private const int SmallestPart = 5;

    /// <summary>No part of a cluster has more than this fraction of all images.</summary>
    private const double LargestPart = 0.05;

    private readonly VoteMiOptions _options = options ?? new VoteMiOptions();

    /// <inheritdoc/>
    public bool NeedsDecoder => true;

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, progress, cancellation) = task;
        if (pool.Decode is null)
            throw new ArgumentException(
                "Vote-MI compares decoded images; this pool has no model that decodes its codes. A model that is "
                    + "conditional on labels needs the class to decode as: --class NAME."
            );
        var remarks = new List<string>();
        int[] labels = Cluster(pool, remarks, cancellation);
        progress?.Report(0.1);
        var images = new DecodedImages(pool, _options.Bins, cancellation);
        var candidates = FirstRound(
            pool,
            images,
            labels,
            budget,
            rng.Fork("first round"),
            remarks,
            progress,
            cancellation
        );
        var chosen = SecondRound(
            pool,
            images,
            candidates,
            Math.Min(budget, candidates.Images.Count),
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

    /// <summary>The candidates from the parts of all clusters.</summary>
    private Candidates FirstRound(
        SelectionPool pool,
        DecodedImages images,
        int[] labels,
        int budget,
        Rng rng,
        List<string> remarks,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        var clusters = ClusterMembers.UnlabelledFirst(ClusterMembers.LargestFirst(labels, labels.Max() + 1), pool);
        int largest = Math.Max((int)(LargestPart * pool.Count), SmallestPart);
        List<int>[] parts =
        [
            .. clusters.SelectMany(
                (cluster, c) =>
                    ClusterMembers.Parts(pool, cluster, largest, rng.Fork("parts").Fork((ulong)c), cancellation)
            ),
        ];
        var candidates = new Candidates([], [], [.. parts.Select(part => part.Count)], _options.Bandwidth);
        if (parts.Length == 0)
            return candidates;
        int clustered = candidates.PartSizes.Sum();
        double share = Math.Max(_options.ClusterFraction, Math.Min(1, 2.0 * budget / clustered));
        bool isRaised = share > _options.ClusterFraction;
        var draws = new DensityDraws?[parts.Length];
        new Partition(pool.Threads).Run(
            parts.Length,
            (first, last) =>
            {
                for (int p = first; p < last; p++)
                    if (parts[p].Count >= SmallestPart)
                        draws[p] = DensityDraws.Run(
                            pool.Rows(parts[p]),
                            pool.Dimensions,
                            _options.Walkers,
                            _options.Steps,
                            _options.Bandwidth,
                            rng.Fork((ulong)p),
                            cancellation
                        );
            },
            pieceSize: 1,
            cancellation
        );
        DensityDraws[] drawn = [.. draws.OfType<DensityDraws>()];
        if (drawn.Length > 0)
            remarks.Add(DensityDraws.Describe($"first round, {Counted(parts.Length, "part")}", pool.Dimensions, drawn));
        int done = 0;
        for (int p = 0; p < parts.Length; p++)
        {
            candidates.Add(draws[p] is { } positions ? FromPart(parts[p], positions) : parts[p], p);
            done += parts[p].Count;
            progress?.Report(0.1 + (0.8 * done / clustered));
        }
        remarks.Add($"{Counted(candidates.Images.Count, "candidate")} of {Counted(clustered, "image")} in clusters.");
        return drawn.Length > 0 ? candidates with { Bandwidth = drawn.Average(one => one.Bandwidth) } : candidates;

        // The images nearest to the positions, and those that share most with all of them.
        IEnumerable<int> FromPart(List<int> members, DensityDraws positions)
        {
            int anchors = Math.Min(positions.Positions.Length / pool.Dimensions, members.Count),
                joined = Math.Max(0, (int)(share * members.Count) - (isRaised ? 0 : SmallestPart));
            int[] nearest = positions.Snap(pool.Rows(members), pool.Dimensions, anchors);
            if (joined == 0 || anchors == members.Count)
                return nearest.Select(member => members[member]);
            var taken = nearest.ToHashSet();
            return nearest
                .Concat(
                    images
                        .WorstCase(members, positions.Positions)
                        .Select((worst, member) => (Worst: worst, Member: member))
                        .Where(pair => !taken.Contains(pair.Member))
                        .OrderByDescending(pair => pair.Worst)
                        .Take(joined)
                        .Select(pair => pair.Member)
                )
                .Select(member => members[member]);
        }
    }

    /// <summary>The candidates nearest to drawn positions, and those that are least redundant with them.</summary>
    private List<SelectedImage> SecondRound(
        SelectionPool pool,
        DecodedImages images,
        Candidates candidates,
        int count,
        Rng rng,
        List<string> remarks,
        CancellationToken cancellation
    )
    {
        if (count == 0)
            return [];
        int added = Math.Min((int)Math.Round(_options.RedundancyFraction * count), count - 1),
            drawn = count - added;
        float[] codes = pool.Rows(candidates.Images);
        var draws = DensityDraws.Run(
            codes,
            pool.Dimensions,
            Math.Max(_options.Walkers, drawn),
            _options.FinalSteps,
            candidates.Bandwidth,
            rng,
            cancellation
        );
        remarks.Add(DensityDraws.Describe("second round", pool.Dimensions, draws));
        int[] members = draws.Snap(codes, pool.Dimensions, [.. candidates.Parts], candidates.Quotas(drawn));
        List<SelectedImage> chosen =
        [
            .. members.Select(member => new SelectedImage(candidates.Images[member]) { Round = 2 }),
        ];
        var rest = candidates.Images.Except(chosen.Select(image => image.Index)).ToList();
        foreach (var (image, redundancy) in images.LeastRedundant(rest, chosen.ConvertAll(i => i.Index), added))
            chosen.Add(new SelectedImage(image) { Round = 1, Redundancy = redundancy });
        Debug.Assert(chosen.Count == count, "every candidate is drawn or can be added");
        return chosen;
    }

    /// <summary>A count with its noun: <c>1 image</c>, <c>2,000 images</c>.</summary>
    internal static string Counted(int count, string noun) =>
        FormattableString.Invariant($"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    /// <summary>The candidates of the second round.</summary>
    /// <param name="Images">Distinct images.</param>
    /// <param name="Parts">The part of a cluster that each candidate comes from, from 0.</param>
    /// <param name="PartSizes">Number of images in each part.</param>
    /// <param name="Bandwidth">
    /// Bandwidth of their kernel density. Scott's rule for all of them would fill the gaps between clusters.
    /// </param>
    private sealed record Candidates(List<int> Images, List<int> Parts, int[] PartSizes, double? Bandwidth)
    {
        public void Add(IEnumerable<int> images, int part)
        {
            Images.AddRange(images);
            Parts.AddRange(Enumerable.Repeat(part, Images.Count - Parts.Count));
        }

        /// <summary>
        /// Divides a number of images, at most that of the candidates, among the parts in proportion to their sizes.
        /// </summary>
        /// <remarks>Largest remainders. No part gets more than its candidates.</remarks>
        public int[] Quotas(int count)
        {
            int[] quotas = new int[PartSizes.Length],
                limits = new int[PartSizes.Length];
            foreach (int part in Parts)
                limits[part]++;
            double share = (double)count / PartSizes.Sum();
            for (int k = 0; k < count; k++)
                quotas[
                    Enumerable
                        .Range(0, quotas.Length)
                        .Where(part => quotas[part] < limits[part])
                        .MaxBy(part => (share * PartSizes[part]) - quotas[part])
                ]++;
            return quotas;
        }
    }
}
