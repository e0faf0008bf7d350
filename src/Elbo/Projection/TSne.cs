using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Projection;

/// <summary>Options of <see cref="TSne"/>.</summary>
/// <remarks>Defaults follow van der Maaten 2014; learning rate and exaggeration follow Belkina et al. 2019.</remarks>
public sealed record TSneOptions
{
    /// <summary>
    /// Effective number of neighbours of each point; more than 1, and at most a third of the other points. Default 30.
    /// </summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>Iterations of gradient descent; default 1000.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>
    /// Accuracy of the Barnes–Hut approximation, from 0 (exact and slow) to 1. A cell counts as one point if its width
    /// is less than theta times its distance. Default 0.5.
    /// </summary>
    public double Theta { get; init; } = 0.5;

    /// <summary>
    /// Factor for the attraction during the first <see cref="ExaggeratedIterations"/>, which helps groups to form;
    /// default 12.
    /// </summary>
    public double Exaggeration { get; init; } = 12;

    /// <summary>Iterations with exaggeration; default 250.</summary>
    public int ExaggeratedIterations { get; init; } = 250;

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks the range of every option for this number of points.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
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

/// <summary>Result of <see cref="TSne"/>.</summary>
/// <param name="Coordinates">Positions (N, 2), row-major, with their mean at the origin.</param>
/// <param name="Divergence">
/// KL divergence between the similarities of the points and of the plane, in nats. Lower values preserve neighbourhoods
/// better.
/// </param>
/// <param name="History">The divergence after every 50th iteration.</param>
public sealed record TSneResult(float[] Coordinates, double Divergence, IReadOnlyList<double> History);

/// <summary>t-SNE: arranges points in a plane such that neighbours in many dimensions stay neighbours.</summary>
/// <remarks>
/// van der Maaten 2014, "Accelerating t-SNE using Tree-Based Algorithms". The learning rate is N / (4·exaggeration), at
/// least 50 (Belkina et al. 2019). The same points, options and random numbers give the same bits for any number of
/// threads.
/// </remarks>
public static class TSne
{
    /// <summary>Points with more dimensions are first reduced to this many by PCA, as in the paper.</summary>
    private const int MostDimensions = 50;

    private const int HistoryStep = 50;
    private const double FirstSpread = 1e-4;
    private const double SlowestRate = 50;
    private const double LeastGain = 0.01;
    private const double EarlyMomentum = 0.5;
    private const double LateMomentum = 0.8;

    /// <summary>Embeds points in a plane.</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="options">Perplexity and other options; null uses the defaults.</param>
    /// <param name="rng">Random numbers for the initial positions; null uses <c>new Rng(0)</c>.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, a value is not finite, there are too few points, or an
    /// option is out of range.
    /// </exception>
    public static TSneResult Fit(
        ReadOnlySpan<float> points,
        int dimensions,
        TSneOptions? options = null,
        Rng? rng = null
    ) => Fit(points, dimensions, options ?? new TSneOptions(), rng ?? new Rng(0), progress: null, default);

    /// <summary>As the public method, with progress from 0 to 1 and cancellation.</summary>
    internal static TSneResult Fit(
        ReadOnlySpan<float> points,
        int dimensions,
        TSneOptions options,
        Rng rng,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
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
        double[] y = Begin(count, rng);
        var history = Descend(objective, y, options, progress, cancellation);
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
    /// Gradient descent with momentum and a gain per coordinate. The gain grows while the gradient keeps its sign
    /// (Jacobs 1988).
    /// </summary>
    private static List<double> Descend(
        TSneObjective objective,
        double[] y,
        TSneOptions options,
        IProgress<double>? progress,
        CancellationToken cancellation
    )
    {
        double[] gradient = new double[y.Length],
            velocity = new double[y.Length],
            gains = [.. Enumerable.Repeat(1.0, y.Length)];
        double rate = Math.Max(SlowestRate, y.Length / 2 / options.Exaggeration / 4);
        var history = new List<double>();
        for (int step = 1; step <= options.Iterations; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report((step - 1.0) / options.Iterations);
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
