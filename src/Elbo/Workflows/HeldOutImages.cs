using Elbo.Data;

namespace Elbo.Workflows;

/// <summary>Images that a model is evaluated on after every epoch and not trained on.</summary>
/// <param name="Split">What figures call them: <c>validation</c> or <c>test</c>.</param>
/// <param name="Images">Where they are.</param>
/// <param name="Indices">Which of them, at least one.</param>
internal sealed record HeldOutImages(string Split, ImageDataset Images, int[] Indices)
{
    /// <summary>All of <paramref name="images"/>.</summary>
    public static HeldOutImages All(string split, ImageDataset images) =>
        new(split, images, [.. Enumerable.Range(0, images.Count)]);
}
