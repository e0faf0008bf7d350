using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>Something with tensors of its own: a layer, a network, a prior.</summary>
public interface IModule
{
    /// <summary>What training changes, in the order in which it is saved.</summary>
    IEnumerable<Parameter> Parameters => [];

    /// <summary>What the module itself keeps up to date, such as running statistics.</summary>
    IEnumerable<BufferTensor> Buffers => [];
}

/// <summary>A tensor that training changes, by name.</summary>
/// <param name="name">The full name, as in saved weights: <c>encoder.hidden.0.weight</c>.</param>
/// <param name="shape">Its extents.</param>
/// <param name="initializer">Writes the initial values.</param>
/// <param name="fans">Of its layer; null reads them from a shape (out, in).</param>
public sealed class Parameter(string name, Shape shape, Initializer initializer, Fans? fans = null)
{
    private Tensor? _value;

    /// <summary>The full name, as in saved weights.</summary>
    public string Name => name;

    /// <summary>Its extents.</summary>
    public Shape Shape => shape;

    /// <summary>
    /// The present value: a view of the model's flat parameter buffer, with its gradient in the flat gradient buffer.
    /// </summary>
    /// <exception cref="InvalidOperationException">The module has not been placed on a device.</exception>
    public Tensor Value =>
        _value
        ?? throw new InvalidOperationException(
            $"parameter '{name}' has no memory yet; its module has to be placed on a device first."
        );

    internal void Place(Tensor value, Rng rng)
    {
        _value = value;
        initializer(value, fans ?? Fans.Of(shape), rng);
    }
}

/// <summary>
/// A tensor that belongs to a model, by name, but that no gradient moves: its layer keeps it up to date, as batch
/// normalisation its running statistics. It is saved with the weights.
/// </summary>
/// <param name="name">The full name, as in saved weights: <c>encoder.norm.running_mean</c>.</param>
/// <param name="shape">Its extents.</param>
/// <param name="first">What every element is at first.</param>
public sealed class BufferTensor(string name, Shape shape, float first)
{
    private Tensor? _value;

    /// <summary>The full name, as in saved weights.</summary>
    public string Name => name;

    /// <summary>The present value.</summary>
    /// <exception cref="InvalidOperationException">The module has not been placed on a device.</exception>
    public Tensor Value =>
        _value
        ?? throw new InvalidOperationException(
            $"buffer '{name}' has no memory yet; its module has to be placed on a device first."
        );

    internal void Place(Device device) => _value = device.Full(shape, first);
}

/// <summary>
/// All parameters of a model in one flat buffer, and their gradients in another, so that an optimiser needs one pass.
/// </summary>
public sealed class ParameterSet
{
    /// <summary>Parameters begin at multiples of this many floats: a cache line each.</summary>
    private const int Alignment = 16;

    /// <summary>Gives every parameter its place and initial value.</summary>
    /// <param name="parameters">In the order in which they lie in memory.</param>
    /// <param name="device">Where they live.</param>
    /// <param name="rng">Each parameter draws from a stream of its own name, so that adding one changes no
    /// other.</param>
    /// <exception cref="ArgumentException">Two parameters have the same name, or all together are more than one tensor
    /// can hold.</exception>
    public ParameterSet(IEnumerable<Parameter> parameters, Device device, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(rng);
        All = [.. parameters];
        var names = new HashSet<string>();
        if (All.FirstOrDefault(p => !names.Add(p.Name)) is { } twice)
            throw new ArgumentException($"two parameters are called '{twice.Name}'.", nameof(parameters));
        long total = All.Sum(p => Padded(p.Shape.Count));
        if (total > int.MaxValue)
            throw new ArgumentException(
                $"the network would have {total} parameters, more than one tensor holds; make its hidden layers "
                    + "narrower."
            );
        Values = device.Zeros([(int)total]);
        Gradients = device.Zeros([(int)total]);
        int start = 0;
        var values = new Tensor[All.Count];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = Values.View(start, All[i].Shape);
            values[i].UseGradientBuffer(Gradients.View(start, All[i].Shape));
            start += (int)Padded(All[i].Shape.Count);
        }
        // Each parameter has a generator of its own, so that the order does not matter.
        Parallel.For(0, values.Length, i => All[i].Place(values[i], rng.Fork(All[i].Name)));
    }

    /// <summary>The parameters, in memory order.</summary>
    public IReadOnlyList<Parameter> All { get; }

    /// <summary>Every value, flat, with zeros between parameters.</summary>
    public Tensor Values { get; }

    /// <summary>Every gradient, in the places of <see cref="Values"/>.</summary>
    public Tensor Gradients { get; }

    /// <summary>Number of trained numbers.</summary>
    public long Count => All.Sum(p => (long)p.Shape.Count);

    /// <summary>Makes the next backward pass overwrite the gradients instead of adding to them.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in All)
            parameter.Value.ClearGradient();
    }

    /// <summary>Sets the gradients of parameters that the last backward pass did not reach to 0.</summary>
    public void ZeroUntouchedGradients()
    {
        foreach (var parameter in All)
            if (!parameter.Value.HasGradient)
                parameter.Value.Gradient!.AsSpan().Clear();
    }

    /// <summary>
    /// Each parameter's part of a tensor that is laid out as <see cref="Values"/>, in the order of <see cref="All"/>.
    /// </summary>
    /// <exception cref="ArgumentException">It is not as long as <see cref="Values"/>.</exception>
    public IReadOnlyList<Tensor> Split(Tensor flat)
    {
        ArgumentNullException.ThrowIfNull(flat);
        if (flat.Shape != Values.Shape)
            throw new ArgumentException(
                $"{flat.Shape} came to be split among parameters of shape {Values.Shape}; the shapes have to be equal.",
                nameof(flat)
            );
        var parts = new Tensor[All.Count];
        int start = 0;
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = flat.View(start, All[i].Shape);
            start += (int)Padded(All[i].Shape.Count);
        }
        return parts;
    }

    private static long Padded(long count) => (count + Alignment - 1) / Alignment * Alignment;
}
