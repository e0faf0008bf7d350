namespace Elbo.Evaluation;

/// <summary>Agreement between predicted and true classes.</summary>
public static class ClassificationMetrics
{
    /// <summary>The fraction in [0, 1] of points whose predicted class is the true one.</summary>
    /// <param name="predicted">The predicted class of each point.</param>
    /// <param name="classes">The true class of each point.</param>
    /// <exception cref="ArgumentException">There are no points, or the numbers of classes differ.</exception>
    public static double Accuracy(ReadOnlySpan<int> predicted, ReadOnlySpan<int> classes)
    {
        if (predicted.Length != classes.Length || predicted.IsEmpty)
            throw new ArgumentException(
                $"got {predicted.Length} predicted and {classes.Length} true classes; each of at least one point needs "
                    + "both.",
                nameof(predicted)
            );
        int right = 0;
        for (int i = 0; i < predicted.Length; i++)
            if (predicted[i] == classes[i])
                right++;
        return (double)right / predicted.Length;
    }
}
