using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>exp(−‖x − c‖² / 2h²)</summary>
/// <param name="bandwidth">h.</param>
internal readonly struct GaussianSimilarity(double bandwidth) : ISimilarity
{
    private readonly float _scale = (float)(0.5 / (bandwidth * bandwidth));

    public void Fill(PointColumns points, ReadOnlySpan<float> candidate, int start, Span<float> result) =>
        points.GaussianKernel(candidate, _scale, start, result);
}
