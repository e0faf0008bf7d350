using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Objectives;

/// <summary>What training minimises.</summary>
/// <remarks>
/// <see cref="EvidenceLowerBound"/> below shows how one is written. A record makes its settings part of the options
/// that are saved; a line in <see cref="PartCatalog"/> gives it a name on the command line.
/// </remarks>
public interface IObjective
{
    /// <summary>The loss of a mini-batch: a scalar that gradients flow from, and its terms.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="input">What the encoder sees, (N, D): the images, possibly with noise.</param>
    /// <param name="target">What the decoder has to give, (N, D): the clean images.</param>
    /// <param name="context">
    /// Chance, mode and β. Without <see cref="ForwardContext.Training"/> it is evaluated, and gives the evidence lower
    /// bound, so that losses of different objectives can be compared.
    /// </param>
    LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context);

    /// <summary>Checks its settings, and that it goes with the other parts of a model.</summary>
    /// <exception cref="ArgumentException">It does not; the message says why.</exception>
    void Validate(ModelOptions model) { }
}

/// <summary>What training minimises, and what it is made of; means over the batch, in nats per image.</summary>
/// <param name="Loss">A scalar: reconstruction + β·KL.</param>
/// <param name="Terms">Scalars by name, as columns of <c>metrics.csv</c>.</param>
public readonly record struct LossTerms(Tensor Loss, params (string Name, Tensor Value)[] Terms)
{
    /// <summary>The loss reconstruction + β · Σ divergence.</summary>
    /// <param name="reconstruction">The mean of −log p(x|z), a scalar.</param>
    /// <param name="divergence">The terms of KL(q(z|x) ‖ p(z)), scalars.</param>
    /// <param name="klWeight">β (Higgins et al. 2017); 1 is the bound itself.</param>
    public static LossTerms FromBound(
        Tensor reconstruction,
        IReadOnlyList<(string Name, Tensor Value)> divergence,
        float klWeight
    )
    {
        var kl = divergence.Select(term => term.Value).Aggregate(Ops.Add);
        return new LossTerms(
            Weighted(reconstruction, kl, klWeight),
            [("reconstruction", reconstruction), .. divergence]
        );
    }

    /// <summary>reconstruction + β·kl, scalars.</summary>
    internal static Tensor Weighted(Tensor reconstruction, Tensor kl, float klWeight) =>
        Ops.Add(reconstruction, klWeight == 1 ? kl : Ops.Affine(kl, klWeight));
}

/// <summary>
/// The negative evidence lower bound of one latent sample per image: −log p(x|z) + β·KL(q(z|x) ‖ p(z)).
/// </summary>
/// <remarks>Kingma and Welling 2014, section 2.3; β as in Higgins et al. 2017.</remarks>
public sealed record EvidenceLowerBound : IObjective
{
    /// <inheritdoc/>
    public LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context)
    {
        var q = model.Encode(input, context);
        var z = q.Sample(context.Rng);
        var divergence = model.Prior.Divergence(input, q, z, context);
        var reconstruction = model.Reconstruction(target, z, context);
        return LossTerms.FromBound(reconstruction, divergence, context.KlWeight);
    }
}
