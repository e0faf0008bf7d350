using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>Layers one after the other.</summary>
/// <param name="layers">The first takes the input; none make this the identity.</param>
public sealed class Sequential(IReadOnlyList<ILayer> layers) : ILayer
{
    /// <inheritdoc/>
    public IEnumerable<Parameter> Parameters => layers.SelectMany(l => l.Parameters);

    /// <inheritdoc/>
    public IEnumerable<BufferTensor> Buffers => layers.SelectMany(l => l.Buffers);

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        foreach (var layer in layers)
            x = layer.Forward(x, context);
        return x;
    }
}
