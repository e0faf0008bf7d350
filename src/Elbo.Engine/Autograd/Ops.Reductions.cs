using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>The sum of all elements, as a scalar.</summary>
    public static Tensor Sum(Tensor x) => Reduce(x, axis: null, 1);

    /// <summary>Sums over <paramref name="axis"/>, which is removed from the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor Sum(Tensor x, int axis) => Reduce(x, axis, 1);

    /// <summary>The mean of all elements, as a scalar.</summary>
    public static Tensor Mean(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Reduce(x, axis: null, 1f / x.Count);
    }

    /// <summary>Means over <paramref name="axis"/>, which is removed from the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor Mean(Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Reduce(x, axis, 1f / x.Shape[axis]);
    }

    /// <summary>
    /// Maxima over <paramref name="axis"/>, which is removed from the shape. Equal maxima share the gradient evenly.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor Max(Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        axis = x.Shape.ResolveAxis(axis);
        var y = x.Device.Uninitialized(x.Shape.Without(axis));
        ReduceKernels.Max(x, y, x.Shape.Product(0, axis), x.Shape[axis], x.Shape.Product(axis + 1, x.Shape.Rank));
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (!GradientTarget.TryOpen(x, out var dx))
                    return;
                var kept = x.Shape.With(axis, 1);
                var hits = x.Device.Uninitialized(x.Shape);
                ZipKernels.Zip<IsEqual>(x, y.View(0, kept), hits);
                var count = x.Device.Uninitialized(kept);
                ReduceKernels.Sum(
                    hits,
                    count,
                    x.Shape.Product(0, axis),
                    x.Shape[axis],
                    x.Shape.Product(axis + 1, x.Shape.Rank)
                );
                var share = x.Device.Uninitialized(kept);
                ZipKernels.Zip<Divide>(y.Gradient!.View(0, kept), count, share);
                ZipKernels.Zip<Multiply>(hits, share, dx.Tensor, dx.Adds);
            }
        );
    }

    private static Tensor Reduce(Tensor x, int? axis, float scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        int resolved = axis is { } given ? x.Shape.ResolveAxis(given) : 0;
        int outer = axis is null ? 1 : x.Shape.Product(0, resolved);
        int length = axis is null ? x.Count : x.Shape[resolved];
        int inner = axis is null ? 1 : x.Shape.Product(resolved + 1, x.Shape.Rank);
        var y = x.Device.Uninitialized(axis is null ? [] : x.Shape.Without(resolved));
        ReduceKernels.Sum(x, y, outer, length, inner, scale);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (!GradientTarget.TryOpen(x, out var dx))
                    return;
                // All elements along the axis get the same gradient: (outer, 1, inner) broadcasts to (outer, length,
                // inner).
                ZipKernels.Zip<Multiply>(
                    y.Gradient!.View(0, [outer, 1, inner]),
                    x.Device.Full([], scale),
                    dx.Tensor.View(0, [outer, length, inner]),
                    dx.Adds
                );
            }
        );
    }
}
