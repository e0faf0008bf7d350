using Elbo.Workflows.Exploring;

namespace Elbo.Studio.Pages.Explore;

/// <summary>A latent dimension that a slider moves.</summary>
/// <param name="Index">Index of the dimension, from 0.</param>
/// <param name="Divergence">Mean KL divergence in nats; null if no image could be encoded.</param>
/// <param name="Low">Lowest value of the slider.</param>
/// <param name="High">Highest value of the slider.</param>
internal sealed record SliderDimension(int Index, double? Divergence, double Low, double High)
{
    /// <summary>The dimensions of a model, the most informative first.</summary>
    /// <param name="dimensions">Number of dimensions.</param>
    /// <param name="statistics">What the dimensions do over images; null keeps their order.</param>
    /// <param name="start">The code at which the sliders start, which all reach.</param>
    public static IReadOnlyList<SliderDimension> Of(
        int dimensions,
        TraverseStatistics? statistics,
        ReadOnlySpan<float> start
    )
    {
        var result = new SliderDimension[dimensions];
        float range = new TraverseOptions().Range;
        for (int d = 0; d < dimensions; d++)
        {
            double middle = statistics is { IsOfPrior: false } ? statistics.Means[d] : 0,
                reach = range * (statistics?.Deviations[d] ?? 1);
            result[d] = new SliderDimension(
                d,
                statistics?.Divergences[d],
                Math.Min(middle - reach, start[d]),
                Math.Max(middle + reach, start[d])
            );
        }
        return [.. result.OrderByDescending(dimension => dimension.Divergence ?? 0)];
    }
}
