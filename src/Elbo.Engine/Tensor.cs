using Elbo.Engine.Memory;

namespace Elbo.Engine;

/// <summary>A dense array of float32, row-major, on a <see cref="Device"/>.</summary>
/// <remarks>
/// One made inside a <see cref="Autograd.StepScope"/> is valid until the scope ends; one made outside lives as long as
/// it is referenced.
/// </remarks>
public sealed unsafe class Tensor
{
    private readonly OwnedBuffer? _owner;
    private float* _data;

    internal Tensor(Device device, Shape shape, float* data, OwnedBuffer? owner)
    {
        Device = device;
        Shape = shape;
        _data = data;
        _owner = owner;
    }

    /// <summary>Where it lives.</summary>
    public Device Device { get; }

    /// <summary>Its extents.</summary>
    public Shape Shape { get; }

    /// <summary>Number of elements.</summary>
    public int Count => Shape.Count;

    /// <summary>Whether <see cref="Autograd.Tape.Backward(Tensor)"/> computes a gradient for it.</summary>
    /// <remarks>Set on leaves; results of operations have it when an operand has.</remarks>
    public bool RequiresGradient { get; set; }

    /// <summary>
    /// dL/d(this) after <see cref="Autograd.Tape.Backward(Tensor)"/>, of the same shape; null before, and on
    /// intermediate results.
    /// </summary>
    public Tensor? Gradient { get; internal set; }

    /// <summary>
    /// Whether <see cref="Gradient"/> holds something that must be added to, rather than leftovers of the last step.
    /// </summary>
    internal bool GradientIsSet { get; set; }

    /// <summary>Whether a backward pass has gone through the operation that made this, and forgotten it.</summary>
    internal bool IsReplayed { get; set; }

    /// <summary>
    /// Number of floats in the buffer that the scope returns, 0 where this tensor does not own its memory.
    /// </summary>
    internal int PooledCapacity { get; init; }

    internal bool IsReleased => _data == null;

    internal float* Data =>
        _data != null && !Device.Buffers.IsDisposed
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

    /// <summary>The elements, row-major. Valid as long as the tensor.</summary>
    public Span<float> AsSpan() => new(Data, Count);

    /// <summary>A copy of the elements.</summary>
    public float[] ToArray() => AsSpan().ToArray();

    /// <summary>The only element.</summary>
    /// <exception cref="InvalidOperationException">There are more, or none.</exception>
    public float ToScalar() =>
        Count == 1 ? *Data : throw new InvalidOperationException($"{Shape} has {Count} elements; a scalar has one.");

    /// <summary>The same elements without a history: gradients do not flow through the result.</summary>
    public Tensor Detach() => View(0, Shape);

    /// <summary>Part of this tensor's memory under another shape, without a history.</summary>
    /// <exception cref="ArgumentException">The part reaches beyond the end.</exception>
    public Tensor View(int start, Shape shape)
    {
        if (start < 0 || (long)start + shape.Count > Count)
            throw new ArgumentException(
                $"{shape} from element {start} reaches beyond the {Count} elements of {Shape}.",
                nameof(start)
            );
        return Device.Tape.Track(new Tensor(Device, shape, Data + start, _owner));
    }

    /// <summary>Makes <paramref name="gradient"/> the place where gradients of this tensor are written.</summary>
    /// <exception cref="ArgumentException">The shapes differ.</exception>
    public void UseGradientBuffer(Tensor gradient)
    {
        ArgumentNullException.ThrowIfNull(gradient);
        if (gradient.Shape != Shape)
            throw new ArgumentException(
                $"a gradient of shape {gradient.Shape} came for a tensor of shape {Shape}.",
                nameof(gradient)
            );
        Gradient = gradient;
        GradientIsSet = false;
        RequiresGradient = true;
    }

    /// <summary>Whether a backward pass has written <see cref="Gradient"/> since it was cleared.</summary>
    public bool HasGradient => GradientIsSet && Gradient is { IsReleased: false };

    /// <summary>Forgets the gradient: the next backward pass overwrites it.</summary>
    public void ClearGradient() => GradientIsSet = false;

    /// <summary>Gives the memory back.</summary>
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
