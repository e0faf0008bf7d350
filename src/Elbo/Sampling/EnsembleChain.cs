namespace Elbo.Sampling;

/// <summary>Where the walkers of an <see cref="EnsembleSampler"/> went.</summary>
public sealed class EnsembleChain
{
    /// <summary>
    /// Sokal's window: autocorrelations count up to this many times the autocorrelation time, beyond which they are
    /// mostly noise.
    /// </summary>
    private const double Window = 5;

    private readonly double[] _positions;

    internal EnsembleChain(double[] positions, int walkers, int dimensions, double acceptanceFraction) =>
        (_positions, Walkers, Dimensions, AcceptanceFraction) = (positions, walkers, dimensions, acceptanceFraction);

    /// <summary>Steps that were kept.</summary>
    public int Steps => _positions.Length / Walkers / Dimensions;

    /// <summary>Walkers.</summary>
    public int Walkers { get; }

    /// <summary>Length of a position.</summary>
    public int Dimensions { get; }

    /// <summary>The share in [0, 1] of proposed moves that were made; from 0.2 to 0.7 where walkers mix well.</summary>
    public double AcceptanceFraction { get; }

    /// <summary>All positions, (steps, walkers, dimensions), row by row.</summary>
    public ReadOnlySpan<double> Positions => _positions;

    /// <summary>Where a walker was after a step.</summary>
    public ReadOnlySpan<double> Position(int step, int walker) =>
        _positions.AsSpan(((step * Walkers) + walker) * Dimensions, Dimensions);

    /// <summary>
    /// How many steps it takes until a coordinate is as good as drawn anew, for each coordinate; not a number where
    /// nothing moved.
    /// </summary>
    /// <remarks>
    /// The integrated autocorrelation time 1 + 2·Σ ρ(t), with ρ the mean over walkers and t up to five times the result
    /// (Sokal 1997). Chains of fewer than 50 such times give too low an estimate.
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
