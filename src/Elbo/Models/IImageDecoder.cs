using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>A network that paints an image for every code.</summary>
internal interface IImageDecoder
{
    /// <summary>What training moves, in the order in which it is saved.</summary>
    IEnumerable<Parameter> Parameters { get; }

    /// <summary>Codes (…, Z) to what <see cref="PixelOutput"/> takes.</summary>
    Tensor Paint(Tensor z, ForwardContext context);
}
