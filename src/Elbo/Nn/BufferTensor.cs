using Elbo.Engine;

namespace Elbo.Nn;

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
