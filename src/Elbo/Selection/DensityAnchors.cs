using Elbo.Engine;
using Elbo.Sampling;

namespace Elbo.Selection;

/// <summary>
/// Images where codes lie dense: positions drawn from their kernel density by an ensemble sampler, each brought to the
/// nearest image that is not taken.
/// </summary>
/// <param name="Members">The anchors among the codes they were drawn for, all distinct.</param>
/// <param name="AcceptanceFraction">Of the sampler's moves.</param>
/// <param name="AutocorrelationTime">Of the slowest coordinate, in steps.</param>
/// <param name="Bandwidth">Of the density.</param>
internal sealed record DensityAnchors(
    int[] Members,
    double AcceptanceFraction,
    double AutocorrelationTime,
    double Bandwidth
)
{
    /// <summary>Draws anchors.</summary>
    /// <param name="codes">(n, <paramref name="dimensions"/>), row by row.</param>
    /// <param name="dimensions">Length of a code.</param>
    /// <param name="count">How many, at most n.</param>
    /// <param name="options">Bandwidth, walkers and steps.</param>
    /// <param name="rng">All chance.</param>
    /// <param name="cancellation">Ends the work early.</param>
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
            // A point of a random kernel: a draw from the density, and no two alike even where all codes are equal.
            int member = rng.Next(codes.Length / dimensions);
            for (int d = 0; d < dimensions; d++)
                start[(k * dimensions) + d] = codes[(member * dimensions) + d] + (density.Bandwidth * rng.NextNormal());
        }
        // The walkers' last positions, and where these are too few, those half as many steps before as it takes to
        // forget, and so on.
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
}
