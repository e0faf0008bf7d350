using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;

namespace Elbo.Engine.Autograd;

public static unsafe partial class Ops
{
    /// <summary>Binary cross-entropy computed from logits, summed over the last dimension: (…, D) gives (…).</summary>
    /// <param name="logits">log p/(1 − p). Values of any size are safe: nothing overflows.</param>
    /// <param name="target">
    /// Values in [0, 1]. It may lack leading dimensions of the logits and is then repeated.
    /// </param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor CrossEntropyWithLogits(Tensor logits, Tensor target) =>
        RowSum(default(CrossEntropyTerm), logits, target, target, operands: 2);

    /// <summary>
    /// Σ (a − b)² over the last dimension: (…, D) gives (…). One operand may lack leading dimensions of the other.
    /// </summary>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor SquaredError(Tensor a, Tensor b) => RowSum(default(SquaredErrorTerm), a, b, b, operands: 2);

    /// <summary>log N(x; μ, σ²), summed over the last dimension: (…, D) gives (…).</summary>
    /// <param name="x">Values, (…, D).</param>
    /// <param name="mean">The mean μ. Either μ or x may lack leading dimensions of the other.</param>
    /// <param name="deviation">The standard deviation σ, positive.</param>
    /// <exception cref="ArgumentException">The shapes do not fit.</exception>
    public static Tensor GaussianLogDensity(Tensor x, Tensor mean, Tensor deviation) =>
        RowSum(default(GaussianLogDensityTerm), x, mean, deviation, operands: 3);

    /// <summary>
    /// KL(N(μ, σ²) ‖ N(0, I)) = ½Σ(μ² + σ² − log(1e-8 + σ²) − 1) over the last dimension: (…, D) gives (…).
    /// </summary>
    /// <param name="mean">The mean μ.</param>
    /// <param name="deviation">The standard deviation σ, 0 or more.</param>
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
                "got scalars; the sum runs along the last dimension, so there must be one.",
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

    /// <summary>
    /// The kernel repeats whole rows itself; they are expanded here only if a gradient must be summed over them.
    /// </summary>
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
