using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>A tensor that training changes, by name.</summary>
/// <param name="name">The full name, as in saved weights: <c>encoder.hidden.0.weight</c>.</param>
/// <param name="shape">Its extents.</param>
/// <param name="initializer">Writes the first values.</param>
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
