using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>
/// A strategy that chooses a few of many unlabelled images to be labelled. Programs call <see
/// cref="SelectionStrategies.Select"/>, which checks the arguments and completes the choice.
/// </summary>
public interface ISelectionStrategy
{
    /// <summary>Whether the strategy compares images that a model decodes from the codes; default false.</summary>
    bool NeedsDecoder => false;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    void Validate() { }

    /// <summary>Chooses distinct images that the strategy prefers, none of which is labelled.</summary>
    /// <param name="task">What to choose from; checked, and without copies.</param>
    /// <returns>
    /// Images in order of choice, at most <see cref="SelectionTask.Budget"/>. Missing ones are added at random.
    /// </returns>
    /// <exception cref="ArgumentException">
    /// The pool lacks data that the strategy needs, or its codes are unsuitable.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    SelectionResult Choose(SelectionTask task);
}

/// <summary>A selection to make.</summary>
/// <param name="Pool">The images to choose from, no two of them copies.</param>
/// <param name="Budget">Number of images to choose, from 1 to all that have no label.</param>
/// <param name="Rng">Random numbers. The same generator gives the same choice for any number of threads.</param>
/// <param name="Progress">Receives the completed fraction of the work in [0, 1]; may be null.</param>
/// <param name="Cancellation">Cancels the computation.</param>
public sealed record SelectionTask(
    SelectionPool Pool,
    int Budget,
    Rng Rng,
    IProgress<double>? Progress = null,
    CancellationToken Cancellation = default
);

/// <summary>Selects images with any strategy.</summary>
public static class SelectionStrategies
{
    /// <summary>Chooses distinct images.</summary>
    /// <remarks>
    /// Images with equal content, equal codes, or codes much nearer to each other than neighbours usually are, are
    /// copies. A strategy sees only the first of them. Further copies are chosen only if the budget exceeds the number
    /// of different images.
    /// </remarks>
    /// <param name="strategy">The strategy.</param>
    /// <param name="pool">The images to choose from.</param>
    /// <param name="budget">
    /// Number of images to choose, from 1 to all that are neither labelled nor copies of labelled images.
    /// </param>
    /// <param name="rng">Random numbers. The same generator gives the same choice for any number of threads.</param>
    /// <param name="progress">Receives the completed fraction of the work in [0, 1]; may be null.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <returns>Exactly <paramref name="budget"/> images, in order of choice.</returns>
    /// <exception cref="ArgumentException">
    /// The budget or an option is out of range, the pool lacks data that the strategy needs, or its codes are
    /// unsuitable.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public static SelectionResult Select(
        this ISelectionStrategy strategy,
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(strategy);
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(rng);
        strategy.Validate();
        pool.RequireBudget(budget);
        var distinct = pool.Distinct;
        int different = distinct.Pool.Count - distinct.Pool.Labelled.Count;
        var task = new SelectionTask(distinct.Pool, Math.Min(budget, different), rng, progress, cancellation);
        var result = strategy.Choose(task);
        List<int> groups = [.. result.Indices()];
        int preferred = groups.Count;
        Remainder.Fill(groups, distinct.Pool.Count, task.Budget, rng.Fork("remainder"), distinct.Pool.IsLabelled);
        List<int> chosen = [.. groups.Select(distinct.Representative)];
        Remainder.Fill(chosen, pool.Count, budget, rng.Fork("copies"), distinct.IsLabelled);
        progress?.Report(1);
        return result with
        {
            Images =
            [
                .. result.Images.Select((image, k) => image with { Index = chosen[k] }),
                .. chosen.Skip(preferred).Select(index => new SelectedImage(index)),
            ],
            Clusters = result.Clusters is null ? null : distinct.Expand(result.Clusters),
            Remarks = [.. Remarks(pool, budget, different), .. result.Remarks],
        };
    }

    private static IEnumerable<string> Remarks(SelectionPool pool, int budget, int different)
    {
        var distinct = pool.Distinct;
        if (distinct.Copies > 0)
            yield return FormattableString.Invariant(
                $"copies: {distinct.Copies:N0} of {pool.Count:N0} images, equal to an earlier one or within "
            )
                + FormattableString.Invariant(
                    $"{distinct.Threshold:G3} of its code; {distinct.Pool.Count:N0} different images were compared."
                );
        if (budget > different)
            yield return FormattableString.Invariant(
                $"only {different:N0} different images could be chosen; {budget - different:N0} of {budget:N0} "
            ) + (budget - different == 1 ? "is a copy." : "are copies.");
    }
}

