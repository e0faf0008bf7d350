using Elbo.Engine.Kernels;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>The same elements with another shape. Nothing is copied.</summary>
    /// <exception cref="ArgumentException">The two shapes have different numbers of elements.</exception>
    public static Tensor Reshape(Tensor x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (shape.Count != x.Count)
            throw new ArgumentException(
                $"{x.Shape} has {x.Count} elements and cannot become {shape}, which has {shape.Count}.",
                nameof(shape)
            );
        var y = x.View(0, shape);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    MapKernels.Accumulate(y.Gradient!, dx);
            }
        );
    }

    /// <summary>Swaps the last two dimensions.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> has fewer than two dimensions.</exception>
    public static Tensor Transpose(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank < 2)
            throw new ArgumentException($"{x.Shape} has no two dimensions to swap.", nameof(x));
        Span<int> order = stackalloc int[x.Shape.Rank];
        for (int i = 0; i < order.Length; i++)
            order[i] = i;
        (order[^1], order[^2]) = (order[^2], order[^1]);
        return Permute(x, order);
    }

    /// <summary>Dimension i of the result is dimension <paramref name="order"/>[i] of <paramref name="x"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="order"/> is not a permutation of the dimensions.</exception>
    public static Tensor Permute(Tensor x, params ReadOnlySpan<int> order)
    {
        ArgumentNullException.ThrowIfNull(x);
        int rank = x.Shape.Rank;
        var extents = new int[rank];
        var strides = new int[rank];
        var given = order.ToArray();
        if (!given.Order().SequenceEqual(Enumerable.Range(0, rank)))
            throw new ArgumentException(
                $"[{string.Join(", ", given)}] is no order of the {rank} dimensions of {x.Shape}.",
                nameof(order)
            );
        var own = Strides(x.Shape);
        for (int i = 0; i < rank; i++)
            (extents[i], strides[i]) = (x.Shape[given[i]], own[given[i]]);
        var y = x.Device.Uninitialized(new Shape(extents));
        CopyKernels.Strided(extents, x, 0, strides, y, 0, Strides(y.Shape), adds: false);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    CopyKernels.Strided(extents, y.Gradient!, 0, Strides(y.Shape), dx.Tensor, 0, strides, dx.Adds);
            }
        );
    }

    /// <summary>
    /// <paramref name="length"/> entries along <paramref name="axis"/>, starting at <paramref name="start"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The range extends beyond the dimension.</exception>
    public static Tensor Slice(Tensor x, int axis, int start, int length)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = x.Shape.ResolveAxis(axis);
        if (start < 0 || length < 0 || (long)start + length > x.Shape[axis])
            throw new ArgumentException(
                $"entries {start} to {(long)start + length} reach beyond the {x.Shape[axis]} along axis {axis} of "
                    + $"{x.Shape}.",
                nameof(start)
            );
        var y = x.Device.Uninitialized(x.Shape.With(axis, length));
        int first = start * Strides(x.Shape)[axis];
        CopyKernels.Strided(y.Shape.ToArray(), x, first, Strides(x.Shape), y, 0, Strides(y.Shape), adds: false);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (!GradientTarget.TryOpen(x, out var dx))
                    return;
                if (!dx.Adds)
                    dx.Tensor.Fill(0);
                CopyKernels.Strided(
                    y.Shape.ToArray(),
                    y.Gradient!,
                    0,
                    Strides(y.Shape),
                    dx.Tensor,
                    first,
                    Strides(x.Shape),
                    adds: true
                );
            }
        );
    }

    /// <summary>Concatenates tensors along <paramref name="axis"/>.</summary>
    /// <exception cref="ArgumentException">There are no tensors, or their other dimensions differ.</exception>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> parts)
    {
        if (parts.IsEmpty)
            throw new ArgumentException("there is nothing to put together.", nameof(parts));
        foreach (var part in parts)
            ArgumentNullException.ThrowIfNull(part, nameof(parts));
        var first = parts[0];
        axis = first.Shape.ResolveAxis(axis);
        int total = 0;
        bool records = false;
        foreach (var part in parts)
        {
            if (part.Shape.Rank != first.Shape.Rank || part.Shape.With(axis, 0) != first.Shape.With(axis, 0))
                throw new ArgumentException(
                    $"{part.Shape} does not continue {first.Shape} along axis {axis}.",
                    nameof(parts)
                );
            total += part.Shape[axis];
            records |= part.Device.Tape.Records(part);
        }
        var y = first.Device.Uninitialized(first.Shape.With(axis, total));
        var strides = Strides(y.Shape);
        int start = 0;
        foreach (var part in parts)
        {
            CopyKernels.Strided(
                part.Shape.ToArray(),
                part,
                0,
                Strides(part.Shape),
                y,
                start * strides[axis],
                strides,
                adds: false
            );
            start += part.Shape[axis];
        }
        if (!records)
            return y;
        var kept = parts.ToArray();
        return first.Device.Tape.Record(
            y,
            () =>
            {
                int offset = 0;
                foreach (var part in kept)
                {
                    if (GradientTarget.TryOpen(part, out var dx))
                        CopyKernels.Strided(
                            part.Shape.ToArray(),
                            y.Gradient!,
                            offset * strides[axis],
                            strides,
                            dx.Tensor,
                            0,
                            Strides(part.Shape),
                            dx.Adds
                        );
                    offset += part.Shape[axis];
                }
            }
        );
    }

    /// <summary>Entries <paramref name="indices"/> of the first dimension, in that order. Indices may repeat.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the first dimension.</exception>
    public static Tensor Gather(Tensor x, ReadOnlyMemory<int> indices)
    {
        ArgumentNullException.ThrowIfNull(x);
        foreach (int index in indices.Span)
            if ((uint)index >= (uint)x.Shape[0])
                throw new ArgumentOutOfRangeException(
                    nameof(indices),
                    index,
                    $"{x.Shape} has entries 0 to {x.Shape[0] - 1} along its first axis."
                );
        int width = x.Shape.Product(1, x.Shape.Rank);
        var y = x.Device.Uninitialized(x.Shape.With(0, indices.Length));
        CopyKernels.Gather(x, indices.Span, y, width);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (!GradientTarget.TryOpen(x, out var dx))
                    return;
                if (!dx.Adds)
                    dx.Tensor.Fill(0);
                CopyKernels.ScatterAdd(y.Gradient!, indices.Span, dx.Tensor, width);
            }
        );
    }

    /// <summary>Strides of a row-major tensor, in elements.</summary>
    private static int[] Strides(Shape shape)
    {
        var strides = new int[shape.Rank];
        int stride = 1;
        for (int i = shape.Rank - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= shape[i];
        }
        return strides;
    }
}
