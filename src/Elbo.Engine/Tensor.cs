using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Operators;
using Elbo.Engine.Memory;

namespace Elbo.Engine;

/// <summary>A dense row-major array of float32 on a <see cref="Device"/>.</summary>
/// <remarks>
/// A tensor created inside a <see cref="Autograd.StepScope"/> is valid until the scope ends. Any other lives as long as
/// it is referenced.
/// </remarks>
public sealed unsafe class Tensor
{
    private readonly OwnedBuffer? _owner;
    private readonly BufferPool _memory;
    private float* _data;

    internal Tensor(Device device, Shape shape, float* data, OwnedBuffer? owner, BufferPool? memory = null)
    {
        Device = device;
        Shape = shape;
        _data = data;
        _owner = owner;
        _memory = memory ?? device.Buffers;
    }

    /// <summary>The device that holds the tensor.</summary>
    public Device Device { get; }

    /// <summary>The dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>The number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>Whether <see cref="Autograd.Tape.Backward(Tensor)"/> computes a gradient for this tensor.</summary>
    /// <remarks>Set it on leaves. The result of an operation requires a gradient if an operand does.</remarks>
    public bool RequiresGradient { get; set; }

    /// <summary>
    /// dL/d(this) after <see cref="Autograd.Tape.Backward(Tensor)"/>, with the same shape. Null before, and for
    /// intermediate results.
    /// </summary>
    public Tensor? Gradient { get; internal set; }

    /// <summary>
    /// Whether <see cref="Gradient"/> holds values to add to, instead of values left from the previous step.
    /// </summary>
    internal bool GradientIsSet { get; set; }

    /// <summary>
    /// Whether a backward pass has differentiated the operation that created this and removed it from the tape.
    /// </summary>
    internal bool IsReplayed { get; set; }

    /// <summary>
    /// The number of floats that the scope returns to the pool; 0 if this tensor does not own its memory.
    /// </summary>
    internal int PooledCapacity { get; init; }

    internal bool IsReleased => _data == null;

    internal float* Data =>
        _data != null && !_memory.IsDisposed
            ? _data
            : throw new ObjectDisposedException(
                nameof(Tensor),
                $"a tensor of shape {Shape} was used after "
                    + (
                        _data == null
                            ? "the step that made it had ended; copy it out before."
                            : "its device had been disposed."
                    )
            );

    /// <summary>The elements in row-major order, in the processor's memory. Valid as long as the tensor.</summary>
    /// <exception cref="InvalidOperationException">The tensor is on a GPU.</exception>
    public Span<float> AsSpan() =>
        Device.Accelerator is null
            ? new(Data, Count)
            : throw new InvalidOperationException(
                $"a tensor of shape {Shape} is on {Device.Description}; use Read, CopyFrom or Edit."
            );

    /// <summary>
    /// The elements in row-major order, to be read: those of the tensor itself on the processor, a copy from a GPU.
    /// </summary>
    public ReadOnlySpan<float> Read() => Device.Accelerator is null ? AsSpan() : ToArray();

    /// <summary>Returns a copy of the elements.</summary>
    public float[] ToArray()
    {
        float[] values = new float[Count];
        CopyTo(values);
        return values;
    }

    /// <summary>Copies the elements to <paramref name="destination"/>.</summary>
    /// <exception cref="ArgumentException">The destination is shorter than the tensor.</exception>
    public void CopyTo(Span<float> destination)
    {
        if (destination.Length < Count)
            throw new ArgumentException($"{destination.Length} numbers cannot hold {Shape}.", nameof(destination));
        if (Device.Accelerator is { } accelerator)
            fixed (float* target = destination)
                accelerator.CopyOut(Data, target, (long)Count * sizeof(float));
        else
            AsSpan().CopyTo(destination);
    }

    /// <summary>Replaces all elements.</summary>
    /// <exception cref="ArgumentException">The number of values differs from that of the elements.</exception>
    public void CopyFrom(ReadOnlySpan<float> values)
    {
        if (values.Length != Count)
            throw new ArgumentException(
                $"{values.Length} values were given for {Shape}, which holds {Count}.",
                nameof(values)
            );
        if (Device.Accelerator is { } accelerator)
            fixed (float* source = values)
                accelerator.CopyIn(source, Data, (long)Count * sizeof(float));
        else
            values.CopyTo(AsSpan());
    }

