using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Nn;

/// <summary>
/// Cuts images (N, H, W, C) at the bottom and on the right to <paramref name="height"/> rows and
/// <paramref name="width"/> columns.
/// </summary>
public sealed class Crop(int height, int width) : ILayer
{
    /// <summary>(N, H, W, C) to (N, height, width, C).</summary>
    /// <exception cref="ArgumentException">The images are smaller.</exception>
    public Tensor Forward(Tensor x, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape[1] != height)
            x = Ops.Slice(x, 1, 0, height);
        return x.Shape[2] == width ? x : Ops.Slice(x, 2, 0, width);
    }
}
