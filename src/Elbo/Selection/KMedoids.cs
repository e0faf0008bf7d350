using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>Options of <see cref="KMedoids"/>.</summary>
public sealed record KMedoidsOptions
{
    /// <summary>How often all images are tried as medoids, at most; default 100.</summary>
    public int Passes { get; init; } = 100;

    /// <summary>
    /// The search ends after a pass that shortens the sum of distances by no more than this share; default 10⁻⁴.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate()
    {
        if (Passes < 0)
            throw new ArgumentException($"passes is {Passes}; it must be 0 or more.");
        if (!(Tolerance is >= 0 and < 1))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be at least 0 and below 1.");
    }
}

/// <summary>
/// K-medoids: the images to which all others have the shortest way in sum, found by swapping medoids for other images.
/// </summary>
/// <remarks>
/// Kaufman and Rousseeuw 1990, partitioning around medoids; the swaps of FasterPAM, Schubert and Rousseeuw 2021, "Fast
/// and eager k-medoids clustering". Candidates are judged in groups side by side and the best of each group is swapped
/// in at once, so that threads have something to share and the result does not depend on their number. Distances are
/// computed when needed: memory is linear in the number of images.
/// </remarks>
public sealed class KMedoids(KMedoidsOptions? options = null) : ISelectionStrategy
{
    private readonly KMedoidsOptions _options = options ?? new KMedoidsOptions();

    /// <inheritdoc/>
    public SelectionResult Select(
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(rng);
        _options.Validate();
        pool.RequireBudget(budget);
        var search = new MedoidSearch(pool, MedoidSearch.Seed(pool, budget, rng));
        int pass = 0;
        double before = double.PositiveInfinity;
        while (pass < _options.Passes && search.TotalDistance < before * (1 - _options.Tolerance))
        {
            before = search.TotalDistance;
            search.Pass(cancellation);
            pass++;
            progress?.Report((double)pass / _options.Passes);
        }
        return SelectionResult.Of(search.Medoids) with
        {
            Clusters = search.Nearest,
            Remarks =
            [
                FormattableString.Invariant(
                    $"mean distance to the nearest medoid {search.TotalDistance / pool.Count:G4} after {pass} "
                ) + FormattableString.Invariant($"{(pass == 1 ? "pass" : "passes")}"),
            ],
        };
    }
}
