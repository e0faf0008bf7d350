using System.Collections;
using Elbo.Engine;

namespace Elbo;

/// <summary>
/// Rows of equal length with their shape: codes (N, Z), images (N, C, H, W), or probabilities (N, clusters).
/// </summary>
/// <remarks>
/// It converts to a <c>float[]</c> or a span of all values, row by row, without a copy. Enumerating it gives the rows.
/// </remarks>
public sealed class FloatRows : IReadOnlyList<ReadOnlyMemory<float>>
{
    private readonly float[] _values;

    internal FloatRows(float[] values, Shape shape, IReadOnlyList<string>? names = null) =>
        (_values, Shape, Width, Names) = (values, shape, shape[0] == 0 ? 0 : shape.Count / shape[0], names);

    /// <summary>All values, row by row.</summary>
    public ReadOnlyMemory<float> Values => _values;

    /// <summary>The shape of <see cref="Values"/>, whose first extent is the number of rows.</summary>
    public Shape Shape { get; }

    /// <summary>Number of rows N.</summary>
    public int Count => Shape[0];

    /// <summary>Number of values of a row.</summary>
    public int Width { get; }

    /// <summary>Number of values of all rows.</summary>
    public int Length => _values.Length;

    /// <summary>The path or name of the image of each row; null if the images have none.</summary>
    public IReadOnlyList<string>? Names { get; }

    /// <summary>The values of one row.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row.</exception>
    public ReadOnlyMemory<float> this[int row] =>
        (uint)row < (uint)Count
            ? _values.AsMemory(row * Width, Width)
            : throw new ArgumentOutOfRangeException(nameof(row), row, $"rows are counted from 0 to {Count - 1}.");

    /// <summary>One value.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such row or column.</exception>
    public float this[int row, int column] =>
        (uint)column < (uint)Width
            ? this[row].Span[column]
            : throw new ArgumentOutOfRangeException(
                nameof(column),
                column,
                $"columns are counted from 0 to {Width - 1}."
            );

    /// <summary>Returns the array of all values, row by row, without a copy.</summary>
    public static implicit operator float[](FloatRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows._values;
    }

    /// <summary>Returns all values, row by row, without a copy.</summary>
    public static implicit operator ReadOnlySpan<float>(FloatRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows._values;
    }

    /// <summary>Returns all values, row by row, without a copy.</summary>
    public static implicit operator ReadOnlyMemory<float>(FloatRows rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return rows._values;
    }

    /// <summary>Returns the array of all values, row by row, without a copy.</summary>
    public float[] ToArray() => _values;

    /// <summary>Enumerates the rows.</summary>
    public IEnumerator<ReadOnlyMemory<float>> GetEnumerator()
    {
        for (int row = 0; row < Count; row++)
            yield return this[row];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    public override string ToString() => $"{Count} rows of {Width} values, {Shape}";
}
