using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.Optimization;

namespace Elbo.Evaluation;

/// <summary>Options of <see cref="LogisticRegression"/>.</summary>
public sealed record LogisticRegressionOptions
{
    /// <summary>Penalty λ: the objective contains (λ/2)‖W‖² beside the sum of losses; default 1.</summary>
    public double Penalty { get; init; } = 1;

    /// <summary>
    /// Stopping rule. The fit ends when every entry of the gradient, multiplied by max(1, |weight|), is at most this
    /// fraction of max(1, loss). Default 10⁻⁸.
    /// </summary>
    public double Tolerance { get; init; } = 1e-8;

    /// <summary>Maximum number of steps; default 1000.</summary>
    public int Steps { get; init; } = 1000;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public void Validate()
    {
        if (!(Penalty > 0 && double.IsFinite(Penalty)))
            throw new ArgumentException($"penalty is {Penalty}; it must be a positive number.");
        if (!(Tolerance > 0 && double.IsFinite(Tolerance)))
            throw new ArgumentException($"tolerance is {Tolerance}; it must be a positive number.");
        if (Steps < 1)
            throw new ArgumentException($"steps is {Steps}; it must be 1 or more.");
    }
}

/// <summary>Multinomial logistic regression: a softmax of one linear function per class.</summary>
/// <remarks>
/// Minimises Σᵢ −log p(yᵢ|xᵢ) + (λ/2)‖W‖² with L-BFGS. Intercepts are not penalised. With λ = 1 this is the objective
/// of scikit-learn's LogisticRegression with C = 1 and multinomial loss.
/// </remarks>
public sealed class LogisticRegression
{
    /// <summary>History size of L-BFGS: pairs of steps and gradient changes, as in SciPy's default.</summary>
    private const int Memory = 10;

    private LogisticRegression(double[,] weights, double loss, double gradientNorm) =>
        (Weights, Loss, GradientNorm) = (weights, loss, gradientNorm);

    /// <summary>Weights (dimensions + 1, classes): one column per class, with the intercept in the last row.</summary>
    public double[,] Weights { get; }

    /// <summary>The objective at <see cref="Weights"/>: sum of losses plus penalty, in nats.</summary>
    public double Loss { get; }

    /// <summary>Euclidean norm of the objective's gradient at <see cref="Weights"/>.</summary>
    public double GradientNorm { get; }

    /// <summary>Fits labelled points. The same points give the same bits for any number of threads.</summary>
    /// <param name="points">Coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="labels">N class indices from 0.</param>
    /// <param name="classes">Number of classes; some may have no points.</param>
    /// <param name="options">Penalty and stopping rule; null uses the defaults.</param>
    /// <exception cref="ArgumentException">
    /// There are no points, the number of values is not a multiple of the dimensions, a value is not finite, labels do
    /// not match the points, or an option is out of range.
    /// </exception>
    public static LogisticRegression Fit(
        ReadOnlySpan<float> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        int classes,
        LogisticRegressionOptions? options = null
    )
    {
        options ??= new LogisticRegressionOptions();
        options.Validate();
        if (dimensions < 1 || points.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {points.Length} numbers; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        if (labels.IsEmpty || labels.Length != points.Length / dimensions)
            throw new ArgumentException(
                $"got {labels.Length} labels with {points.Length / dimensions} points; at least one point is "
                    + "needed, and a label for each.",
                nameof(labels)
            );
        Require.Finite(points, "coordinates");
        if (classes > Array.MaxLength / (dimensions + 1L))
            throw new ArgumentException(
                $"got {classes} classes of points of {dimensions} dimensions; at most "
                    + $"{Array.MaxLength / (dimensions + 1L)} are possible.",
                nameof(classes)
            );
        foreach (int label in labels)
            if (label < 0 || label >= classes)
                throw new ArgumentException(
                    $"got label {label}; with {classes} classes labels go from 0 to {classes - 1}.",
                    nameof(labels)
                );
        var objective = new LogisticObjective(points, dimensions, labels, classes, options.Penalty);
        Minimise(objective, options);
        double[,] weights = new double[dimensions + 1, classes];
        for (int d = 0; d <= dimensions; d++)
        for (int k = 0; k < classes; k++)
            weights[d, k] = objective.LeastPoint[(k * (dimensions + 1)) + d];
        return new LogisticRegression(
            weights,
            objective.LeastLoss,
            TensorPrimitives.Norm<double>(objective.LeastGradient)
        );
    }

    /// <summary>
    /// The most probable class of each point of (M, dimensions), row-major. Ties go to the lowest class.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, or a value is not finite.
    /// </exception>
    public int[] Predict(ReadOnlySpan<float> points)
    {
        var (dimensions, classes) = (Weights.GetLength(0) - 1, Weights.GetLength(1));
        if (points.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {points.Length} numbers; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        Require.Finite(points, "coordinates");
        int[] result = new int[points.Length / dimensions];
        double[] scores = new double[classes];
        for (int i = 0; i < result.Length; i++)
        {
            for (int k = 0; k < classes; k++)
            {
                scores[k] = Weights[dimensions, k];
                for (int d = 0; d < dimensions; d++)
                    scores[k] += Weights[d, k] * points[(i * dimensions) + d];
            }
            result[i] = TensorPrimitives.IndexOfMax<double>(scores);
        }
        return result;
    }

    /// <summary>Evaluates the objective until its minimum is found.</summary>
    private static void Minimise(LogisticObjective objective, LogisticRegressionOptions options)
    {
        // Both tolerances on progress are 0: only the gradient decides that the minimum is reached.
        var minimizer = new LimitedMemoryBfgsMinimizer(options.Tolerance, 0, 0, Memory, options.Steps);
        try
        {
            minimizer.FindMinimum(
                ObjectiveFunction.Gradient(objective.Evaluate),
                Vector<double>.Build.Dense(objective.Parameters)
            );
        }
        catch (OptimizationException)
        {
            // Either all steps are used, or the line search finds no lower value because the remaining gradient is
            // rounding error. In both cases the lowest value found is the result.
        }
    }
}
