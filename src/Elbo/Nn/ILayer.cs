using Elbo.Engine;

namespace Elbo.Nn;

/// <summary>One step of a network.</summary>
public interface ILayer
{
    /// <summary>What training moves, in the order in which it is saved.</summary>
    IEnumerable<Parameter> Parameters => [];

    /// <summary>What the layer itself keeps up to date.</summary>
    IEnumerable<BufferTensor> Buffers => [];

    /// <summary>The layer's result of <paramref name="x"/>.</summary>
    Tensor Forward(Tensor x, ForwardContext context);
}
