using Elbo.Engine;
using Elbo.Sampling;

namespace Elbo.Selection;

/// <summary>
/// Positions in dense regions of the codes: all positions of a short chain of an ensemble sampler on their kernel
/// density.
/// </summary>
/// <param name="Positions">
/// Positions (n, dimensions), row-major: those of the last step first, then each next step as far from the earlier ones
/// as possible. Positions of one step are nearly independent of each other, those of successive steps are not.
/// </param>
/// <param name="AcceptanceFraction">Fraction of the sampler's moves that were accepted.</param>
/// <param name="Bandwidth">Bandwidth of the kernel density.</param>
internal sealed record DensityDraws(float[] Positions, double AcceptanceFraction, double Bandwidth)
{
    /// <summary>Runs the sampler without burn-in, from random members.</summary>
    /// <param name="codes">Codes (n, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="walkers">Number of walkers; raised to twice the dimensions, and to an even number.</param>
    /// <param name="steps">Number of steps of the walkers.</param>
    /// <param name="bandwidth">Bandwidth of the kernel density; null uses Scott's rule.</param>
    /// <param name="rng">Random numbers for the sampler.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public static DensityDraws Run(
        float[] codes,
        int dimensions,
        int walkers,
        int steps,
        double? bandwidth,
        Rng rng,
        CancellationToken cancellation
    )
    {
        var density = new KernelDensity(codes, dimensions, bandwidth);
        walkers = Math.Max(walkers + (walkers % 2), 2 * dimensions);
        double[] start = new double[walkers * dimensions];
        for (int k = 0; k < walkers; k++)
        {
            // A sample from a random kernel is a sample from the density. The samples differ even if all codes are
            // equal.
            int member = rng.Next(codes.Length / dimensions);
            for (int d = 0; d < dimensions; d++)
                start[(k * dimensions) + d] = codes[(member * dimensions) + d] + (density.Bandwidth * rng.NextNormal());
        }
        var chain = EnsembleSampler.Run(
            density.LogDensity,
            start,
            dimensions,
            new EnsembleSamplerOptions { Steps = steps, BurnIn = 0 },
            rng,
            cancellation
        );
        float[] positions = new float[steps * walkers * dimensions];
        int at = 0;
        foreach (int step in Spread(steps))
            for (int walker = 0; walker < walkers; walker++)
                foreach (double value in chain.Position(step, walker))
                    positions[at++] = (float)value;
        return new DensityDraws(positions, chain.AcceptanceFraction, density.Bandwidth);
    }

    /// <summary>
    /// Maps the first positions to the nearest code that no earlier position took, so that all are distinct.
    /// </summary>
    /// <param name="codes">Codes (n, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="count">Number of codes to take, at most n and at most the number of positions.</param>
    /// <returns>Distinct indices of codes.</returns>
    public int[] Snap(float[] codes, int dimensions, int count) =>
        Snap(codes, dimensions, new int[codes.Length / dimensions], [count]);

    /// <summary>
    /// Maps positions to the nearest code that no earlier position took, and skips those that fall into a part whose
    /// quota is full.
    /// </summary>
    /// <remarks>
    /// If the positions end before all quotas are full, each skipped one takes the nearest code of the other parts.
    /// </remarks>
    /// <param name="codes">Codes (n, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="parts">The part of each code, from 0.</param>
    /// <param name="quotas">
    /// Number of codes to take from each part, at most all of them. The sum is at most the number of positions.
    /// </param>
    /// <returns>Distinct indices of codes.</returns>
    public int[] Snap(float[] codes, int dimensions, int[] parts, ReadOnlySpan<int> quotas)
    {
        int[] open = quotas.ToArray();
        int count = open.Sum();
        bool[] isFree = new bool[parts.Length];
        Array.Fill(isFree, true);
        var members = new List<int>(count);
        var skipped = new List<int>();
        for (int i = 0; members.Count < count && i < Positions.Length / dimensions; i++)
            if (!TryTake(i))
                skipped.Add(i);
        for (int i = 0; members.Count < count; i++)
        {
            for (int member = 0; member < parts.Length; member++)
                isFree[member] &= open[parts[member]] > 0;
            TryTake(skipped[i]);
        }
        return [.. members];

        bool TryTake(int position)
        {
            int nearest = Nearest(Positions.AsSpan(position * dimensions, dimensions), codes, isFree);
            if (open[parts[nearest]] == 0)
                return false;
            open[parts[nearest]]--;
            isFree[nearest] = false;
            members.Add(nearest);
            return true;
        }
    }

    /// <summary>The free code nearest to a position.</summary>
    private static int Nearest(ReadOnlySpan<float> position, float[] codes, bool[] isFree)
    {
        double least = double.PositiveInfinity;
        int nearest = 0;
        for (int member = 0; member < isFree.Length; member++)
        {
            if (!isFree[member])
                continue;
            double square = 0;
            for (int d = 0; d < position.Length; d++)
            {
                double difference = (double)position[d] - codes[(member * position.Length) + d];
                square += difference * difference;
            }
            if (square < least)
                (least, nearest) = (square, member);
        }
        return nearest;
    }

    /// <summary>
    /// The steps 0 to n − 1 with the last one first, and each next one as far from the earlier ones as possible.
    /// </summary>
    internal static IEnumerable<int> Spread(int steps)
    {
        var order = new List<int> { steps - 1 };
        while (order.Count < steps)
            order.Add(
                Enumerable.Range(0, steps).Except(order).MaxBy(step => order.Min(other => Math.Abs(step - other)))
            );
        return order;
    }

    /// <summary>Describes how the positions of a round were drawn.</summary>
    public static string Describe(string round, int dimensions, params ReadOnlySpan<DensityDraws> draws)
    {
        double accepted = 0,
            narrowest = double.PositiveInfinity,
            widest = 0;
        int count = 0;
        foreach (var one in draws)
        {
            accepted += one.AcceptanceFraction / draws.Length;
            (narrowest, widest, count) = (
                Math.Min(narrowest, one.Bandwidth),
                Math.Max(widest, one.Bandwidth),
                count + (one.Positions.Length / dimensions)
            );
        }
        string bandwidth =
            narrowest == widest
                ? FormattableString.Invariant($"{widest:G3}")
                : FormattableString.Invariant($"{narrowest:G3} to {widest:G3}");
        return FormattableString.Invariant(
            $"{round}: {VoteMi.Counted(count, "position")} drawn with bandwidth {bandwidth}; {100 * accepted:F0} % of moves accepted."
        );
    }
}
