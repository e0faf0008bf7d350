namespace Elbo.Selection;

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
