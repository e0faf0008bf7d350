using Elbo.Engine.Kernels;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>exp(x) / Σ exp(x) along <paramref name="axis"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor Softmax(Tensor x, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!IsLast(x, axis))
            return SwapWithLast(Softmax(SwapWithLast(x, axis)), axis);
        var y = x.Device.Uninitialized(x.Shape);
        int width = x.Shape[-1];
        SoftmaxKernels.Softmax(x, y, width);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    SoftmaxKernels.SoftmaxGradient(y, y.Gradient!, dx, width);
            }
        );
    }

    /// <summary>log softmax(x) along <paramref name="axis"/>, computed without the softmax itself.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor LogSoftmax(Tensor x, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!IsLast(x, axis))
            return SwapWithLast(LogSoftmax(SwapWithLast(x, axis)), axis);
        var y = x.Device.Uninitialized(x.Shape);
        int width = x.Shape[-1];
        SoftmaxKernels.LogSoftmax(x, y, width);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    SoftmaxKernels.LogSoftmaxGradient(y, y.Gradient!, dx, width);
            }
        );
    }

    /// <summary>
    /// log Σ exp(x) over <paramref name="axis"/>, which is removed from the shape. Nothing overflows.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor LogSumExp(Tensor x, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (!IsLast(x, axis))
            return MoveToLast(x, axis, LogSumExp);
        var y = x.Device.Uninitialized(x.Shape.Without(-1));
        int width = x.Shape[-1];
        SoftmaxKernels.LogSumExp(x, y, width);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    SoftmaxKernels.LogSumExpGradient(x, y, y.Gradient!, dx, width);
            }
        );
    }

    /// <summary>log of the mean of exp(x) over <paramref name="axis"/>, which is removed from the shape.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such axis.</exception>
    public static Tensor LogMeanExp(Tensor x, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        return Affine(LogSumExp(x, axis), 1, -MathF.Log(x.Shape[axis]));
    }

    private static bool IsLast(Tensor x, int axis) => x.Shape.ResolveAxis(axis) == x.Shape.Rank - 1;

    private static Tensor SwapWithLast(Tensor x, int axis)
    {
        var order = Enumerable.Range(0, x.Shape.Rank).ToArray();
        int resolved = x.Shape.ResolveAxis(axis);
        (order[resolved], order[^1]) = (order[^1], order[resolved]);
        return Permute(x, order);
    }

    /// <summary>
    /// Moves <paramref name="axis"/> to the end, keeping the order of the others, so that the reduction runs over the
    /// last axis.
    /// </summary>
    private static Tensor MoveToLast(Tensor x, int axis, Func<Tensor, int, Tensor> reduction)
    {
        int resolved = x.Shape.ResolveAxis(axis);
        int[] order = [.. Enumerable.Range(0, x.Shape.Rank).Where(i => i != resolved), resolved];
        return reduction(Permute(x, order), -1);
    }
}
