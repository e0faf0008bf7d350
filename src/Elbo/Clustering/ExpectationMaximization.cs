using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>
/// One run of expectation-maximisation for a Gaussian mixture, initialised from the clusters of k-means.
/// </summary>
internal sealed class ExpectationMaximization(float[] points, int dimensions, GaussianMixtureOptions options)
{
    private const int PieceSize = 8 * ColumnBlock.Capacity;

    /// <summary>
    /// A component with a smaller total responsibility is not updated, because its mean and covariance would consist of
    /// rounding errors.
    /// </summary>
    private const double FewestPoints = 1e-8;

    /// <summary>
    /// The least regularization, as a fraction of the largest variance of a coordinate. It is far above the rounding of
    /// the sums and of a Cholesky factorisation, so that every covariance is positive definite, whatever the scale of
    /// the points. It exceeds the default of scikit-learn only for variances above 10⁵.
    /// </summary>
    private const double LeastRelative = 1e-11;

    private readonly int _count = points.Length / dimensions;
    private readonly Partition _partition = new(options.Threads);
    private readonly double _regularization = Math.Max(
        options.Regularization,
        LeastRelative * LargestVariance(points, dimensions)
    );

    public GaussianMixture Run(Rng rng, CancellationToken cancellation)
    {
        var history = new List<double>();
        var mixture = Start(rng, cancellation);
        while (true)
        {
            var sums = Sum(mixture, null, cancellation);
            history.Add(sums.LogLikelihood / _count);
            bool converged = history.Count > 1 && history[^1] - history[^2] < options.Tolerance;
            if (converged || history.Count > options.MaxIterations)
                return new GaussianMixture(mixture, _partition, history, converged);
            mixture = Maximize(mixture, sums);
        }
    }

    /// <summary>The initial mixture, computed from the clusters of k-means.</summary>
    private GaussianComponents Start(Rng rng, CancellationToken cancellation)
    {
        var clusters = KMeans.Fit(
            points,
            dimensions,
            new KMeansOptions
            {
                Clusters = options.Components,
                Restarts = 1,
                Threads = options.Threads,
            },
            rng,
            cancellation
        );
        double[] weights = new double[options.Components],
            covariances = new double[options.Components * dimensions * dimensions];
        Array.Fill(weights, 1.0 / weights.Length);
        for (int k = 0; k < weights.Length; k++)
        for (int d = 0; d < dimensions; d++)
            covariances[(((k * dimensions) + d) * dimensions) + d] = _regularization;
        var start = new GaussianComponents(weights, clusters.Centers, covariances);
        return Maximize(start, Sum(start, clusters.Labels, cancellation));
    }

    /// <summary>
    /// Sums over all points with responsibilities from <paramref name="labels"/>, or from the mixture if that is null.
    /// </summary>
    private MixtureSums Sum(GaussianComponents mixture, int[]? labels, CancellationToken cancellation)
    {
        var pieces = new MixtureSums[(_count + PieceSize - 1) / PieceSize];
        _partition.Run(
            _count,
            (first, last) =>
            {
                var sums = new MixtureSums(mixture.Count, dimensions);
                using var workspace = new MixtureWorkspace(mixture);
                for (int start = first; start < last; start += ColumnBlock.Capacity)
                {
                    int size = Math.Min(ColumnBlock.Capacity, last - start);
                    if (labels is null)
                        workspace.Evaluate(points, start, size);
                    else
                        workspace.Assign(points, start, size, labels);
                    workspace.AddTo(sums);
                }
                pieces[first / PieceSize] = sums;
            },
            PieceSize,
            cancellation
        );
        // Pieces have a fixed size and are added in order, so the sums do not depend on the threads.
        for (int piece = 1; piece < pieces.Length; piece++)
            pieces[0].Add(pieces[piece]);
        return pieces[0];
    }

    private static double LargestVariance(float[] points, int dimensions)
    {
        double[] sums = new double[dimensions],
            squares = new double[dimensions];
        for (int i = 0; i < points.Length; i++)
        {
            // Relative to the first point, so that a large mean does not cancel the digits of the variance.
            double shifted = points[i] - (double)points[i % dimensions];
            sums[i % dimensions] += shifted;
            squares[i % dimensions] += shifted * shifted;
        }
        double count = points.Length / dimensions;
        return sums.Zip(squares, (sum, square) => (square - (sum * sum / count)) / count).Max();
    }

    private GaussianComponents Maximize(GaussianComponents mixture, MixtureSums sums)
    {
        double[] weights = [.. mixture.Weights],
            means = [.. mixture.Means],
            covariances = [.. mixture.Covariances];
        for (int k = 0; k < weights.Length; k++)
        {
            double size = sums.Sizes[k];
            if (!options.UniformWeights)
                weights[k] = Math.Max(size, FewestPoints) / _count;
            if (size < FewestPoints)
                continue;
            var shift = sums.First.AsSpan(k * dimensions, dimensions);
            for (int a = 0; a < dimensions; a++)
            {
                shift[a] /= size;
                means[(k * dimensions) + a] += shift[a];
            }
            int at = k * dimensions * (dimensions + 1) / 2;
            var covariance = covariances.AsSpan(k * dimensions * dimensions, dimensions * dimensions);
            for (int a = 0; a < dimensions; a++)
            {
                for (int b = 0; b <= a; b++, at++)
                    if (a == b || options.Covariance == Covariance.Full)
                        covariance[(a * dimensions) + b] = covariance[(b * dimensions) + a] =
                            (sums.Second[at] / size) - (shift[a] * shift[b]);
                covariance[(a * dimensions) + a] += _regularization;
            }
        }
        return new GaussianComponents(weights, means, covariances);
    }
}

/// <summary>
/// Weighted sums over points that determine the next parameters of a mixture. Positions are relative to the current
/// means, which avoids cancellation.
/// </summary>
internal sealed class MixtureSums(int components, int dimensions)
{
    /// <summary>Σ r, (K).</summary>
    public double[] Sizes { get; } = new double[components];

    /// <summary>Σ r·(x − μ), (K, dimensions).</summary>
    public double[] First { get; } = new double[components * dimensions];

    /// <summary>Σ r·(x − μ)(x − μ)ᵀ, (K, dimensions·(dimensions + 1)/2): lower triangles, row-major.</summary>
    public double[] Second { get; } = new double[components * dimensions * (dimensions + 1) / 2];

    /// <summary>Σ log p(x).</summary>
    public double LogLikelihood { get; set; }

    /// <summary>Adds the sums of another piece of the points.</summary>
    public void Add(MixtureSums other)
    {
        LogLikelihood += other.LogLikelihood;
        for (int i = 0; i < Sizes.Length; i++)
            Sizes[i] += other.Sizes[i];
        for (int i = 0; i < First.Length; i++)
            First[i] += other.First[i];
        for (int i = 0; i < Second.Length; i++)
            Second[i] += other.Second[i];
    }
}
