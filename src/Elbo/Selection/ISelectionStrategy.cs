using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>A way to choose, of many unlabelled images, the few that a person should label.</summary>
public interface ISelectionStrategy
{
    /// <summary>Chooses distinct images.</summary>
    /// <param name="pool">The images there are.</param>
    /// <param name="budget">How many to choose, from 1 to all of them.</param>
    /// <param name="rng">All chance; the same generator gives the same choice on any number of threads.</param>
    /// <param name="progress">Told of the share of the work that is done, in [0, 1]; null for nobody.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <returns>Exactly <paramref name="budget"/> images in the order in which they were chosen.</returns>
    /// <exception cref="ArgumentException">The budget is out of range, the pool lacks what the strategy needs, or its
    /// codes do not suit it.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    SelectionResult Select(
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    );
}

/// <summary>What a strategy chose.</summary>
/// <param name="Images">The chosen images, all distinct, in the order in which they were chosen.</param>
public sealed record SelectionResult(IReadOnlyList<SelectedImage> Images)
{
    /// <summary>
    /// Cluster of every image of the pool, from 0, and −1 for noise; null for strategies that do not cluster.
    /// </summary>
    public IReadOnlyList<int>? Clusters { get; init; }

    /// <summary>
    /// What a person should know of how it was chosen, a line each: parameters that were derived from the codes, say.
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

    /// <summary>The result of a strategy that has nothing to say of each image.</summary>
    internal static SelectionResult Of(ReadOnlySpan<int> indices)
    {
        var images = new SelectedImage[indices.Length];
        for (int i = 0; i < images.Length; i++)
            images[i] = new SelectedImage(indices[i]);
        return new SelectionResult(images);
    }
}

/// <summary>An image that was chosen, and what its strategy says of it.</summary>
/// <param name="Index">Its index in the pool.</param>
public sealed record SelectedImage(int Index)
{
    /// <summary>The round in which it was chosen, from 1; null for strategies without rounds.</summary>
    public int? Round { get; init; }

    /// <summary>How many voted for it; null for strategies without votes.</summary>
    public int? Votes { get; init; }
}
