namespace Elbo.Clustering;

/// <summary>Weights, means and covariances of a mixture, and what densities are computed from.</summary>
internal sealed class GaussianComponents
{
    public GaussianComponents(double[] weights, double[] means, double[] covariances)
    {
        (Weights, Means, Covariances) = (weights, means, covariances);
        Dimensions = means.Length / weights.Length;
        PrecisionFactors = [.. covariances];
        LogDeterminants = new double[Count];
        LogConstants = new double[Count];
        for (int k = 0; k < Count; k++)
        {
            var factor = PrecisionFactors.AsSpan(k * Dimensions * Dimensions, Dimensions * Dimensions);
            if (!Cholesky.TryFactor(factor, Dimensions))
                throw new ArgumentException(
                    $"the covariance of component {k} is not positive definite within rounding; bring the points "
                        + "nearer to 0 and 1, or raise the regularization."
                );
            Cholesky.InvertLower(factor, Dimensions);
            for (int d = 0; d < Dimensions; d++)
                LogDeterminants[k] -= 2 * Math.Log(factor[(d * Dimensions) + d]);
            LogConstants[k] =
                Math.Log(weights[k]) - (0.5 * ((Dimensions * Math.Log(2 * Math.PI)) + LogDeterminants[k]));
        }
    }

    public int Count => Weights.Length;

    public int Dimensions { get; }

    public double[] Weights { get; }

    public double[] Means { get; }

    public double[] Covariances { get; }

    public double[] PrecisionFactors { get; }

    public double[] LogDeterminants { get; }

    /// <summary>log wₖ − ½ (d log 2π + log det Σₖ): what log wₖ N(x; μₖ, Σₖ) is at the mean.</summary>
    public double[] LogConstants { get; }
}
