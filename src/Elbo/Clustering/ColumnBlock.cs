using System.Buffers;
using System.Numerics.Tensors;

namespace Elbo.Clustering;

/// <summary>
/// A block of points stored coordinate by coordinate, so that vector arithmetic runs over many points at once.
/// </summary>
/// <remarks>
/// <see cref="Column"/>(d) is coordinate d of the points loaded last. The result for a point does not depend on the
/// other points in the block.
/// </remarks>
internal sealed class ColumnBlock(int dimensions) : IDisposable
{
    /// <summary>
    /// The largest number of points in a block, small enough for the columns to stay in the first-level cache.
    /// </summary>
    public const int Capacity = 256;

    private readonly double[] _columns = ArrayPool<double>.Shared.Rent((dimensions + 1) * Capacity);

    /// <summary>Number of points loaded.</summary>
    public int Count { get; private set; }

    /// <summary>Coordinate <paramref name="dimension"/> of all points.</summary>
    public ReadOnlySpan<double> Column(int dimension) => _columns.AsSpan(dimension * Capacity, Count);

    /// <summary>
    /// Loads points <paramref name="first"/> to <paramref name="first"/> + <paramref name="count"/> − 1.
    /// </summary>
    public void Load(float[] points, int first, int count)
    {
        Count = count;
        for (int i = 0; i < count; i++)
            Load(points, first + i, i, 0);
    }

    /// <summary>Loads the points with these indices.</summary>
    public void Load(float[] points, ReadOnlySpan<int> indices)
    {
        Count = indices.Length;
        for (int i = 0; i < indices.Length; i++)
            Load(points, indices[i], i, 0);
    }

    /// <summary>Computes ‖x − c‖² for every point.</summary>
    public void SquaredDistances(ReadOnlySpan<double> centre, Span<double> result)
    {
        result = result[..Count];
        var difference = _columns.AsSpan(dimensions * Capacity, Count);
        for (int d = 0; d < dimensions; d++)
        {
            TensorPrimitives.Subtract(Column(d), centre[d], difference);
            if (d == 0)
                TensorPrimitives.Multiply(difference, difference, result);
            else
                TensorPrimitives.MultiplyAdd(difference, difference, result, result);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<double>.Shared.Return(_columns);

    private void Load(float[] points, int index, int at, int start)
    {
        int row = index * dimensions;
        for (int d = 0; d < dimensions; d++, start += Capacity)
            _columns[start + at] = points[row + d];
    }
}
