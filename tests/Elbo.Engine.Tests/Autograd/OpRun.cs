using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

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
