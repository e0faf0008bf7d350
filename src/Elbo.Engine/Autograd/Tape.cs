using Elbo.Engine.Kernels;
using Elbo.Engine.Memory;

namespace Elbo.Engine.Autograd;

/// <summary>The operations that ran, in order, each with what its backward pass does.</summary>
public sealed unsafe class Tape
{
    private readonly Device _device;
    private readonly List<(Tensor Output, Action Backward)> _records = [];
    private readonly List<Tensor> _scoped = [];
    private int _scopes;
    private int _pauses;

    internal Tape(Device device) => _device = device;

    /// <summary>
    /// Computes the gradient of <paramref name="loss"/> with respect to every tensor that asks for one.
    /// </summary>
    /// <remarks>
    /// Leaves keep theirs in <see cref="Tensor.Gradient"/>, added to what is there unless it was cleared. Those of
    /// intermediate results are released as soon as they have been passed on. What the loss was computed by is
    /// forgotten; what else was recorded stays, for another loss.
    /// </remarks>
    /// <exception cref="ArgumentException">The loss is not a scalar, or does not depend on such a tensor.</exception>
    /// <exception cref="InvalidOperationException">Part of what the loss was computed by has been
    /// forgotten.</exception>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Count != 1)
            throw new ArgumentException(
                $"the loss has shape {loss.Shape}; a gradient is taken of a scalar.",
                nameof(loss)
            );
        Replay(loss, _device.Full(loss.Shape, 1));
    }

    /// <summary>
    /// As <see cref="Backward(Tensor)"/> for any shape, given the gradient of the final scalar with respect to
    /// <paramref name="output"/>.
    /// </summary>
    /// <exception cref="ArgumentException">Shapes differ, or the output does not depend on a tensor that asks for a
    /// gradient.</exception>
    /// <exception cref="InvalidOperationException">Part of what the output was computed by has been
    /// forgotten.</exception>
    public void Backward(Tensor output, Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (outputGradient.Shape != output.Shape)
            throw new ArgumentException(
                $"a gradient of shape {outputGradient.Shape} came for an output of shape {output.Shape}.",
                nameof(outputGradient)
            );
        Replay(output, outputGradient);
    }

    private void Replay(Tensor output, Tensor seed)
    {
        _ = output.Data; // throws if its step has ended: what computed it has been forgotten then
        if (!GradientTarget.TryOpen(output, out var target))
            throw new ArgumentException("the output depends on no tensor that asks for a gradient.", nameof(output));
        // A copy, since operations may use the gradient of their result as scratch; added to what a leaf holds already.
        MapKernels.Accumulate(seed, target);
        for (int i = _records.Count - 1; i >= 0; i--)
        {
            var (result, backward) = _records[i];
            if (!result.GradientIsSet)
                continue; // the loss does not depend on it
            backward();
            result.Gradient!.Release();
            result.Gradient = null;
            result.GradientIsSet = false;
            result.IsReplayed = true;
        }
        _records.RemoveAll(record => record.Output.IsReplayed);
    }

    /// <summary>Until the result is disposed, operations are computed but not recorded.</summary>
    public PauseScope Pause()
    {
        _pauses++;
        return new PauseScope(this);
    }

    internal void Resume() => _pauses--;

    internal StepScope BeginScope()
    {
        _scopes++;
        return new StepScope(this, _scoped.Count);
    }

    internal void EndScope(int scopedBefore)
    {
        _scopes--;
        for (int i = scopedBefore; i < _scoped.Count; i++)
            _scoped[i].Release();
        _scoped.RemoveRange(scopedBefore, _scoped.Count - scopedBefore);
        _records.RemoveAll(record => record.Output.IsReleased);
    }

    internal Tensor Allocate(Shape shape)
    {
        var data = _device.Buffers.Rent(Math.Max(1, shape.Count), out int capacity);
        if (_scopes == 0)
            return new Tensor(_device, shape, data, new OwnedBuffer(_device.Buffers, data, capacity));
        return Track(new Tensor(_device, shape, data, null) { PooledCapacity = capacity });
    }

    /// <summary>Ties a tensor to the innermost open scope, if there is one.</summary>
    internal Tensor Track(Tensor tensor)
    {
        if (_scopes > 0)
            _scoped.Add(tensor);
        return tensor;
    }

    /// <summary>Whether an operation on these operands has to be recorded.</summary>
    internal bool Records(Tensor a) => _pauses == 0 && a.RequiresGradient;

    internal bool Records(Tensor a, Tensor b) => _pauses == 0 && (a.RequiresGradient || b.RequiresGradient);

    internal bool Records(Tensor a, Tensor b, Tensor c) =>
        _pauses == 0 && (a.RequiresGradient || b.RequiresGradient || c.RequiresGradient);

    /// <summary>
    /// Appends an operation; <paramref name="backward"/> finds the output's gradient in <see cref="Tensor.Gradient"/>.
    /// </summary>
    internal Tensor Record(Tensor output, Action backward)
    {
        output.RequiresGradient = true;
        _records.Add((output, backward));
        return output;
    }
}

/// <summary>Where a backward pass writes an operand's gradient, and whether it adds to what is there.</summary>
internal readonly struct GradientTarget
{
    private GradientTarget(Tensor tensor, bool adds) => (Tensor, Adds) = (tensor, adds);

    public Tensor Tensor { get; }

    public bool Adds { get; }

    /// <summary>A target that is overwritten.</summary>
    public static GradientTarget Overwrite(Tensor tensor) => new(tensor, adds: false);

    /// <summary>
    /// The target for <paramref name="operand"/>, from now on counted as written. False if it asks for no gradient.
    /// </summary>
    public static bool TryOpen(Tensor operand, out GradientTarget target)
    {
        if (!operand.RequiresGradient)
        {
            target = default;
            return false;
        }
        if (operand.IsReplayed)
            throw new InvalidOperationException(
                $"a second gradient came to a result of shape {operand.Shape} whose operation was forgotten when "
                    + "the first had passed through; add the losses and call Backward once."
            );
        if (operand.Gradient is null || operand.Gradient.IsReleased)
        {
            operand.Gradient = operand.Device.Uninitialized(operand.Shape);
            operand.GradientIsSet = false;
        }
        target = new GradientTarget(operand.Gradient, operand.GradientIsSet);
        operand.GradientIsSet = true;
        return true;
    }
}

/// <summary>Owns the tensors made since <see cref="Device.BeginStep"/>; disposing it releases them.</summary>
public readonly struct StepScope : IDisposable
{
    private readonly Tape _tape;
    private readonly int _scopedBefore;

    internal StepScope(Tape tape, int scopedBefore) => (_tape, _scopedBefore) = (tape, scopedBefore);

    /// <summary>Releases the tensors.</summary>
    public void Dispose() => _tape.EndScope(_scopedBefore);
}

/// <summary>Keeps operations off the tape since <see cref="Tape.Pause"/>, until disposed.</summary>
public readonly struct PauseScope : IDisposable
{
    private readonly Tape _tape;

    internal PauseScope(Tape tape) => _tape = tape;

    /// <summary>Records again.</summary>
    public void Dispose() => _tape.Resume();
}
