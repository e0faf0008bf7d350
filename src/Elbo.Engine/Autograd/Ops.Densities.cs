using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static unsafe partial class Ops
{
    /// <summary>
    /// Cross-entropy of Bernoulli variables given by logits, summed along the last dimension: (…, D) gives (…).
    /// </summary>
    /// <param name="logits">log p/(1 − p), any size: nothing overflows.</param>
    /// <param name="target">In [0, 1]. May lack leading dimensions of the logits; it is then repeated.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor CrossEntropyWithLogits(Tensor logits, Tensor target) =>
        RowSum(default(CrossEntropyTerm), logits, target, target, operands: 2);

    /// <summary>
    /// Σ (a − b)² along the last dimension: (…, D) gives (…). One may lack leading dimensions of the other.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor SquaredError(Tensor a, Tensor b) => RowSum(default(SquaredErrorTerm), a, b, b, operands: 2);

    /// <summary>log N(x; μ, σ²), summed along the last dimension: (…, D) gives (…).</summary>
    /// <param name="x">The values.</param>
    /// <param name="mean">μ; may lack leading dimensions of x, or x of it.</param>
    /// <param name="deviation">The standard deviation σ, positive.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor GaussianLogDensity(Tensor x, Tensor mean, Tensor deviation) =>
        RowSum(default(GaussianLogDensityTerm), x, mean, deviation, operands: 3);

    /// <summary>
    /// KL(N(μ, σ²) ‖ N(0, I)) = ½Σ(μ² + σ² − log(1e-8 + σ²) − 1) along the last dimension: (…, D) gives (…).
    /// </summary>
    /// <param name="mean">μ</param>
    /// <param name="deviation">The standard deviation σ, not negative.</param>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public static Tensor StandardNormalKl(Tensor mean, Tensor deviation) =>
        RowSum(default(StandardNormalKlTerm), mean, deviation, deviation, operands: 2);

    private static Tensor RowSum<TTerm>(TTerm term, Tensor a, Tensor b, Tensor c, int operands)
        where TTerm : unmanaged, IRowTerm
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        ArgumentNullException.ThrowIfNull(c);
        var shape = Shape.Broadcast(Shape.Broadcast(a.Shape, b.Shape), c.Shape);
        if (shape.Rank == 0)
            throw new ArgumentException(
                "scalars came; the sum runs along the last dimension, so there must be one.",
                nameof(a)
            );
        bool same = ReferenceEquals(b, c);
        a = Rows(a, shape);
        b = Rows(b, shape);
        c = same ? b : Rows(c, shape);
        var y = a.Device.Uninitialized(shape.Without(-1));
        int width = shape[-1];
        RowSumKernels.Sum(term, a, b, c, y, width);
        if (!a.Device.Tape.Records(a, b, c))
            return y;
        return a.Device.Tape.Record(
            y,
            () =>
                RowSumKernels.Gradient(
                    term,
                    a,
                    b,
                    c,
                    y.Gradient!,
                    Open(a),
                    Open(b),
                    operands < 3 ? default : Open(c),
                    width
                )
        );
    }

    /// <summary>Repetition of whole rows is left to the kernel, unless a gradient has to be summed over it.</summary>
    private static Tensor Rows(Tensor x, Shape shape)
    {
        int dropped = shape.Rank - x.Shape.Rank;
        bool repeatsRows = !x.RequiresGradient && x.Count == shape.Product(dropped, shape.Rank);
        return repeatsRows ? x : BroadcastTo(x, shape);
    }

    private static RowSumKernels.RowTarget Open(Tensor operand) =>
        GradientTarget.TryOpen(operand, out var target)
            ? new RowSumKernels.RowTarget(target.Tensor.Data, target.Adds)
            : default;
}
