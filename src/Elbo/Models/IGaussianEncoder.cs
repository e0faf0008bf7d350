using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>A network that gives a Gaussian for every image.</summary>
internal interface IGaussianEncoder
{
    /// <summary>What training moves, in the order in which it is saved.</summary>
    IEnumerable<Parameter> Parameters { get; }

    /// <summary>(…, D) images to N(μ, diag σ²) over (…, outputs).</summary>
    DiagonalGaussian Encode(Tensor x, ForwardContext context);
}
