namespace Elbo.Engine.Tests.Autograd;

/// <summary>One use of an operation, with the same thing written naively in double.</summary>
/// <param name="Method">Name and parameter types of the method of Ops that it is about.</param>
/// <param name="Detail">What sets it apart from the method's other cases.</param>
/// <param name="Operands">Its inputs.</param>
/// <param name="Compute">The engine's call.</param>
/// <param name="Reference">The naive forward computation.</param>
internal sealed record OpCase(
    string Method,
    string Detail,
    Operand[] Operands,
    Func<Device, Tensor[], Tensor> Compute,
    Func<DoubleTensor[], DoubleTensor> Reference
)
{
    public string Name => $"{Method} {Detail}";

    /// <summary>Whether there is enough to do for all threads to be woken.</summary>
    public bool IsLarge { get; init; }

    /// <summary>
    /// Allowed deviation of values and gradients, see <see cref="NumericAssert.Close"/>. A float has 6e-8; a chain of a
    /// few
    /// operations, a sum of a thousand terms or a function with 2 ulp of error stay an order of magnitude below this.
    /// </summary>
    public double Tolerance { get; init; } = 5e-6;

    /// <summary>Deviation allowed in addition where results cancel to nothing.</summary>
    public double Floor { get; init; }

    /// <summary>Input values, always the same ones.</summary>
    public float[] Draw(int operand) => Operands[operand].Draw(new Rng(7).Fork(Name).Fork((ulong)operand));

    /// <summary>
    /// What is handed to the backward pass for an output of <paramref name="shape"/>: numbers of the size of 1.
    /// </summary>
    public float[] DrawUpstream(Shape shape) => new Operand(shape, 0.5f, 1.5f).Draw(new Rng(8).Fork(Name));
}
