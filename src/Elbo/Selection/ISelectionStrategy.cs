using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>A strategy that chooses a few of many unlabelled images to be labelled.</summary>
public interface ISelectionStrategy
{
    /// <summary>Chooses distinct images.</summary>
    /// <param name="pool">The images to choose from.</param>
    /// <param name="budget">Number of images to choose, from 1 to all.</param>
    /// <param name="rng">Random numbers. The same generator gives the same choice for any number of threads.</param>
    /// <param name="progress">Receives the completed fraction of the work in [0, 1]; may be null.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <returns>Exactly <paramref name="budget"/> images, in order of choice.</returns>
    /// <exception cref="ArgumentException">
    /// The budget is out of range, the pool lacks data that the strategy needs, or its codes are unsuitable.
    /// </exception>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    SelectionResult Select(
        SelectionPool pool,
        int budget,
        Rng rng,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default
    );
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

    /// <summary>The number of votes for the image; null for strategies without votes.</summary>
    public int? Votes { get; init; }
}
