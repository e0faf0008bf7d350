using Elbo.Engine;

namespace Elbo.Sampling;

/// <summary>The logarithm of a density at a position, up to a constant; −∞ where the density is 0.</summary>
public delegate double LogDensity(ReadOnlySpan<double> position);

/// <summary>Options of <see cref="EnsembleSampler"/>.</summary>
public sealed record EnsembleSamplerOptions
{
    /// <summary>Number of steps to keep, each of all walkers; default 1000.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Number of initial steps to discard; default 100.</summary>
    public int BurnIn { get; init; } = 100;

    /// <summary>Scale a of the stretch move: the stretch factor lies in [1/a, a]; more than 1, default 2.</summary>
    public double Stretch { get; init; } = 2;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        if (Steps < 1)
            throw new ArgumentException($"{Steps} steps were asked for; it must be 1 or more.");
        if (BurnIn < 0)
            throw new ArgumentException($"{BurnIn} steps of burn-in were asked for; it must be 0 or more.");
        if (!(Stretch > 1 && double.IsFinite(Stretch)))
            throw new ArgumentException($"stretch is {Stretch}; it must be more than 1.");
    }
}

/// <summary>Markov chain Monte Carlo with an ensemble of walkers, for densities known up to a constant.</summary>
/// <remarks>
/// Goodman and Weare 2010, "Ensemble samplers with affine invariance": the stretch move. Walkers form two halves. Those
/// of one half move along lines to random walkers of the other half, which does not move meanwhile (Foreman-Mackey et
/// al. 2013). Mixing is invariant under affine maps of the density, so there is no step size to tune.
/// </remarks>
public static class EnsembleSampler
{
    /// <summary>Runs the walkers.</summary>
    /// <param name="logDensity">The density to sample from.</param>
    /// <param name="start">
    /// Initial positions (walkers, <paramref name="dimensions"/>), row-major. They must not lie in one hyperplane,
    /// because the walkers would never leave it.
    /// </param>
    /// <param name="dimensions">Number of coordinates of a position.</param>
    /// <param name="options">Numbers of steps and the stretch; null uses the defaults.</param>
    /// <param name="rng">Random numbers for the moves.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, the number of walkers is odd or less than twice the
    /// dimensions, the density at an initial position is 0 or not a number, or an option is out of range.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static EnsembleChain Run(
        LogDensity logDensity,
        ReadOnlySpan<double> start,
        int dimensions,
        EnsembleSamplerOptions? options,
        Rng rng,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(logDensity);
        ArgumentNullException.ThrowIfNull(rng);
        options ??= new EnsembleSamplerOptions();
        options.Validate();
        int walkers = CountWalkers(start, dimensions);
        if ((long)options.Steps * start.Length > Array.MaxLength)
            throw new ArgumentException(
                $"{options.Steps} steps of {walkers} walkers in {dimensions} dimensions were asked for; at most "
                    + $"{Array.MaxLength / start.Length} steps are possible.",
                nameof(options)
            );
        double[] positions = start.ToArray(),
            densities = new double[walkers],
            chain = new double[(long)options.Steps * start.Length];
        for (int k = 0; k < walkers; k++)
        {
            densities[k] = logDensity(positions.AsSpan(k * dimensions, dimensions));
            if (!double.IsFinite(densities[k]))
                throw new ArgumentException(
                    $"the log-density where walker {k} begins is {densities[k]}; a finite number is needed.",
                    nameof(start)
                );
        }
        long accepted = 0;
        for (int step = -options.BurnIn; step < options.Steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            int moved =
                MoveHalf(logDensity, positions, densities, dimensions, 0, options.Stretch, rng)
                + MoveHalf(logDensity, positions, densities, dimensions, 1, options.Stretch, rng);
            if (step < 0)
                continue;
            accepted += moved;
            positions.CopyTo(chain.AsSpan(step * positions.Length));
        }
        return new EnsembleChain(chain, walkers, dimensions, accepted / ((double)options.Steps * walkers));
    }

    private static int CountWalkers(ReadOnlySpan<double> start, int dimensions)
    {
        if (dimensions < 1 || start.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {start.Length} numbers; positions of {dimensions} dimensions need a multiple of that.",
                nameof(start)
            );
        int walkers = start.Length / dimensions;
        if (walkers < 2 * dimensions || walkers % 2 != 0)
            throw new ArgumentException(
                $"got {walkers} walkers; {dimensions} dimensions need an even number of {2 * dimensions} or more.",
                nameof(start)
            );
        return walkers;
    }

    /// <summary>Moves one half of the walkers and returns the number of accepted moves.</summary>
    private static int MoveHalf(
        LogDensity logDensity,
        double[] positions,
        double[] densities,
        int dimensions,
        int half,
        double stretch,
        Rng rng
    )
    {
        int size = densities.Length / 2,
            others = (1 - half) * size,
            accepted = 0;
        Span<double> proposal = dimensions <= 64 ? stackalloc double[dimensions] : new double[dimensions];
        for (int k = half * size; k < (half + 1) * size; k++)
        {
            var position = positions.AsSpan(k * dimensions, dimensions);
            var other = positions.AsSpan((others + rng.Next(size)) * dimensions, dimensions);
            // The density of z is proportional to 1/√z on [1/a, a], so √z is uniform between the square roots of the
            // bounds.
            double root = 1 + ((stretch - 1) * Uniform(rng)),
                z = root * root / stretch;
            for (int d = 0; d < dimensions; d++)
                proposal[d] = other[d] + (z * (position[d] - other[d]));
            double density = logDensity(proposal),
                chance = Math.Log(Uniform(rng));
            // Also false if the density is not a number.
            if (!(chance < ((dimensions - 1) * Math.Log(z)) + density - densities[k]))
                continue;
            proposal.CopyTo(position);
            densities[k] = density;
            accepted++;
        }
        return accepted;
    }

    /// <summary>Uniform in (0, 1), without 0, whose logarithm is not finite.</summary>
    private static double Uniform(Rng rng) => (rng.NextUInt32() + 0.5) / (1L << 32);
}

