using Elbo.Neighbours;
using MathNet.Numerics.LinearAlgebra;

namespace Elbo.Evaluation;

/// <summary>Fréchet distance between two sets of feature vectors.</summary>
/// <remarks>
/// Heusel et al. 2017, equation 6: ‖m₁ − m₂‖² + tr(Σ₁ + Σ₂ − 2(Σ₁Σ₂)^½) with the means m and unbiased covariances Σ of
/// the two sets, the squared Wasserstein-2 distance of two Gaussians. It is a FID only if the features come from that
/// paper's Inception network. Sets of few points give larger values, so compare distances at equal numbers of points.
/// </remarks>
public static class FrechetDistance
{
    /// <summary>The distance, 0 or more, in squared units of the features. Covariances may be singular.</summary>
    /// <param name="a">Finite features (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="b">Finite features (M, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of features.</param>
    /// <exception cref="ArgumentException">
    /// A set has fewer than 2 points, its number of values is not a multiple of the dimensions, or a value is not
    /// finite.
    /// </exception>
    public static double Between(ReadOnlySpan<float> a, ReadOnlySpan<float> b, int dimensions)
    {
        PointTable.Check(a, dimensions, 2, "a Fréchet distance");
        PointTable.Check(b, dimensions, 2, "a Fréchet distance");
        var (meanA, traceA, factorA) = Fit(a, dimensions);
        var (meanB, traceB, factorB) = Fit(b, dimensions);
        double distance = traceA + traceB - (2 * TraceOfRoot(factorA, factorB));
        for (int d = 0; d < dimensions; d++)
            distance += (meanA[d] - meanB[d]) * (meanA[d] - meanB[d]);
        return Math.Max(0, distance);
    }

    private static (double[] Mean, double Trace, Matrix<double> Factor) Fit(ReadOnlySpan<float> points, int dimensions)
    {
        double[] mean = PointMoments.Mean(points, dimensions);
        var covariance = Matrix<double>.Build.DenseOfArray(
            PointMoments.Covariance(points, dimensions, mean, (points.Length / dimensions) - 1)
        );
        return (mean, covariance.Trace(), Factor(covariance));
    }

    /// <summary>
    /// L = U·diag(λ)^½ of the eigendecomposition, so that LLᵀ is the covariance. Eigenvalues below 0 are rounding errors.
    /// </summary>
    private static Matrix<double> Factor(Matrix<double> covariance)
    {
        var eigen = covariance.Evd(Symmetricity.Symmetric);
        var factor = eigen.EigenVectors.Clone();
        for (int k = 0; k < factor.ColumnCount; k++)
            factor.SetColumn(k, factor.Column(k) * Math.Sqrt(Math.Max(0, eigen.EigenValues[k].Real)));
        return factor;
    }

    /// <summary>tr((Σ₁Σ₂)^½) for Σ = LLᵀ: the sum of the singular values of L₁ᵀL₂.</summary>
    /// <remarks>
    /// Σ₁Σ₂ and Σ₁^½Σ₂Σ₁^½ have the same eigenvalues as (L₁ᵀL₂)(L₁ᵀL₂)ᵀ. Roots of eigenvalues that should be 0 would be
    /// errors of the order of 10⁻⁸; singular values have errors of 10⁻¹⁶.
    /// </remarks>
    private static double TraceOfRoot(Matrix<double> a, Matrix<double> b) =>
        a.TransposeThisAndMultiply(b).Svd(computeVectors: false).S.Sum();
}
