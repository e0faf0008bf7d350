using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Tests.Nn;

/// <summary>Gives layers without a model their memory.</summary>
internal static class Placed
{
    public static ParameterSet On(Device device, ILayer layer, ulong seed = 1)
    {
        foreach (var buffer in layer.Buffers)
            buffer.Place(device);
        return new ParameterSet(layer.Parameters, device, new Rng(seed));
    }
}
