using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Models;

/// <summary>What training minimises, and what it is made of; means over the batch, in nats per image.</summary>
/// <param name="Loss">A scalar: reconstruction + β·KL.</param>
/// <param name="Terms">Scalars by name, as columns of <c>metrics.csv</c>.</param>
public readonly record struct LossTerms(Tensor Loss, params (string Name, Tensor Value)[] Terms)
{
    /// <summary>The negative evidence lower bound of one sample per image.</summary>
    /// <param name="reconstruction">−log p(x|z), (N).</param>
    /// <param name="kl">KL(q(z|x) ‖ p(z)), (N).</param>
    /// <param name="klWeight">β (Higgins et al. 2017); 1 is the bound itself.</param>
    public static LossTerms FromBound(Tensor reconstruction, Tensor kl, float klWeight)
    {
        var (meanReconstruction, meanKl) = (Ops.Mean(reconstruction), Ops.Mean(kl));
        var loss = Ops.Add(meanReconstruction, klWeight == 1 ? meanKl : Ops.Affine(meanKl, klWeight));
        return new LossTerms(loss, ("reconstruction", meanReconstruction), ("kl", meanKl));
    }
}
