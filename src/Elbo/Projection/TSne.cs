using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Projection;

/// <summary>How <see cref="TSne"/> arranges points.</summary>
/// <remarks>Defaults are those of van der Maaten 2014; rate and exaggeration those of Belkina et al. 2019.</remarks>
public sealed record TSneOptions
{
    /// <summary>
    /// About how many neighbours each point keeps close; more than 1, and at most a third of the other points. Default
    /// 30.
    /// </summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>Steps of gradient descent; default 1000.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>
    /// A group of points acts as one where its cell is less than this times its distance wide, from 0 (exact, and slow)
    /// to 1; default 0.5.
    /// </summary>
    public double Theta { get; init; } = 0.5;

    /// <summary>
    /// What attraction is multiplied by in the first <see cref="ExaggeratedIterations"/>, so that groups form; default
    /// 12.
    /// </summary>
    public double Exaggeration { get; init; } = 12;

    /// <summary>Steps with exaggeration; default 250.</summary>
    public int ExaggeratedIterations { get; init; } = 250;

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every option for so many points.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate(int points)
    {
        if (!(Perplexity > 1 && double.IsFinite(Perplexity)))
            throw new ArgumentException($"perplexity is {Perplexity}; it must be more than 1.");
        if (Perplexity * 3 > points - 1)
            throw new ArgumentException(
                $"perplexity is {Perplexity}; {points} points allow {Math.Max(0, (points - 1) / 3)} at most, a "
                    + "third of each one's neighbours."
            );
        if (Iterations < 1)
            throw new ArgumentException($"{Iterations} iterations of t-SNE were asked for; it must be 1 or more.");
        if (!(Theta is >= 0 and <= 1))
            throw new ArgumentException($"theta is {Theta}; it must be from 0 to 1.");
        if (!(Exaggeration >= 1 && double.IsFinite(Exaggeration)))
            throw new ArgumentException($"exaggeration is {Exaggeration}; it must be 1 or more.");
        if (ExaggeratedIterations < 0)
            throw new ArgumentException(
                $"{ExaggeratedIterations} exaggerated iterations were asked for; it must be 0 or more."
            );
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}

/// <summary>Where <see cref="TSne"/> has put points in a plane.</summary>
/// <param name="Coordinates">(N, 2), row by row, their mean at the origin.</param>
/// <param name="Divergence">KL divergence of the plane's similarities from those of the points, in nats; the lower, the
/// better the neighbourhoods are kept.</param>
/// <param name="History">The divergence after every 50th iteration.</param>
public sealed record TSneResult(float[] Coordinates, double Divergence, IReadOnlyList<double> History);

/// <summary>
/// t-SNE: points in a plane such that those that were neighbours in many dimensions are neighbours again.
/// </summary>
/// <remarks>
/// van der Maaten 2014, "Accelerating t-SNE using Tree-Based Algorithms". The rate is N / (4·exaggeration), at least
/// 50: Belkina et al. 2019. The same points, options and random numbers give the same bits on any number of threads.
/// </remarks>
public static class TSne
{
    /// <summary>Points of more dimensions are first brought to this many by PCA, as in the paper.</summary>
    private const int MostDimensions = 50;

    private const int HistoryStep = 50;
    private const double FirstSpread = 1e-4;
    private const double SlowestRate = 50;
    private const double LeastGain = 0.01;
    private const double EarlyMomentum = 0.5;
    private const double LateMomentum = 0.8;

    /// <summary>Arranges points in a plane.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="options">Perplexity and so on; null takes the defaults.</param>
    /// <param name="rng">Where points begin; null begins as <c>new Rng(0)</c> says.</param>
    /// <exception cref="ArgumentException">The points are not whole, not finite or too few, or an option is out of
    /// range.</exception>
    public static TSneResult Fit(
        ReadOnlySpan<float> points,
        int dimensions,
        TSneOptions? options = null,
        Rng? rng = null
    )
    {
        options ??= new TSneOptions();
        PointTable.Check(points, dimensions, 2, "a projection");
        int count = points.Length / dimensions;
        options.Validate(count);
        var partition = new Partition(options.Threads);
        float[] reduced =
            dimensions > MostDimensions
                ? Pca.Fit(points, dimensions, MostDimensions).Project(points)
                : points.ToArray();
        var affinities = Affinities.Of(reduced, Math.Min(dimensions, MostDimensions), options.Perplexity, partition);
        var objective = new TSneObjective(affinities, options.Theta, partition);
        double[] y = Begin(count, rng ?? new Rng(0));
        var history = Descend(objective, y, options);
        return new TSneResult([.. y.Select(v => (float)v)], objective.Divergence(y), history);
    }

    private static double[] Begin(int count, Rng rng)
    {
        double[] y = new double[2 * count];
        for (int i = 0; i < y.Length; i++)
            y[i] = FirstSpread * rng.NextNormal();
        return y;
    }

    /// <summary>
    /// Gradient descent with momentum and a gain for each coordinate, which grows while its gradient keeps its sign
    /// (Jacobs 1988).
    /// </summary>
    private static List<double> Descend(TSneObjective objective, double[] y, TSneOptions options)
    {
        double[] gradient = new double[y.Length],
            velocity = new double[y.Length],
            gains = [.. Enumerable.Repeat(1.0, y.Length)];
        double rate = Math.Max(SlowestRate, y.Length / 2 / options.Exaggeration / 4);
        var history = new List<double>();
        for (int step = 1; step <= options.Iterations; step++)
        {
            bool early = step <= options.ExaggeratedIterations;
            objective.Gradient(y, early ? options.Exaggeration : 1, gradient);
            double momentum = early ? EarlyMomentum : LateMomentum;
            for (int i = 0; i < y.Length; i++)
            {
                gains[i] = gradient[i] > 0 != velocity[i] > 0 ? gains[i] + 0.2 : Math.Max(LeastGain, gains[i] * 0.8);
                velocity[i] = (momentum * velocity[i]) - (rate * gains[i] * gradient[i]);
                y[i] += velocity[i];
            }
            Center(y);
            if (step % HistoryStep == 0)
                history.Add(objective.Divergence(y));
        }
        return history;
    }

    private static void Center(double[] y)
    {
        double x = 0,
            w = 0;
        for (int i = 0; i < y.Length; i += 2)
            (x, w) = (x + y[i], w + y[i + 1]);
        (x, w) = (x / (y.Length / 2), w / (y.Length / 2));
        for (int i = 0; i < y.Length; i += 2)
            (y[i], y[i + 1]) = (y[i] - x, y[i + 1] - w);
    }
}
