using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>How well one image stands for others: 0 for not at all.</summary>
internal interface ISimilarity
{
    /// <summary>
    /// What an image with code <paramref name="candidate"/> is worth to the points from <paramref name="start"/> on, 0
    /// or more each.
    /// </summary>
    void Fill(PointColumns points, ReadOnlySpan<float> candidate, int start, Span<float> result);
}
