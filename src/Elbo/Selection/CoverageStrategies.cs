using System.Numerics.Tensors;
using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>
/// K-center greedy (core-set selection): each step chooses the image farthest from all chosen and labelled ones. Without
/// labelled images, the first is random.
/// </summary>
/// <remarks>
/// Sener and Savarese 2018, "Active learning for convolutional neural networks: a core-set approach", algorithm 1. This
/// is the farthest-first traversal of Gonzalez 1985.
/// </remarks>
public sealed class KCenterGreedy : ISelectionStrategy
{
    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, progress, cancellation) = task;
        var points = new PointColumns(pool.Codes.Span, pool.Dimensions);
        float[] distances = new float[pool.Count],
            nearest = new float[pool.Count];
        Array.Fill(nearest, float.PositiveInfinity);
        foreach (int labelled in pool.Labelled)
            Cover(labelled);
        int[] chosen = new int[budget];
        int next = pool.Labelled.Count == 0 ? rng.Next(pool.Count) : TensorPrimitives.IndexOfMax<float>(nearest);
        for (int k = 0; k < budget; k++)
        {
            cancellation.ThrowIfCancellationRequested();
            chosen[k] = next;
            Cover(next);
            next = TensorPrimitives.IndexOfMax<float>(nearest);
            progress?.Report((k + 1.0) / budget);
        }
        return SelectionResult.Of(chosen);

        void Cover(int index)
        {
            points.SquaredDistances(pool.Code(index), 0, distances);
            TensorPrimitives.Min(nearest, distances, nearest);
            // Less than every distance, so that an image whose distance rounds to 0 still comes before it.
            nearest[index] = -1;
        }
    }
}

/// <summary>
/// Greedy facility location: each step chooses the image that most reduces the sum of distances from all images to
/// their nearest chosen image.
/// </summary>
/// <remarks>
/// Maximises Σᵢ maxⱼ (D − ‖zᵢ − zⱼ‖), where D is at least the largest distance; the choice does not depend on D. Wei,
/// Iyer and Bilmes 2015, "Submodularity in data subset selection and active learning", applied to distances of latent
/// codes; Mirchandani and Francis 1990 on facility location.
/// </remarks>
public sealed class FacilityLocation : ISelectionStrategy
{
    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, _, progress, cancellation) = task;
        var chosen = new GreedyCoverage<Nearness>(pool, new Nearness(pool.Diagonal())).Choose(
            budget,
            progress,
            cancellation
        );
        return SelectionResult.Of(chosen.ToArray());
    }

    /// <summary>D − ‖x − c‖</summary>
    private readonly struct Nearness(float farthest) : ISimilarity
    {
        public void Fill(PointColumns points, ReadOnlySpan<float> candidate, int start, Span<float> result)
        {
            points.SquaredDistances(candidate, start, result);
            TensorPrimitives.Sqrt(result, result);
            TensorPrimitives.Subtract(farthest, result, result);
        }
    }
}

/// <summary>Options of <see cref="MaxHerding"/>.</summary>
public sealed record MaxHerdingOptions
{
    /// <summary>
    /// Bandwidth h of the kernel exp(−‖x − x′‖² / 2h²), in units of the codes; null uses half the root mean square
    /// distance between two codes.
    /// </summary>
    public double? Bandwidth { get; init; }

    /// <summary>Checks the range of the option.</summary>
    /// <exception cref="ArgumentException">The bandwidth is not positive.</exception>
    public void Validate()
    {
        if (Bandwidth is { } bandwidth && !(bandwidth > 0 && double.IsFinite(bandwidth)))
            throw new ArgumentException($"bandwidth is {bandwidth}; it must be a positive number.");
    }
}

/// <summary>
/// MaxHerding: greedily maximises the generalised coverage, the mean over x of max k(x, x′) over the chosen x′, with a
/// Gaussian kernel.
/// </summary>
/// <remarks>Bae, Noh and Sutherland 2024, "Generalized coverage for more robust low-budget active learning".</remarks>
public sealed class MaxHerding(MaxHerdingOptions? options = null) : ISelectionStrategy
{
    private readonly MaxHerdingOptions _options = options ?? new MaxHerdingOptions();

    /// <inheritdoc/>
    public void Validate() => _options.Validate();

    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, _, progress, cancellation) = task;
        double bandwidth = _options.Bandwidth ?? UsualBandwidth(pool);
        var chosen = new GreedyCoverage<GaussianSimilarity>(pool, new GaussianSimilarity(bandwidth)).Choose(
            budget,
            progress,
            cancellation
        );
        return SelectionResult.Of(chosen.ToArray()) with
        {
            Remarks =
            [
                FormattableString.Invariant($"bandwidth of the Gaussian kernel: {bandwidth:G4}")
                    + (_options.Bandwidth is null ? ", half the root mean square distance of two codes" : ""),
            ],
        };
    }

    /// <summary>Half the root mean square distance between two codes, √(½·tr Σ).</summary>
    /// <remarks>
    /// The paper uses unit vectors, which are √2 apart on average, and the kernel exp(−‖x − x′‖²), which is e⁻² at that
    /// distance. This bandwidth gives the same value for codes of any scale.
    /// </remarks>
    internal static double UsualBandwidth(SelectionPool pool)
    {
        var codes = pool.Codes.Span;
        double variance = 0;
        for (int d = 0; d < pool.Dimensions; d++)
        {
            double mean = 0,
                sum = 0;
            for (int i = d; i < codes.Length; i += pool.Dimensions)
                mean += codes[i];
            mean /= pool.Count;
            for (int i = d; i < codes.Length; i += pool.Dimensions)
                sum += (codes[i] - mean) * (codes[i] - mean);
            variance += sum / pool.Count;
        }
        return variance > 0 ? Math.Sqrt(variance / 2) : 1;
    }
}
