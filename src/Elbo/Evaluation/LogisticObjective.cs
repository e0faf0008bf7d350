using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace Elbo.Evaluation;

/// <summary>The objective of <see cref="LogisticRegression"/>, its gradient, and the lowest value found.</summary>
/// <remarks>
/// Parameters are stored class by class: the weights, then the intercept. Points are stored by coordinate, so that a
/// vector lane holds one point. Blocks of points stay in the first-level cache and are summed in order.
/// </remarks>
internal sealed class LogisticObjective
{
    private const int Block = 256;

    private readonly int _classes;
    private readonly double[][] _columns;
    private readonly int[] _labels;
    private readonly double _penalty;
    private readonly double[] _scores;

    public LogisticObjective(
        ReadOnlySpan<float> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        int classes,
        double penalty
    )
    {
        (_classes, _labels, _penalty) = (classes, labels.ToArray(), penalty);
        _columns = new double[dimensions][];
        for (int d = 0; d < dimensions; d++)
        {
            _columns[d] = new double[labels.Length];
            for (int i = 0; i < labels.Length; i++)
                _columns[d][i] = points[(i * dimensions) + d];
        }
        _scores = new double[classes * Block];
        LeastPoint = new double[Parameters];
        LeastGradient = new double[Parameters];
    }

    /// <summary>Number of parameters.</summary>
    public int Parameters => _classes * (_columns.Length + 1);

    /// <summary>The lowest value so far.</summary>
    public double LeastLoss { get; private set; } = double.PositiveInfinity;

    /// <summary>The parameters at the lowest value.</summary>
    public double[] LeastPoint { get; private set; }

    /// <summary>The gradient at the lowest value.</summary>
    public double[] LeastGradient { get; private set; }

    /// <summary>Computes the value and the gradient.</summary>
    public (double Loss, Vector<double> Gradient) Evaluate(Vector<double> parameters)
    {
        double[] w = parameters.ToArray();
        double[] gradient = new double[w.Length];
        double loss = 0;
        for (int first = 0; first < _labels.Length; first += Block)
            loss += AddBlock(w, first, Math.Min(Block, _labels.Length - first), gradient);
        int stride = _columns.Length + 1;
        for (int k = 0; k < _classes; k++)
        {
            var weights = w.AsSpan(k * stride, _columns.Length);
            var slope = gradient.AsSpan(k * stride, _columns.Length);
            loss += _penalty / 2 * TensorPrimitives.SumOfSquares<double>(weights);
            TensorPrimitives.MultiplyAdd(weights, _penalty, slope, slope);
        }
        if (loss < LeastLoss)
            (LeastLoss, LeastPoint, LeastGradient) = (loss, w, gradient);
        return (loss, Vector<double>.Build.Dense([.. gradient]));
    }

    /// <summary>Adds the gradient of a block of points and returns the sum of their losses.</summary>
    private double AddBlock(double[] w, int first, int count, double[] gradient)
    {
        int stride = _columns.Length + 1;
        var largest = (stackalloc double[Block])[..count];
        var sums = (stackalloc double[Block])[..count];
        largest.Fill(double.NegativeInfinity);
        sums.Clear();
        double loss = 0;
        for (int k = 0; k < _classes; k++)
        {
            var scores = Scores(k, count);
            scores.Fill(w[(k * stride) + _columns.Length]);
            for (int d = 0; d < _columns.Length; d++)
                TensorPrimitives.MultiplyAdd(_columns[d].AsSpan(first, count), w[(k * stride) + d], scores, scores);
            TensorPrimitives.Max(largest, scores, largest);
        }
        for (int i = 0; i < count; i++)
            loss += largest[i] - _scores[(_labels[first + i] * Block) + i];
        for (int k = 0; k < _classes; k++)
        {
            var scores = Scores(k, count);
            TensorPrimitives.Subtract(scores, largest, scores);
            TensorPrimitives.Exp(scores, scores);
            TensorPrimitives.Add(sums, scores, sums);
        }
        for (int k = 0; k < _classes; k++)
            TensorPrimitives.Divide(Scores(k, count), sums, Scores(k, count));
        for (int i = 0; i < count; i++)
            _scores[(_labels[first + i] * Block) + i] -= 1;
        for (int k = 0; k < _classes; k++)
        {
            var residual = Scores(k, count);
            for (int d = 0; d < _columns.Length; d++)
                gradient[(k * stride) + d] += TensorPrimitives.Dot(_columns[d].AsSpan(first, count), residual);
            gradient[(k * stride) + _columns.Length] += TensorPrimitives.Sum<double>(residual);
        }
        TensorPrimitives.Log(sums, sums);
        return loss + TensorPrimitives.Sum<double>(sums);
    }

    private Span<double> Scores(int k, int count) => _scores.AsSpan(k * Block, count);
}
