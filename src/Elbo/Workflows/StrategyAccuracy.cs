namespace Elbo.Workflows;

/// <summary>How well test images were classified when images chosen by one strategy were labelled.</summary>
/// <param name="Strategy">The strategy's name.</param>
/// <param name="Classifier"><c>1-NN</c> or <c>logistic regression</c>.</param>
/// <param name="Budget">How many images were labelled.</param>
/// <param name="Accuracies">The share of test images that were given their class, in [0, 1], of every repeat.</param>
public sealed record StrategyAccuracy(string Strategy, string Classifier, int Budget, IReadOnlyList<double> Accuracies)
{
    /// <summary>The mean of all repeats.</summary>
    public double Mean => Accuracies.Average();

    /// <summary>The standard deviation of the repeats, of n − 1 degrees of freedom.</summary>
    public double Deviation
    {
        get
        {
            double mean = Mean;
            return Math.Sqrt(Accuracies.Sum(a => (a - mean) * (a - mean)) / (Accuracies.Count - 1));
        }
    }

    /// <summary>Half the width of the 95 % confidence interval of the mean, by Student's t distribution.</summary>
    public double HalfWidth =>
        MathNet.Numerics.Distributions.StudentT.InvCDF(0, 1, Accuracies.Count - 1, 0.975)
        * Deviation
        / Math.Sqrt(Accuracies.Count);
}