    /// <summary>Replaces all elements by those of another tensor, in row-major order.</summary>
    /// <remarks>Within one GPU, the copy is work in the order of the calls, and the call does not wait for it.</remarks>
    /// <exception cref="ArgumentException">The tensors have different numbers of elements.</exception>
    public void CopyFrom(Tensor source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Count != Count)
            throw new ArgumentException(
                $"{source.Shape} was given for {Shape}; the numbers of elements differ.",
                nameof(source)
            );
        if (Device.Accelerator is { } accelerator && accelerator == source.Device.Accelerator)
            MapKernels.Map(default(Identity), source, this);
        else
            CopyFrom(source.Read());
    }

    /// <summary>Changes elements: those of the tensor itself on the processor, a copy that goes back to a GPU.</summary>
    public void Edit(Action<Span<float>> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        if (Device.Accelerator is null)
        {
            change(AsSpan());
            return;
        }
        float[] values = ToArray();
        change(values);
        CopyFrom(values);
    }

    /// <summary>Sets every element to <paramref name="value"/>.</summary>
    public void Fill(float value)
    {
        if (Device.Accelerator is null)
            AsSpan().Fill(value);
        else
            MapKernels.Map(new Constant(value), this, this);
    }

    /// <summary>The value of a tensor with one element.</summary>
    /// <exception cref="InvalidOperationException">The tensor does not have exactly one element.</exception>
    public float ToScalar() =>
        Count == 1
            ? Read()[0]
            : throw new InvalidOperationException($"{Shape} has {Count} elements; a scalar has one.");

    /// <summary>
    /// A tensor that shares the elements but is detached from the tape: no gradient flows through it.
    /// </summary>
    public Tensor Detach() => View(0, Shape);

    /// <summary>
    /// A tensor of another device that shares the elements, for computations on that device. It is detached from the
    /// tape.
    /// </summary>
    /// <remarks>
    /// This device must not change the elements during such a computation, and must live as long as the result.
    /// </remarks>
    /// <exception cref="InvalidOperationException">This tensor is part of a step, whose end would release it.</exception>
    public Tensor On(Device device)
    {
        ArgumentNullException.ThrowIfNull(device);
        if (_owner is null)
            throw new InvalidOperationException(
                $"a tensor of shape {Shape} belongs to a step; only one that outlives steps can be shared."
            );
        return new Tensor(device, Shape, Data, _owner, _memory);
    }

    /// <summary>A view of part of the memory with another shape, detached from the tape.</summary>
    /// <exception cref="ArgumentException">The view extends beyond the end of the tensor.</exception>
    public Tensor View(int start, Shape shape)
    {
        if (start < 0 || (long)start + shape.Count > Count)
            throw new ArgumentException(
                $"{shape} from element {start} reaches beyond the {Count} elements of {Shape}.",
                nameof(start)
            );
        return Device.Tape.Track(new Tensor(Device, shape, Data + start, _owner, _memory));
    }

    /// <summary>Makes backward passes write the gradient of this tensor to <paramref name="gradient"/>.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void UseGradientBuffer(Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (gradient.Shape != Shape)
            throw new ArgumentException(
                $"got a gradient of shape {gradient.Shape} for a tensor of shape {Shape}.",
                nameof(gradient)
            );
        Gradient = gradient;
        GradientIsSet = false;
        RequiresGradient = true;
    }

    /// <summary>Whether a backward pass has written <see cref="Gradient"/> since it was cleared.</summary>
    public bool HasGradient => GradientIsSet && Gradient is { IsReleased: false };

    /// <summary>Marks the gradient as cleared: the next backward pass overwrites it.</summary>
    public void ClearGradient() => GradientIsSet = false;

    /// <summary>Releases the memory.</summary>
    internal void Release()
    {
        if (_data == null)
            return;
        if (PooledCapacity > 0)
            Device.Buffers.Return(_data, PooledCapacity);
        _data = null;
    }

    /// <inheritdoc/>
    public override string ToString() => $"Tensor {Shape}";
}
