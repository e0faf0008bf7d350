using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>Forms of the covariances of a <see cref="GaussianMixture"/>.</summary>
public enum Covariance
{
    /// <summary>Any covariance matrices.</summary>
    Full,

    /// <summary>Diagonal matrices: a variance for each coordinate.</summary>
    Diagonal,
}

/// <summary>Options of <see cref="GaussianMixture"/>.</summary>
/// <remarks>Defaults are those of scikit-learn's GaussianMixture, except for the number of components.</remarks>
public sealed record GaussianMixtureOptions
{
    /// <summary>Number of Gaussians K, from 1 to the number of points; default 10.</summary>
    public int Components { get; init; } = 10;

    /// <summary>Form of the covariances; default full.</summary>
    public Covariance Covariance { get; init; }

    /// <summary>
    /// Added to the variances of every component, in squared units of the points, so that no component collapses onto a
    /// point; more than 0. Default 1e-6. At least 1e-11 times the largest variance of a coordinate is added.
    /// </summary>
    public double Regularization { get; init; } = 1e-6;

    /// <summary>
    /// Number of runs, each initialised from k-means with other random numbers. The mixture with the highest likelihood
    /// is kept. Default 1.
    /// </summary>
    public int Restarts { get; init; } = 1;

    /// <summary>Maximum number of iterations of a run; default 100.</summary>
    public int MaxIterations { get; init; } = 100;

    /// <summary>
    /// A run stops when an iteration raises the mean log-likelihood by less than this, in nats per point; default 1e-3.
    /// </summary>
    public double Tolerance { get; init; } = 1e-3;

    /// <summary>Whether all components keep the weight 1/K instead of learning it; default false.</summary>
    public bool UniformWeights { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks the range of every option for this number of points.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate(int points)
    {
        if (Components < 1 || Components > points)
            throw new ArgumentException(
                $"{Components} components for {points} points were asked for; it must be from 1 to the number of "
                    + "points."
            );
        Require.Defined(Covariance);
        if (!(Regularization > 0 && double.IsFinite(Regularization)))
            throw new ArgumentException($"regularization is {Regularization}; it must be more than 0.");
        if (Restarts < 1)
            throw new ArgumentException($"restarts is {Restarts}; it must be 1 or more.");
        if (MaxIterations < 1)
            throw new ArgumentException(
                $"{MaxIterations} iterations of the mixture were asked for; it must be 1 or more."
            );
        if (!(Tolerance >= 0 && double.IsFinite(Tolerance)))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be 0 or more.");
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}

/// <summary>
/// Gaussian mixture p(x) = Σₖ wₖ N(x; μₖ, Σₖ), fitted by expectation-maximisation.
/// </summary>
/// <remarks>
/// Dempster, Laird and Rubin 1977; Bishop 2006, section 9.2. The computation uses double precision and logarithms of
/// densities. The same points, options and random numbers give the same bits for any number of threads.
/// </remarks>
public sealed class GaussianMixture
{
    private readonly GaussianComponents _components;
    private readonly Partition _partition;

    internal GaussianMixture(
        GaussianComponents components,
        Partition partition,
        List<double> history,
        bool converged
    ) => (_components, _partition, History, Converged) = (components, partition, history, converged);

    /// <summary>Number of Gaussians K.</summary>
    public int Components => _components.Count;

    /// <summary>Number of coordinates of a point.</summary>
    public int Dimensions => _components.Dimensions;

    /// <summary>Weights wₖ, (K): positive, with sum 1.</summary>
    public double[] Weights => _components.Weights;

    /// <summary>Means μₖ, (K, dimensions), row-major.</summary>
    public double[] Means => _components.Means;

    /// <summary>Covariances Σₖ, (K, dimensions, dimensions), row-major.</summary>
    public double[] Covariances => _components.Covariances;

    /// <summary>
    /// Lower triangular factors Wₖ = Lₖ⁻¹ with Σₖ = Lₖ·Lₖᵀ, (K, dimensions, dimensions): ‖Wₖ·(x − μₖ)‖² = (x − μₖ)ᵀ
    /// Σₖ⁻¹ (x − μₖ).
    /// </summary>
    public double[] PrecisionFactors => _components.PrecisionFactors;

    /// <summary>log det Σₖ, (K).</summary>
    public double[] LogDeterminants => _components.LogDeterminants;

    /// <summary>Mean of log p over the fitted points, in nats.</summary>
    public double MeanLogLikelihood => History[^1];

    /// <summary>Number of iterations of the best run.</summary>
    public int Iterations => History.Count - 1;

    /// <summary>Whether the last iteration raised the likelihood by less than the tolerance.</summary>
    public bool Converged { get; }

    /// <summary>Mean log-likelihood initially and after each iteration.</summary>
    internal List<double> History { get; }

    /// <summary>Fits a mixture to points.</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="options">Number of components, restarts and stopping rule.</param>
    /// <param name="rng">Random numbers for the initialisation.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, a value is not finite, an option is out of range, or
    /// the regularisation is too small for points so far from 0.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static GaussianMixture Fit(
        ReadOnlySpan<float> points,
        int dimensions,
        GaussianMixtureOptions options,
        Rng rng,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rng);
        PointTable.Check(points, dimensions, 1, "a Gaussian mixture");
        options.Validate(points.Length / dimensions);
        float[] rows = points.ToArray();
        GaussianMixture? best = null;
        for (int restart = 0; restart < options.Restarts; restart++)
        {
            var mixture = new ExpectationMaximization(rows, dimensions, options).Run(
                rng.Fork((ulong)restart),
                cancellation
            );
            if (best is null || mixture.MeanLogLikelihood > best.MeanLogLikelihood)
                best = mixture;
        }
        return best!;
    }