/// <summary>The positions of the walkers of an <see cref="EnsembleSampler"/>.</summary>
public sealed class EnsembleChain
{
    /// <summary>
    /// Sokal's window: autocorrelations are summed up to this many autocorrelation times; beyond it they are mostly
    /// noise.
    /// </summary>
    private const double Window = 5;

    private readonly double[] _positions;

    internal EnsembleChain(double[] positions, int walkers, int dimensions, double acceptanceFraction) =>
        (_positions, Walkers, Dimensions, AcceptanceFraction) = (positions, walkers, dimensions, acceptanceFraction);

    /// <summary>Number of kept steps.</summary>
    public int Steps => _positions.Length / Walkers / Dimensions;

    /// <summary>Number of walkers.</summary>
    public int Walkers { get; }

    /// <summary>Number of coordinates of a position.</summary>
    public int Dimensions { get; }

    /// <summary>
    /// The fraction in [0, 1] of proposed moves that were accepted; 0.2 to 0.7 if the walkers mix well.
    /// </summary>
    public double AcceptanceFraction { get; }

    /// <summary>All positions (steps, walkers, dimensions), row-major.</summary>
    public ReadOnlySpan<double> Positions => _positions;

    /// <summary>The position of a walker after a step.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such step or walker.</exception>
    public ReadOnlySpan<double> Position(int step, int walker)
    {
        Require.Index(step, Steps, "steps");
        Require.Index(walker, Walkers, "walkers");
        return _positions.AsSpan(((step * Walkers) + walker) * Dimensions, Dimensions);
    }

    /// <summary>
    /// Integrated autocorrelation time of each coordinate, in steps; NaN for a coordinate that never changed.
    /// </summary>
    /// <remarks>
    /// 1 + 2·Σ ρ(t), with ρ averaged over the walkers and t up to five times the result (Sokal 1997). Chains shorter
    /// than 50 autocorrelation times give too low an estimate.
    /// </remarks>
    public double[] AutocorrelationTimes()
    {
        double[] times = new double[Dimensions];
        for (int d = 0; d < Dimensions; d++)
            times[d] = AutocorrelationTime(d);
        return times;
    }

    private double AutocorrelationTime(int dimension)
    {
        int steps = Steps;
        double[] centred = new double[_positions.Length / Dimensions]; // (walkers, steps)
        for (int walker = 0; walker < Walkers; walker++)
        {
            var row = centred.AsSpan(walker * steps, steps);
            double mean = 0;
            for (int step = 0; step < steps; step++)
                mean += row[step] = Position(step, walker)[dimension];
            mean /= steps;
            foreach (ref double value in row)
                value -= mean;
        }
        double variance = Autocovariance(centred, steps, 0),
            time = 1;
        if (!(variance > 0))
            return double.NaN;
        for (int lag = 1; lag < steps && lag < Window * time; lag++)
            time += 2 * Autocovariance(centred, steps, lag) / variance;
        return time;
    }

    private static double Autocovariance(double[] centred, int steps, int lag)
    {
        double sum = 0;
        for (int start = 0; start < centred.Length; start += steps)
        {
            var row = centred.AsSpan(start, steps);
            for (int step = lag; step < steps; step++)
                sum += row[step] * row[step - lag];
        }
        return sum;
    }
}
