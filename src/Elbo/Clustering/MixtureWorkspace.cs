using System.Buffers;
using System.Numerics.Tensors;

namespace Elbo.Clustering;

/// <summary>Densities and responsibilities of a block of points under a mixture, stored by component.</summary>
internal sealed class MixtureWorkspace : IDisposable
{
    private readonly GaussianComponents _mixture;
    private readonly ColumnBlock _block;
    private readonly double[] _responsibilities,
        _columns;

    public MixtureWorkspace(GaussianComponents mixture)
    {
        (_mixture, _block) = (mixture, new ColumnBlock(mixture.Dimensions));
        _responsibilities = ArrayPool<double>.Shared.Rent(mixture.Count * ColumnBlock.Capacity);
        _columns = ArrayPool<double>.Shared.Rent((mixture.Dimensions + 3) * ColumnBlock.Capacity);
    }

    /// <summary>log p(x) of the points evaluated last.</summary>
    public ReadOnlySpan<double> LogDensities => Scratch(0);

    /// <summary>p(k|x) of the points evaluated last.</summary>
    public Span<double> Responsibilities(int component) =>
        _responsibilities.AsSpan(component * ColumnBlock.Capacity, _block.Count);

    /// <summary>
    /// Computes densities and responsibilities of points <paramref name="first"/> to <paramref name="first"/> +
    /// <paramref name="count"/> − 1.
    /// </summary>
    public void Evaluate(float[] points, int first, int count)
    {
        _block.Load(points, first, count);
        for (int k = 0; k < _mixture.Count; k++)
            LogJoint(k, Responsibilities(k));
        Normalize();
    }

    /// <summary>
    /// Loads points with responsibility 1 for the cluster given by <paramref name="labels"/> and 0 for all others.
    /// </summary>
    public void Assign(float[] points, int first, int count, ReadOnlySpan<int> labels)
    {
        _block.Load(points, first, count);
        for (int k = 0; k < _mixture.Count; k++)
        {
            var column = Responsibilities(k);
            for (int i = 0; i < count; i++)
                column[i] = labels[first + i] == k ? 1 : 0;
        }
        Scratch(0).Clear();
    }

    /// <summary>Adds the points evaluated last to the sums for the next parameters.</summary>
    public void AddTo(MixtureSums sums)
    {
        sums.LogLikelihood += TensorPrimitives.Sum(LogDensities);
        int dimensions = _mixture.Dimensions;
        var weighted = Scratch(1);
        for (int k = 0; k < _mixture.Count; k++)
        {
            var responsibilities = Responsibilities(k);
            sums.Sizes[k] += TensorPrimitives.Sum<double>(responsibilities);
            Center(k);
            int at = k * dimensions * (dimensions + 1) / 2;
            for (int a = 0; a < dimensions; a++)
            {
                TensorPrimitives.Multiply(responsibilities, Centered(a), weighted);
                sums.First[(k * dimensions) + a] += TensorPrimitives.Sum<double>(weighted);
                for (int b = 0; b <= a; b++)
                    sums.Second[at++] += TensorPrimitives.Dot<double>(weighted, Centered(b));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _block.Dispose();
        ArrayPool<double>.Shared.Return(_responsibilities);
        ArrayPool<double>.Shared.Return(_columns);
    }

    /// <summary>log wₖ N(x; μₖ, Σₖ) = constant − ½ ‖W·(x − μ)‖².</summary>
    private void LogJoint(int component, Span<double> result)
    {
        int dimensions = _mixture.Dimensions;
        Center(component);
        var factor = _mixture.PrecisionFactors.AsSpan(component * dimensions * dimensions, dimensions * dimensions);
        Span<double> row = Scratch(1),
            squares = Scratch(2);
        squares.Clear();
        for (int a = 0; a < dimensions; a++)
        {
            TensorPrimitives.Multiply(Centered(0), factor[a * dimensions], row);
            for (int b = 1; b <= a; b++)
                TensorPrimitives.MultiplyAdd(Centered(b), factor[(a * dimensions) + b], row, row);
            TensorPrimitives.MultiplyAdd(row, row, squares, squares);
        }
        TensorPrimitives.Multiply(squares, -0.5, squares);
        TensorPrimitives.Add(squares, _mixture.LogConstants[component], result);
    }

    /// <summary>
    /// Computes log p(x) = log Σₖ exp(log joint) and the responsibilities. The largest term is subtracted first, so
    /// nothing overflows.
    /// </summary>
    private void Normalize()
    {
        Span<double> density = Scratch(0),
            most = Scratch(1),
            sum = Scratch(2);
        Responsibilities(0).CopyTo(most);
        for (int k = 1; k < _mixture.Count; k++)
            TensorPrimitives.Max(most, Responsibilities(k), most);
        sum.Clear();
        for (int k = 0; k < _mixture.Count; k++)
        {
            var column = Responsibilities(k);
            TensorPrimitives.Subtract(column, most, column);
            TensorPrimitives.Exp(column, column);
            TensorPrimitives.Add(sum, column, sum);
        }
        for (int k = 0; k < _mixture.Count; k++)
            TensorPrimitives.Divide(Responsibilities(k), sum, Responsibilities(k));
        TensorPrimitives.Log(sum, density);
        TensorPrimitives.Add(density, most, density);
    }

    private void Center(int component)
    {
        for (int d = 0; d < _mixture.Dimensions; d++)
            TensorPrimitives.Subtract(
                _block.Column(d),
                _mixture.Means[(component * _mixture.Dimensions) + d],
                Centered(d)
            );
    }

    private Span<double> Scratch(int index) => _columns.AsSpan(index * ColumnBlock.Capacity, _block.Count);

    private Span<double> Centered(int dimension) => Scratch(3 + dimension);
}
