using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>A module with tensors of its own: a layer, a network or a prior.</summary>
public interface IModule
{
    /// <summary>Trained parameters, in the order in which they are saved.</summary>
    IEnumerable<Parameter> Parameters => [];

    /// <summary>Tensors that the module updates itself, such as running statistics.</summary>
    IEnumerable<BufferTensor> Buffers => [];
}

/// <summary>A trained tensor with a name.</summary>
/// <param name="name">Full name, as in saved weights: <c>encoder.hidden.0.weight</c>.</param>
/// <param name="shape">Shape of the parameter.</param>
/// <param name="initializer">Writes the initial values.</param>
/// <param name="fans">Fan-in and fan-out of the layer; null derives them from a shape (out, in).</param>
public sealed class Parameter(string name, Shape shape, Initializer initializer, Fans? fans = null)
{
    private readonly Initializer _initializer = initializer ?? throw new ArgumentNullException(nameof(initializer));
    private Tensor? _value;

    /// <summary>Full name, as in saved weights.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>Shape of the parameter.</summary>
    public Shape Shape => shape;

    /// <summary>
    /// The current value: a view of the model's flat parameter buffer, with its gradient in the flat gradient buffer.
    /// </summary>
    /// <exception cref="InvalidOperationException">The module has not been placed on a device.</exception>
    public Tensor Value =>
        _value
        ?? throw new InvalidOperationException(
            $"parameter '{Name}' has no memory yet; place its module on a device first."
        );

    /// <summary>Assigns the memory of the value.</summary>
    internal void Place(Tensor value) => _value = value;

    /// <summary>Writes the initial values.</summary>
    internal void Initialize(Rng rng) => _initializer(Value, fans ?? Fans.Of(shape), rng);
}

/// <summary>
/// A tensor of a model that is not trained by gradients. Its layer updates it, as batch normalisation does with its
/// running statistics. It is saved with the weights.
/// </summary>
/// <param name="name">Full name, as in saved weights: <c>encoder.norm.running_mean</c>.</param>
/// <param name="shape">Shape of the buffer.</param>
/// <param name="first">Initial value of every element.</param>
public sealed class BufferTensor(string name, Shape shape, float first)
{
    private Tensor? _value;

    /// <summary>Full name, as in saved weights.</summary>
    public string Name { get; } = name ?? throw new ArgumentNullException(nameof(name));

    /// <summary>Shape of the buffer.</summary>
    internal Shape Shape => shape;

    /// <summary>The current value.</summary>
    /// <exception cref="InvalidOperationException">The module has not been placed on a device.</exception>
    public Tensor Value =>
        _value
        ?? throw new InvalidOperationException(
            $"buffer '{Name}' has no memory yet; place its module on a device first."
        );

    /// <summary>Allocates the value and sets its initial elements.</summary>
    internal void Place(Device device) => _value = device.Full(shape, first);

    /// <summary>Assigns the memory of the value.</summary>
    internal void Place(Tensor value) => _value = value;
}

/// <summary>
/// All parameters of a model in one flat buffer, and their gradients in another, so that an optimiser updates them in
/// one pass.
/// </summary>
public sealed class ParameterSet
{
    /// <summary>Parameters start at multiples of this many floats: one cache line.</summary>
    private const int Alignment = 16;

    private readonly Tensor? _gradients;

    /// <summary>Allocates every parameter and sets its initial values.</summary>
    /// <param name="parameters">The parameters, in memory order.</param>
    /// <param name="device">The device to allocate them on.</param>
    /// <param name="rng">
    /// Random numbers. Each parameter uses a stream derived from its name, so that adding one does not change the
    /// others.
    /// </param>
    /// <exception cref="ArgumentException">
    /// Two parameters have the same name, or there are more values than a tensor can hold.
    /// </exception>
    public ParameterSet(IEnumerable<Parameter> parameters, Device device, Rng rng)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(rng);
        All = [.. parameters];
        Require.Entries(All, nameof(parameters));
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
        _gradients = device.Zeros([(int)total]);
        var gradients = Split(_gradients);
        Place();
        for (int i = 0; i < All.Count; i++)
            All[i].Value.UseGradientBuffer(gradients[i]);
        // Each parameter has its own generator, so the order does not matter.
        Parallel.For(0, All.Count, i => All[i].Initialize(rng.Fork(All[i].Name)));
    }

    private ParameterSet(IEnumerable<Parameter> parameters, Tensor values)
    {
        (All, Values) = ([.. parameters], values);
        Place();
    }

    /// <summary>The parameters, in memory order.</summary>
    public IReadOnlyList<Parameter> All { get; }

    /// <summary>All values, flat, with zeros between parameters.</summary>
    public Tensor Values { get; }

    /// <summary>All gradients, in the layout of <see cref="Values"/>.</summary>
    /// <exception cref="InvalidOperationException">The values are those of another set, for inference.</exception>
    public Tensor Gradients =>
        _gradients ?? throw new InvalidOperationException("a model that shares its weights has no gradients.");

    /// <summary>Number of trained values.</summary>
    public long Count => All.Sum(p => (long)p.Shape.Count);

    /// <summary>
    /// Gives equal parameters, in the same order, the values of this set on another device, without gradients.
    /// </summary>
    internal ParameterSet On(Device device, IEnumerable<Parameter> parameters) => new(parameters, Values.On(device));

    /// <summary>Makes the next backward pass overwrite the gradients instead of adding to them.</summary>
    public void ClearGradients()
    {
        foreach (var parameter in All)
            parameter.Value.ClearGradient();
    }

    /// <summary>Sets to 0 the gradients of parameters that the last backward pass did not reach.</summary>
    public void ZeroUntouchedGradients()
    {
        foreach (var parameter in All)
            if (!parameter.Value.HasGradient)
                parameter.Value.Gradient!.Fill(0);
    }

    /// <summary>
    /// Splits a tensor with the layout of <see cref="Values"/> into one view per parameter, in the order of
    /// <see cref="All"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The tensor is not as long as <see cref="Values"/>.</exception>
    public IReadOnlyList<Tensor> Split(Tensor flat)
    {
        ArgumentNullException.ThrowIfNull(flat);
        if (flat.Shape != Values.Shape)
            throw new ArgumentException(
                $"got {flat.Shape} to split among parameters of shape {Values.Shape}; the shapes must be equal.",
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

    /// <summary>Gives every parameter its part of the values.</summary>
    private void Place()
    {
        var values = Split(Values);
        for (int i = 0; i < All.Count; i++)
            All[i].Place(values[i]);
    }

    private static long Padded(long count) => (count + Alignment - 1) / Alignment * Alignment;
}
