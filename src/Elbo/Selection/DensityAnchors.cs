using Elbo.Engine;
using Elbo.Sampling;

namespace Elbo.Selection;

/// <summary>
/// Images in dense regions. An ensemble sampler draws positions from the kernel density of the codes, and each position
/// is mapped to the nearest image that is not yet taken.
/// </summary>
/// <param name="Members">Distinct indices into the codes.</param>
/// <param name="AcceptanceFraction">Fraction of the sampler's moves that were accepted.</param>
/// <param name="AutocorrelationTime">Autocorrelation time of the slowest coordinate, in steps.</param>
/// <param name="Bandwidth">Bandwidth of the kernel density.</param>
internal sealed record DensityAnchors(
    int[] Members,
    double AcceptanceFraction,
    double AutocorrelationTime,
    double Bandwidth
)
{
    /// <summary>Draws anchors from the density of the codes.</summary>
    /// <param name="codes">Codes (n, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="count">Number of anchors, at most n.</param>
    /// <param name="options">Bandwidth, number of walkers and steps.</param>
    /// <param name="rng">Random numbers for the sampler.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public static DensityAnchors Draw(
        float[] codes,
        int dimensions,
        int count,
        VoteMiOptions options,
        Rng rng,
        CancellationToken cancellation
    )
    {
        var density = new KernelDensity(codes, dimensions, options.Bandwidth);
        int walkers = Math.Max(options.Walkers, 2 * dimensions);
        walkers += walkers % 2;
        double[] start = new double[walkers * dimensions];
        for (int k = 0; k < walkers; k++)
        {
            // A sample from a random kernel is a sample from the density. The samples differ even if all codes are
            // equal.
            int member = rng.Next(codes.Length / dimensions);
            for (int d = 0; d < dimensions; d++)
                start[(k * dimensions) + d] = codes[(member * dimensions) + d] + (density.Bandwidth * rng.NextNormal());
        }
        // The last positions of the walkers. If these are too few, also earlier ones, at intervals of half the steps
        // that the walkers need to become independent.
        int turns = (count + walkers - 1) / walkers,
            gap = Math.Max(1, options.Steps / 2);
        var chain = EnsembleSampler.Run(
            density.LogDensity,
            start,
            dimensions,
            new EnsembleSamplerOptions { Steps = options.Steps + ((turns - 1) * gap), BurnIn = 0 },
            rng,
            cancellation
        );
        double[] positions = new double[count * dimensions];
        for (int i = 0; i < count; i++)
            chain.Position(chain.Steps - 1 - (i / walkers * gap), i % walkers).CopyTo(positions.AsSpan(i * dimensions));
        return new DensityAnchors(
            Snap(positions, codes, dimensions),
            chain.AcceptanceFraction,
            chain.AutocorrelationTimes().Max(),
            density.Bandwidth
        );
    }

    private static int[] Snap(double[] positions, float[] codes, int dimensions)
    {
        int[] members = new int[positions.Length / dimensions];
        bool[] taken = new bool[codes.Length / dimensions];
        for (int i = 0; i < members.Length; i++)
        {
            var position = positions.AsSpan(i * dimensions, dimensions);
            double nearest = double.PositiveInfinity;
            for (int member = 0; member < taken.Length; member++)
            {
                if (taken[member])
                    continue;
                double square = 0;
                for (int d = 0; d < dimensions; d++)
                {
                    double difference = position[d] - codes[(member * dimensions) + d];
                    square += difference * difference;
                }
                if (square < nearest)
                    (nearest, members[i]) = (square, member);
            }
            taken[members[i]] = true;
        }
        return members;
    }

    /// <summary>Describes how the anchors of a round were drawn.</summary>
    public static string Describe(string round, params ReadOnlySpan<DensityAnchors> anchors)
    {
        double accepted = 0,
            slowest = 0,
            narrowest = double.PositiveInfinity,
            widest = 0;
        int count = 0;
        foreach (var one in anchors)
        {
            accepted += one.AcceptanceFraction / anchors.Length;
            // NaN if nothing moved; the acceptance fraction then shows it.
            if (one.AutocorrelationTime > slowest)
                slowest = one.AutocorrelationTime;
            (narrowest, widest, count) = (
                Math.Min(narrowest, one.Bandwidth),
                Math.Max(widest, one.Bandwidth),
                count + one.Members.Length
            );
        }
        string bandwidth =
            narrowest == widest
                ? FormattableString.Invariant($"{widest:G3}")
                : FormattableString.Invariant($"{narrowest:G3} to {widest:G3}");
        return FormattableString.Invariant(
                $"{round}: {VoteMi.Counted(count, "anchor")} drawn with bandwidth {bandwidth}; {100 * accepted:F0} % "
            ) + FormattableString.Invariant($"of moves accepted, autocorrelation time up to {slowest:F0} steps.");
    }
}

/// <summary>
/// The first round of <see cref="VoteMi"/> in one cluster: each anchor votes for the images that share the most
/// information with it.
/// </summary>
internal static class AnchorVotes
{
    /// <summary>Counts the votes.</summary>
    /// <param name="information">Mutual information of each image with each anchor, (members, anchors).</param>
    /// <param name="anchors">Number of anchors.</param>
    /// <param name="each">Number of images that each anchor votes for.</param>
    /// <returns>The number of votes for each member.</returns>
    public static int[] Count(double[] information, int anchors, int each)
    {
        int members = information.Length / anchors;
        int[] votes = new int[members],
            order = new int[members];
        double[] keys = new double[members];
        for (int anchor = 0; anchor < anchors; anchor++)
        {
            for (int i = 0; i < members; i++)
                (keys[i], order[i]) = (-information[(i * anchors) + anchor], i);
            SortStably(keys, order);
            for (int k = 0; k < each; k++)
                votes[order[k]]++;
        }
        return votes;
    }

    /// <summary>
    /// The anchors and the members with the most votes, up to <paramref name="quota"/>. Ties in votes go to the member
    /// with more information, then to the first.
    /// </summary>
    public static List<int> Winners(int[] votes, double[] information, ReadOnlySpan<int> anchors, int quota)
    {
        List<int> winners = [.. anchors];
        bool[] isAnchor = new bool[votes.Length];
        foreach (int anchor in anchors)
            isAnchor[anchor] = true;
        int[] order = new int[votes.Length];
        (int Votes, double Information)[] keys = new (int, double)[votes.Length];
        for (int i = 0; i < order.Length; i++)
        {
            double sum = 0;
            for (int anchor = 0; anchor < anchors.Length; anchor++)
                sum += information[(i * anchors.Length) + anchor];
            (order[i], keys[i]) = (i, (-votes[i], -sum));
        }
        SortStably(keys, order);
        foreach (int member in order)
        {
            if (winners.Count == quota)
                break;
            if (!isAnchor[member])
                winners.Add(member);
        }
        return winners;
    }

    /// <summary>Sorts by key and, for equal keys, by index. Array.Sort alone is not stable.</summary>
    private static void SortStably<TKey>(TKey[] keys, int[] order)
    {
        var comparer = Comparer<TKey>.Default;
        Array.Sort(order, (a, b) => comparer.Compare(keys[a], keys[b]) is var c && c != 0 ? c : a.CompareTo(b));
    }
}