    /// <summary>log p(x) of points, (N), in nats.</summary>
    /// <param name="points">Coordinates (N, dimensions), row-major.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, or a value is not finite.
    /// </exception>
    public double[] LogDensity(ReadOnlySpan<float> points)
    {
        double[] result = new double[points.Length / Dimensions];
        ForEachBlock(points, (first, workspace) => workspace.LogDensities.CopyTo(result.AsSpan(first)));
        return result;
    }

    /// <summary>Responsibilities p(k|x) of points, (N, K), row-major; each row has sum 1.</summary>
    /// <inheritdoc cref="LogDensity"/>
    public double[] Responsibilities(ReadOnlySpan<float> points)
    {
        double[] result = new double[(long)points.Length / Dimensions * Components];
        ForEachBlock(
            points,
            (first, workspace) =>
            {
                for (int k = 0; k < Components; k++)
                {
                    var column = workspace.Responsibilities(k);
                    for (int i = 0; i < column.Length; i++)
                        result[((first + i) * Components) + k] = column[i];
                }
            }
        );
        return result;
    }

    /// <summary>The component with the highest p(k|x) for each point, (N).</summary>
    /// <inheritdoc cref="LogDensity"/>
    public int[] Predict(ReadOnlySpan<float> points)
    {
        int[] result = new int[points.Length / Dimensions];
        ForEachBlock(
            points,
            (first, workspace) =>
            {
                double[] most = workspace.Responsibilities(0).ToArray();
                for (int k = 1; k < Components; k++)
                {
                    var column = workspace.Responsibilities(k);
                    for (int i = 0; i < column.Length; i++)
                        if (column[i] > most[i])
                            (most[i], result[first + i]) = (column[i], k);
                }
            }
        );
        return result;
    }

    private void ForEachBlock(ReadOnlySpan<float> points, Action<int, MixtureWorkspace> read)
    {
        PointTable.Check(points, Dimensions, 0, "a Gaussian mixture");
        float[] rows = points.ToArray();
        _partition.Run(
            rows.Length / Dimensions,
            (first, last) =>
            {
                using var workspace = new MixtureWorkspace(_components);
                workspace.Evaluate(rows, first, last - first);
                read(first, workspace);
            },
            ColumnBlock.Capacity
        );
    }
}
