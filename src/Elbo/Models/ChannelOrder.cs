using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>Images come as (N, C, H, W); convolutions compute on (N, H, W, C).</summary>
internal static class ChannelOrder
{
    /// <summary>(N, C, H, W) to (N, H, W, C); with one channel nothing moves.</summary>
    public static Tensor ToLast(Tensor x) =>
        x.Shape[1] == 1 ? Ops.Reshape(x, [x.Shape[0], x.Shape[2], x.Shape[3], 1]) : Ops.Permute(x, 0, 2, 3, 1);

    /// <summary>(N, H, W, C) to (N, C, H, W); with one channel nothing moves but the name of its dimension.</summary>
    public static Tensor ToFirst(Tensor x) =>
        x.Shape[3] == 1 ? Ops.Reshape(x, [x.Shape[0], 1, x.Shape[1], x.Shape[2]]) : Ops.Permute(x, 0, 3, 1, 2);
}
