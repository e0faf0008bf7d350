using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd.Cases;

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

/// <summary>An input of an operation under test: uniform random values in [Low, High).</summary>
internal sealed record Operand(Shape Shape, float Low = -2, float High = 2, bool RequiresGradient = true)
{
    /// <summary>The same values for the same <paramref name="rng"/>.</summary>
    public float[] Draw(Rng rng)
    {
        var values = new float[Shape.Count];
        for (int i = 0; i < values.Length; i++)
            values[i] = Low + (High - Low) * rng.NextSingle();
        return values;
    }
}

/// <summary>An <see cref="OpCase"/> computed within one step.</summary>
internal sealed class OpRun : IDisposable
{
    private readonly Device _device;
    private readonly StepScope _step;

    public OpRun(OpCase opCase, string instructionSet, int threads)
    {
        Case = opCase;
        _device = TestDevices.Shared(instructionSet, threads);
        _step = _device.BeginStep();
        Operands = [.. opCase.Operands.Select((o, i) => _device.Tensor(opCase.Draw(i), o.Shape))];
        for (int i = 0; i < Operands.Length; i++)
            Operands[i].RequiresGradient = opCase.Operands[i].RequiresGradient;
        Output = opCase.Compute(_device, Operands);
    }

    public OpCase Case { get; }

    public Tensor[] Operands { get; }

    public Tensor Output { get; private set; }

    public void Forward() => Output = Case.Compute(_device, Operands);

    /// <summary>Gradients for the case's upstream gradient, where any operand asks for one.</summary>
    public void Backward()
    {
        if (Output.RequiresGradient)
            _device.Tape.Backward(Output, _device.Tensor(Case.DrawUpstream(Output.Shape), Output.Shape));
    }

    public void Dispose() => _step.Dispose();

    public override string ToString() => $"of {Case.Name} on {_device.InstructionSet} with {_device.Threads} threads";
}
