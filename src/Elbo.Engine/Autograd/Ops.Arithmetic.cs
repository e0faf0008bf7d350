using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static partial class Ops
{
    /// <summary>a + b, broadcast by NumPy's rule.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Add(Tensor a, Tensor b) => Zip<Add>(a, b);

    /// <summary>a − b, broadcast by NumPy's rule.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Subtract(Tensor a, Tensor b) => Zip<Subtract>(a, b);

    /// <summary>a·b element by element, broadcast by NumPy's rule.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Multiply(Tensor a, Tensor b) => Zip<Multiply>(a, b);

    /// <summary>a / b element by element, broadcast by NumPy's rule.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Divide(Tensor a, Tensor b) => Zip<Divide>(a, b);

    /// <summary>1 where a &lt; b, else 0, broadcast by NumPy's rule. Not differentiable.</summary>
    /// <exception cref="ArgumentException">The shapes do not broadcast.</exception>
    public static Tensor Less(Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var y = a.Device.Uninitialized(Shape.Broadcast(a.Shape, b.Shape));
        ZipKernels.Zip<IsLess>(a, b, y);
        return y;
    }

    /// <summary>Broadcasts <paramref name="x"/> to <paramref name="shape"/>.</summary>
    /// <exception cref="ArgumentException"><paramref name="x"/> does not broadcast to that shape.</exception>
    public static Tensor BroadcastTo(Tensor x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape == shape)
            return x;
        if (Shape.Broadcast(x.Shape, shape) != shape)
            throw new ArgumentException($"{x.Shape} does not broadcast to {shape}.", nameof(shape));
        var y = x.Device.Uninitialized(shape);
        ZipKernels.Zip<Add>(x, x.Device.Zeros([]), y);
        if (!x.Device.Tape.Records(x))
            return y;
        return x.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(x, out var dx))
                    SumInto(y.Gradient!, dx);
            }
        );
    }

    private static Tensor Zip<TOp>(Tensor a, Tensor b)
        where TOp : struct, IBinary
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        var y = a.Device.Uninitialized(Shape.Broadcast(a.Shape, b.Shape));
        ZipKernels.Zip<TOp>(a, b, y);
        if (!a.Device.Tape.Records(a, b))
            return y;
        return a.Device.Tape.Record(
            y,
            () =>
            {
                if (GradientTarget.TryOpen(a, out var da))
                {
                    var (full, adds) = FullGradient(y, da);
                    ZipKernels.GradientA<TOp>(a, b, y.Gradient!, full, adds);
                    SumInto(full, da);
                }
                if (GradientTarget.TryOpen(b, out var db))
                {
                    var (full, adds) = FullGradient(y, db);
                    ZipKernels.GradientB<TOp>(a, b, y.Gradient!, full, adds);
                    SumInto(full, db);
                }
            }
        );
    }

    /// <summary>
    /// The target itself if the operand was not broadcast, else a buffer for the gradient before it is summed.
    /// </summary>
    private static (Tensor Full, bool Adds) FullGradient(Tensor y, GradientTarget target) =>
        target.Tensor.Shape == y.Shape ? (target.Tensor, target.Adds) : (y.Device.Uninitialized(y.Shape), false);

    /// <summary>Sums over the broadcast dimensions.</summary>
    private static void SumInto(Tensor full, GradientTarget target)
    {
        var goal = target.Tensor.Shape;
        if (full.Shape == goal)
            return;
        var partial = full;
        for (int i = 0; i < full.Shape.Rank; i++)
        {
            int goalAxis = i - (full.Shape.Rank - goal.Rank);
            if (goalAxis >= 0 && goal[goalAxis] == partial.Shape[i] || partial.Shape[i] == 1)
                continue;
            var shape = partial.Shape.With(i, 1);
            bool last = shape.Count == goal.Count;
            var sum = last ? target.Tensor : full.Device.Uninitialized(shape);
            ReduceKernels.Sum(
                partial,
                sum,
                partial.Shape.Product(0, i),
                partial.Shape[i],
                partial.Shape.Product(i + 1, partial.Shape.Rank),
                adds: last && target.Adds
            );
            if (last)
                return;
            partial = sum;
        }
        // Broadcasting only added dimensions of extent 1, so the elements are the same.
        MapKernels.Accumulate(partial, target);
    }
}
