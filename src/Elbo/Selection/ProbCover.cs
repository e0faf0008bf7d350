using System.Numerics.Tensors;
using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>Options of <see cref="ProbCover"/>.</summary>
public sealed record ProbCoverOptions
{
    /// <summary>Radius of the balls, in units of the codes; null derives it from <see cref="Purity"/>.</summary>
    public double? Radius { get; init; }

    /// <summary>
    /// The fraction of balls that must be pure, if the radius is derived; default 0.95 as in the paper.
    /// </summary>
    public double Purity { get; init; } = 0.95;

    /// <summary>The number of k-means clusters that serve as classes, if the radius is derived; default 10.</summary>
    public int Clusters { get; init; } = 10;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        if (Radius is { } radius && !(radius > 0 && double.IsFinite(radius)))
            throw new ArgumentException($"radius is {radius}; it must be a positive number.");
        if (!(Purity is > 0 and < 1))
            throw new ArgumentException($"purity is {Purity}; it must be above 0 and below 1.");
        if (Clusters < 1)
            throw new ArgumentException($"clusters is {Clusters}; it must be 1 or more.");
    }
}

/// <summary>
/// ProbCover: greedily maximises the number of images covered by balls of equal radius around the chosen images.
/// </summary>
/// <remarks>
/// Yehuda, Dekel, Hacohen and Weinshall 2022, "Active learning through a covering lens". The radius is the largest for
/// which 95 % of the balls are pure, which means that all their images are in one k-means cluster. Once all images are
/// covered, the rest is chosen at random.
/// </remarks>
public sealed class ProbCover(ProbCoverOptions? options = null) : ISelectionStrategy
{
    private readonly ProbCoverOptions _options = options ?? new ProbCoverOptions();

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, progress, cancellation) = task;
        float radius = _options.Radius is { } given
            ? (float)given
            : PureRadius(pool, _options.Clusters, _options.Purity, rng.Fork("clusters"), cancellation);
        var chosen = new GreedyCoverage<Ball>(pool, new Ball(Math.Max(radius * radius, float.Epsilon))).Choose(
            budget,
            progress,
            cancellation
        );
        var remarks = new List<string>
        {
            "radius of the balls: "
                + FormattableString.Invariant(
                    $"{radius:G4}{(_options.Radius is null ? $", of which {100 * _options.Purity:G4} % are pure" : "")}"
                ),
        };
        if (chosen.Count < budget)
            remarks.Add($"{chosen.Count:N0} balls cover all images; {budget - chosen.Count:N0} were added at random.");
        return SelectionResult.Of(chosen.ToArray()) with { Remarks = remarks };
    }

    /// <summary>
    /// The largest radius for which at least a fraction <paramref name="purity"/> of the open balls around all images
    /// contain images of a single k-means cluster.
    /// </summary>
    internal static float PureRadius(
        SelectionPool pool,
        int clusters,
        double purity,
        Rng rng,
        CancellationToken cancellation
    )
    {
        int[] labels = KMeans
            .Fit(
                pool.Codes.Span,
                pool.Dimensions,
                new KMeansOptions { Clusters = Math.Min(clusters, pool.Count), Threads = pool.Threads },
                rng,
                cancellation
            )
            .Labels;
        // Sorted by cluster, the images of other clusters form two runs: one before and one after.
        int[] order = [.. Enumerable.Range(0, pool.Count).OrderBy(i => labels[i])];
        float[] codes = pool.Rows(order);
        var points = new PointColumns(codes, pool.Dimensions);
        int[] starts = Starts(labels, clusters);
        float[] pure = new float[pool.Count];
        new Partition(pool.Threads).Run(
            pool.Count,
            (first, last) =>
            {
                float[] squares = new float[pool.Count];
                for (int k = first; k < last; k++)
                {
                    (int start, int end) = (starts[labels[order[k]]], starts[labels[order[k]] + 1]);
                    var code = codes.AsSpan(k * pool.Dimensions, pool.Dimensions);
                    points.SquaredDistances(code, 0, squares.AsSpan(0, start));
                    points.SquaredDistances(code, end, squares.AsSpan(end));
                    pure[k] = Math.Min(Smallest(squares.AsSpan(0, start)), Smallest(squares.AsSpan(end)));
                }
            },
            pieceSize: 64,
            cancellation
        );
        Array.Sort(pure);
        // Rounding must not turn 0.05·20 into one image fewer.
        float square = pure[Math.Min(pure.Length - 1, (int)Math.Floor(((1 - purity) * pure.Length) + 1e-9))];
        return float.IsFinite(square) ? MathF.Sqrt(square) : pool.Diagonal();
    }

    /// <summary>
    /// The start of each cluster when images are sorted by cluster, followed by the end of the last one.
    /// </summary>
    private static int[] Starts(int[] labels, int clusters)
    {
        int[] starts = new int[clusters + 1];
        foreach (int label in labels)
            starts[label + 1]++;
        for (int cluster = 0; cluster < clusters; cluster++)
            starts[cluster + 1] += starts[cluster];
        return starts;
    }

    private static float Smallest(ReadOnlySpan<float> values) =>
        values.IsEmpty ? float.PositiveInfinity : TensorPrimitives.Min(values);

    /// <summary>1 inside the open ball with a given squared radius, else 0.</summary>
    private readonly struct Ball(float square) : ISimilarity
    {
        public void Fill(PointColumns points, ReadOnlySpan<float> candidate, int start, Span<float> result)
        {
            points.SquaredDistances(candidate, start, result);
            for (int i = 0; i < result.Length; i++)
                result[i] = result[i] < square ? 1 : 0;
        }
    }
}
