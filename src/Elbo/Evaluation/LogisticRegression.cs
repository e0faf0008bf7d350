using MathNet.Numerics.LinearAlgebra;
using MathNet.Numerics.LinearAlgebra.Double;

namespace Elbo.Evaluation;

/// <summary>
/// Multinomial logistic regression: classes by linear functions of a point, fitted to labelled points.
/// </summary>
/// <remarks>
/// <para>Minimises Σᵢ −log p(yᵢ|xᵢ) + (λ/2)‖W‖², intercepts not penalised: with λ = 1, scikit-learn's
/// LogisticRegression with C = 1.</para>
/// <para>
/// By the bound ½(I − 11ᵀ/K) ⊗ XᵀX on the curvature (Böhning 1992, "Multinomial logistic regression algorithm"), taken
/// as ½ I ⊗ XᵀX: one Cholesky
/// factor serves all steps, and each lowers the loss.
/// </para>
/// </remarks>
public sealed class LogisticRegression
{
    private readonly Matrix<double> _weights;

    private LogisticRegression(Matrix<double> weights, int steps) => (_weights, Steps) = (weights, steps);

    /// <summary>(dimensions + 1, classes): a column of weights for each class, its intercept last.</summary>
    public double[,] Weights => _weights.ToArray();

    /// <summary>How many steps the fit took.</summary>
    public int Steps { get; }

    /// <summary>Fits to labelled points.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="labels">N class indices from 0.</param>
    /// <param name="classes">How many classes there are; some may have no point.</param>
    /// <param name="options">λ, and when to stop; null takes the defaults.</param>
    /// <exception cref="ArgumentException">There are no points, they are not whole, labels do not match them, or an
    /// option is out of range.</exception>
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
                $"{points.Length} numbers came; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        if (labels.IsEmpty || labels.Length != points.Length / dimensions)
            throw new ArgumentException(
                $"{labels.Length} labels came with {points.Length / dimensions} points; at least one point is "
                    + "needed, and a label for each.",
                nameof(labels)
            );
        foreach (int label in labels)
            if (label < 0 || label >= classes)
                throw new ArgumentException(
                    $"label {label} came; with {classes} classes labels go from 0 to {classes - 1}.",
                    nameof(labels)
                );
        var x = WithIntercept(points, dimensions);
        var curvature = (0.5 * x.TransposeThisAndMultiply(x)) + (options.Penalty * Penalised(dimensions));
        var cholesky = curvature.Cholesky();
        var weights = new DenseMatrix(dimensions + 1, classes);
        for (int step = 1; ; step++)
        {
            var residual = Softmax(x * weights);
            for (int i = 0; i < labels.Length; i++)
                residual[i, labels[i]] -= 1;
            var gradient = x.TransposeThisAndMultiply(residual) + (options.Penalty * (Penalised(dimensions) * weights));
            if (gradient.Enumerate().Max(Math.Abs) <= options.Tolerance || step > options.Steps)
                return new LogisticRegression(weights, step - 1);
            weights = (DenseMatrix)(weights - cholesky.Solve(gradient));
        }
    }

    /// <summary>
    /// The likeliest class of each point of (M, dimensions), row by row; of equally likely ones the first.
    /// </summary>
    /// <exception cref="ArgumentException">They are not whole points.</exception>
    public int[] Predict(ReadOnlySpan<float> points)
    {
        int dimensions = _weights.RowCount - 1;
        if (points.Length % dimensions != 0)
            throw new ArgumentException(
                $"{points.Length} numbers came; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        var scores = WithIntercept(points, dimensions) * _weights;
        int[] result = new int[scores.RowCount];
        for (int i = 0; i < result.Length; i++)
        for (int k = 1; k < scores.ColumnCount; k++)
            if (scores[i, k] > scores[i, result[i]])
                result[i] = k;
        return result;
    }

    private static DenseMatrix WithIntercept(ReadOnlySpan<float> points, int dimensions)
    {
        var x = new DenseMatrix(points.Length / dimensions, dimensions + 1);
        for (int i = 0; i < x.RowCount; i++)
        {
            for (int d = 0; d < dimensions; d++)
                x[i, d] = points[(i * dimensions) + d];
            x[i, dimensions] = 1;
        }
        return x;
    }

    private static DiagonalMatrix Penalised(int dimensions) =>
        new(dimensions + 1, dimensions + 1, [.. Enumerable.Repeat(1.0, dimensions), 0]);

    private static Matrix<double> Softmax(Matrix<double> scores)
    {
        for (int i = 0; i < scores.RowCount; i++)
        {
            double largest = double.NegativeInfinity,
                sum = 0;
            for (int k = 0; k < scores.ColumnCount; k++)
                largest = Math.Max(largest, scores[i, k]);
            for (int k = 0; k < scores.ColumnCount; k++)
                sum += scores[i, k] = Math.Exp(scores[i, k] - largest);
            for (int k = 0; k < scores.ColumnCount; k++)
                scores[i, k] /= sum;
        }
        return scores;
    }
}
