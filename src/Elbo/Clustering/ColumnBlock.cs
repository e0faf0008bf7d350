using System.Buffers;
using System.Numerics.Tensors;

namespace Elbo.Clustering;

/// <summary>A few points coordinate by coordinate, so that arithmetic runs over many of them at once.</summary>
/// <remarks>
/// Coordinate d of the points loaded last is <see cref="Column"/>(d); whatever is computed of a point does not depend
/// on its neighbours.
/// </remarks>
internal sealed class ColumnBlock(int dimensions) : IDisposable
{
    /// <summary>Points that one block holds: few enough for columns to stay in the first-level cache.</summary>
    public const int Capacity = 256;

    private readonly double[] _columns = ArrayPool<double>.Shared.Rent((dimensions + 1) * Capacity);

    /// <summary>How many points were loaded.</summary>
    public int Count { get; private set; }

    /// <summary>Coordinate <paramref name="dimension"/> of all points.</summary>
    public ReadOnlySpan<double> Column(int dimension) => _columns.AsSpan(dimension * Capacity, Count);

    /// <summary>
    /// Loads points <paramref name="first"/> up to <paramref name="first"/> + <paramref name="count"/>.
    /// </summary>
    public void Load(float[] points, int first, int count)
    {
        Count = count;
        for (int i = 0; i < count; i++)
            Load(points, first + i, i, 0);
    }

    /// <summary>Loads the points of these indices.</summary>
    public void Load(float[] points, ReadOnlySpan<int> indices)
    {
        Count = indices.Length;
        for (int i = 0; i < indices.Length; i++)
            Load(points, indices[i], i, 0);
    }

    /// <summary>‖x − c‖² of every point.</summary>
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
