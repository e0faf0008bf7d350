using Elbo.Engine.Kernels;
using Elbo.Engine.Memory;

namespace Elbo.Engine.Autograd;

/// <summary>Records the operations that ran, in order, for the backward pass.</summary>
public sealed unsafe class Tape
{
    private readonly Device _device;
    private readonly List<(Tensor Output, Action Backward)> _records = [];
    private readonly List<Tensor> _scoped = [];
    private int _scopes;
    private int _thread;
    private int _pauses;

    internal Tape(Device device) => _device = device;

    /// <summary>
    /// Computes the gradient of <paramref name="loss"/> with respect to every tensor that requires one.
    /// </summary>
    /// <remarks>
    /// The gradients of leaves accumulate in <see cref="Tensor.Gradient"/> until they are cleared. Gradients of
    /// intermediate results are released as soon as they have been propagated. The operations that computed the loss
    /// are removed from the tape; others stay recorded, so that another loss can use them.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The loss is not a scalar, or no tensor that it depends on requires a gradient.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Some of the operations that computed the loss are no longer on the tape.
    /// </exception>
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
    /// As <see cref="Backward(Tensor)"/> for an output of any shape. <paramref name="outputGradient"/> is the gradient
    /// of the final scalar with respect to <paramref name="output"/>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The shapes differ, or no tensor that the output depends on requires a gradient.
    /// </exception>
    /// <exception cref="InvalidOperationException">
    /// Some of the operations that computed the output are no longer on the tape.
    /// </exception>
    public void Backward(Tensor output, Tensor outputGradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (outputGradient.Shape != output.Shape)
            throw new ArgumentException(
                $"got a gradient of shape {outputGradient.Shape} for an output of shape {output.Shape}.",
                nameof(outputGradient)
            );
        Replay(output, outputGradient);
    }

    private void Replay(Tensor output, Tensor seed)
    {
        _ = output.Data; // throws if its step has ended, since its operations are then off the tape
        if (!GradientTarget.TryOpen(output, out var target))
            throw new ArgumentException("the output depends on no tensor that asks for a gradient.", nameof(output));
        // A copy, because operations may use the gradient of their result as scratch memory. It adds to what a leaf
        // holds.
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

    /// <summary>Stops recording until the result is disposed. Operations still compute.</summary>
    public PauseScope Pause()
    {
        _pauses++;
        return new PauseScope(this);
    }

    internal void Resume() => _pauses--;

    internal StepScope BeginScope()
    {
        int thread = Environment.CurrentManagedThreadId;
        if (_scopes > 0 && _thread != thread)
            throw new InvalidOperationException(
                "two threads use one device at the same time; give each a device of its own, or one of "
                    + "Device.CreateWorkspace."
            );
        _thread = thread;
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

    /// <summary>Assigns a tensor to the innermost open scope, if there is one.</summary>
    internal Tensor Track(Tensor tensor)
    {
        if (_scopes > 0)
            _scoped.Add(tensor);
        return tensor;
    }

    /// <summary>Whether an operation on these operands must be recorded.</summary>
    internal bool Records(Tensor a) => _pauses == 0 && a.RequiresGradient;

    internal bool Records(Tensor a, Tensor b) => _pauses == 0 && (a.RequiresGradient || b.RequiresGradient);

    internal bool Records(Tensor a, Tensor b, Tensor c) =>
        _pauses == 0 && (a.RequiresGradient || b.RequiresGradient || c.RequiresGradient);

    /// <summary>
    /// Appends an operation. <paramref name="backward"/> reads the output's gradient from
    /// <see cref="Tensor.Gradient"/>.
    /// </summary>
    internal Tensor Record(Tensor output, Action backward)
    {
        output.RequiresGradient = true;
        _records.Add((output, backward));
        return output;
    }
}

/// <summary>The buffer for an operand's gradient, and whether the backward pass adds to it or overwrites it.</summary>
internal readonly struct GradientTarget
{
    private GradientTarget(Tensor tensor, bool adds) => (Tensor, Adds) = (tensor, adds);

    public Tensor Tensor { get; }

    public bool Adds { get; }

    /// <summary>A target that the backward pass overwrites.</summary>
    public static GradientTarget Overwrite(Tensor tensor) => new(tensor, adds: false);

    /// <summary>
    /// Opens the gradient of <paramref name="operand"/> for writing and marks it as written. False if the operand
    /// requires no gradient.
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
                $"a second gradient reached a result of shape {operand.Shape} whose operation left the tape after "
                    + "the first; add the losses and call Backward once."
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

/// <summary>Owns the tensors created since <see cref="Device.BeginStep"/>. Disposing it releases them.</summary>
public readonly struct StepScope : IDisposable
{
    private readonly Tape _tape;
    private readonly int _scopedBefore;

    internal StepScope(Tape tape, int scopedBefore) => (_tape, _scopedBefore) = (tape, scopedBefore);

    /// <summary>Releases the tensors.</summary>
    public void Dispose() => _tape.EndScope(_scopedBefore);
}

/// <summary>Disables recording from <see cref="Tape.Pause"/> until disposed.</summary>
public readonly struct PauseScope : IDisposable
{
    private readonly Tape _tape;

    internal PauseScope(Tape tape) => _tape = tape;

    /// <summary>Resumes recording.</summary>
    public void Dispose() => _tape.Resume();
}
