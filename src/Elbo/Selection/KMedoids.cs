namespace Elbo.Selection;

/// <summary>Options of <see cref="KMedoids"/>.</summary>
public sealed record KMedoidsOptions
{
    /// <summary>Maximum number of passes that try every image as a medoid; default 100.</summary>
    public int Passes { get; init; } = 100;

    /// <summary>
    /// The search stops after a pass that reduces the sum of distances by at most this fraction; default 10⁻⁴.
    /// </summary>
    public double Tolerance { get; init; } = 1e-4;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        if (Passes < 0)
            throw new ArgumentException($"passes is {Passes}; it must be 0 or more.");
        if (!(Tolerance is >= 0 and < 1))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be at least 0 and below 1.");
    }
}

/// <summary>
/// K-medoids: chooses the images that minimise the sum of distances from all images to the nearest chosen one, by
/// swapping medoids with other images. Labelled images are medoids that are not swapped.
/// </summary>
/// <remarks>
/// Kaufman and Rousseeuw 1990, partitioning around medoids, with the swaps of FasterPAM: Schubert and Rousseeuw 2021,
/// "Fast and eager k-medoids clustering". Candidates are evaluated in parallel groups and the best of each group is
/// swapped at once, so the result does not depend on the number of threads. Distances are computed on demand, so memory
/// is linear in the number of images.
/// </remarks>
public sealed class KMedoids(KMedoidsOptions? options = null) : ISelectionStrategy
{
    private readonly KMedoidsOptions _options = options ?? new KMedoidsOptions();

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, progress, cancellation) = task;
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
        return SelectionResult.Of(search.Medoids.AsSpan(pool.Labelled.Count)) with
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