/// <summary>The result of a selection strategy.</summary>
/// <param name="Images">The chosen images, distinct and in order of choice.</param>
public sealed record SelectionResult(IReadOnlyList<SelectedImage> Images)
{
    /// <summary>
    /// The cluster of every image of the pool, from 0, or −1 for noise; null for strategies that do not cluster.
    /// </summary>
    public IReadOnlyList<int>? Clusters { get; init; }

    /// <summary>
    /// Remarks for the user on how the images were chosen, such as parameters derived from the codes; one line each.
    /// </summary>
    public IReadOnlyList<string> Remarks { get; init; } = [];

    /// <summary>The indices of the chosen images, in order.</summary>
    public int[] Indices()
    {
        int[] indices = new int[Images.Count];
        for (int i = 0; i < indices.Length; i++)
            indices[i] = Images[i].Index;
        return indices;
    }

    /// <summary>The result of a strategy that has no details per image.</summary>
    internal static SelectionResult Of(ReadOnlySpan<int> indices)
    {
        var images = new SelectedImage[indices.Length];
        for (int i = 0; i < images.Length; i++)
            images[i] = new SelectedImage(indices[i]);
        return new SelectionResult(images);
    }
}

/// <summary>A chosen image with details from its strategy.</summary>
/// <param name="Index">Index in the pool.</param>
public sealed record SelectedImage(int Index)
{
    /// <summary>The round in which the image was chosen, from 1; null for strategies without rounds.</summary>
    public int? Round { get; init; }

    /// <summary>
    /// The highest normalised mutual information with the images chosen before, in [0, 1]; null for images that were not
    /// chosen by it.
    /// </summary>
    public double? Redundancy { get; init; }
}

/// <summary>Chooses uniformly at random, without replacement.</summary>
public sealed class RandomSelection : ISelectionStrategy
{
    /// <inheritdoc/>
    public SelectionResult Choose(SelectionTask task)
    {
        ArgumentNullException.ThrowIfNull(task);
        var (pool, budget, rng, _, _) = task;
        int[] indices = [.. Enumerable.Range(0, pool.Count).Where(i => !pool.IsLabelled(i))];
        // Only the first steps of a Fisher–Yates shuffle are needed.
        for (int i = 0; i < budget; i++)
        {
            int j = i + rng.Next(indices.Length - i);
            (indices[i], indices[j]) = (indices[j], indices[i]);
        }
        return SelectionResult.Of(indices.AsSpan(0, budget));
    }
}

/// <summary>Chooses the remaining images when a strategy does not prefer any of them.</summary>
internal static class Remainder
{
    /// <summary>Fills <paramref name="chosen"/> up to the budget with other images, at random.</summary>
    /// <param name="chosen">Distinct images chosen so far.</param>
    /// <param name="count">Number of images.</param>
    /// <param name="budget">Number of images to choose, at most all that are not excluded.</param>
    /// <param name="rng">Random numbers.</param>
    /// <param name="isExcluded">Whether an image cannot be chosen.</param>
    public static void Fill(List<int> chosen, int count, int budget, Rng rng, Func<int, bool> isExcluded)
    {
        if (chosen.Count >= budget)
            return;
        bool[] taken = new bool[count];
        foreach (int index in chosen)
            taken[index] = true;
        int[] others = [.. Enumerable.Range(0, count).Where(i => !taken[i] && !isExcluded(i))];
        rng.Shuffle(others.AsSpan());
        chosen.AddRange(others.AsSpan(0, budget - chosen.Count));
    }
}
