using System.Runtime.CompilerServices;

namespace Elbo.Engine;

/// <summary>The dimensions of a tensor, outermost first; at most <see cref="MaxRank"/>. A scalar has none.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>
{
    /// <summary>The largest supported number of dimensions.</summary>
    public const int MaxRank = 5;

    private readonly Extents _extents;
    private readonly int _count;

    /// <summary>Creates a shape with the given extents.</summary>
    /// <exception cref="ArgumentException">
    /// There are more than <see cref="MaxRank"/> extents, or one is negative.
    /// </exception>
    public Shape(params ReadOnlySpan<int> extents)
    {
        if (extents.Length > MaxRank)
            throw new ArgumentException(
                $"{extents.Length} dimensions were given; at most {MaxRank} are possible.",
                nameof(extents)
            );
        long count = 1;
        for (int i = 0; i < extents.Length; i++)
        {
            if (extents[i] < 0)
                throw new ArgumentException($"extent {extents[i]} is negative.", nameof(extents));
            _extents[i] = extents[i];
            count = Math.Min(count, 1L << 31) * extents[i]; // the cap keeps the product within long and still too large
        }
        if (count > int.MaxValue)
            throw new ArgumentException(
                $"({string.Join(", ", extents.ToArray())}) has more elements than one tensor can hold "
                    + $"({int.MaxValue}).",
                nameof(extents)
            );
        Rank = extents.Length;
        _count = (int)count;
    }

    /// <summary>The number of dimensions.</summary>
    public int Rank { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Rank == 0 ? 1 : _count; // default(Shape) is a scalar

    /// <summary>The extent of dimension <paramref name="axis"/>; negative values count from the end.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public int this[int axis] => _extents[ResolveAxis(axis)];

    /// <summary>Supports collection expressions.</summary>
    public static Shape Create(ReadOnlySpan<int> extents) => new(extents);

    /// <summary>Converts an axis that may count from the end (−1 is the last) to one counted from 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such dimension.</exception>
    public int ResolveAxis(int axis)
    {
        int resolved = axis < 0 ? axis + Rank : axis;
        if ((uint)resolved >= (uint)Rank)
            throw new ArgumentOutOfRangeException(nameof(axis), axis, $"{this} has no axis {axis}.");
        return resolved;
    }

    /// <summary>A copy of this shape with dimension <paramref name="axis"/> set to <paramref name="extent"/>.</summary>
    public Shape With(int axis, int extent)
    {
        Span<int> extents = stackalloc int[Rank];
        CopyTo(extents);
        extents[ResolveAxis(axis)] = extent;
        return new Shape(extents);
    }

    /// <summary>A copy of this shape without dimension <paramref name="axis"/>.</summary>
    public Shape Without(int axis)
    {
        axis = ResolveAxis(axis);
        Span<int> extents = stackalloc int[Rank];
        CopyTo(extents);
        extents[(axis + 1)..].CopyTo(extents[axis..]);
        return new Shape(extents[..(Rank - 1)]);
    }

    /// <summary>Copies the extents to <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the rank.</exception>
    public void CopyTo(Span<int> destination)
    {
        if (destination.Length < Rank)
            throw new ArgumentException(
                $"the destination holds {destination.Length} numbers; {this} has {Rank} extents.",
                nameof(destination)
            );
        for (int i = 0; i < Rank; i++)
            destination[i] = _extents[i];
    }

    /// <summary>The extents as an array.</summary>
    public int[] ToArray()
    {
        var result = new int[Rank];
        CopyTo(result);
        return result;
    }

    /// <summary>The extents, outermost first.</summary>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)ToArray()).GetEnumerator();

    /// <summary>
    /// The product of the extents from <paramref name="start"/> (inclusive) to <paramref name="end"/> (exclusive).
    /// </summary>
    internal int Product(int start, int end)
    {
        int product = 1;
        for (int i = start; i < end; i++)
            product *= _extents[i];
        return product;
    }

    /// <summary>
    /// The shape that both broadcast to by NumPy's rule: extents align at the end, and an extent of 1 repeats.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Shape Broadcast(Shape left, Shape right)
    {
        if (left == right)
            return left;
        int rank = Math.Max(left.Rank, right.Rank);
        Span<int> extents = stackalloc int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int l = i <= left.Rank ? left[^i] : 1,
                r = i <= right.Rank ? right[^i] : 1;
            if (l != r && l != 1 && r != 1)
                throw new ArgumentException($"{left} and {right} do not broadcast: {l} meets {r}.");
            extents[rank - i] = l == 1 ? r : l;
        }
        return new Shape(extents);
    }

    private int this[Index index] => _extents[index.GetOffset(Rank)];

    /// <inheritdoc/>
    public bool Equals(Shape other)
    {
        if (Rank != other.Rank || Count != other.Count)
            return false;
        for (int i = 0; i < Rank; i++)
            if (_extents[i] != other._extents[i])
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Rank, Count, Rank > 0 ? _extents[0] : 0);

    /// <summary>Whether two shapes have the same extents.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>Whether two shapes differ.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The extents as in error messages, for example <c>(32, 784)</c>.</summary>
    public override string ToString() => $"({string.Join(", ", ToArray())})";

    [InlineArray(MaxRank)]
    private struct Extents
    {
        private int _first;
    }
}
