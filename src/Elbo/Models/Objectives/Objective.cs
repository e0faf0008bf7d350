using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models.Objectives;

/// <summary>A training objective.</summary>
/// <remarks>
/// <see cref="EvidenceLowerBound"/> below is an example. As a record, an objective saves its settings with the options;
/// a line in <see cref="PartCatalog"/> gives it a name on the command line.
/// </remarks>
public interface IObjective
{
    /// <summary>Computes the loss of a mini-batch, a differentiable scalar, and its terms.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="input">Input of the encoder, (N, D): the images, possibly with noise.</param>
    /// <param name="target">Target of the decoder, (N, D): the clean images.</param>
    /// <param name="context">
    /// Random numbers, mode and β. If <see cref="ForwardContext.Training"/> is false, the result is the evidence lower
    /// bound, so that losses of different objectives can be compared.
    /// </param>
    LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context);

    /// <summary>Checks the settings, and that the other parts of a model suit the objective.</summary>
    /// <exception cref="ArgumentException">A check fails. The message gives the reason.</exception>
    void Validate(ModelOptions model) { }
}

/// <summary>The loss of a mini-batch and its terms: means over the batch, in nats per image.</summary>
/// <param name="Loss">The minimised scalar: reconstruction + β·KL.</param>
/// <param name="Terms">Scalars by name, which become columns of <c>metrics.csv</c>.</param>
public readonly record struct LossTerms(Tensor Loss, params (string Name, Tensor Value)[] Terms)
{
    /// <summary>Creates the loss reconstruction + β · Σ divergence.</summary>
    /// <param name="reconstruction">Mean of −log p(x|z), a scalar.</param>
    /// <param name="divergence">Terms of KL(q(z|x) ‖ p(z)), scalars.</param>
    /// <param name="klWeight">Weight β of the KL divergence (Higgins et al. 2017); 1 gives the bound itself.</param>
    public static LossTerms FromBound(
        Tensor reconstruction,
        IReadOnlyList<(string Name, Tensor Value)> divergence,
        float klWeight
    )
    {
        ArgumentNullException.ThrowIfNull(reconstruction);
        ArgumentNullException.ThrowIfNull(divergence);
        if (divergence.Count == 0)
            throw new ArgumentException("got no terms of the divergence; at least one is needed.", nameof(divergence));
        var kl = divergence.Select(term => term.Value).Aggregate(Ops.Add);
        return new LossTerms(
            Weighted(reconstruction, kl, klWeight),
            [("reconstruction", reconstruction), .. divergence]
        );
    }

    /// <summary>reconstruction + β·kl, both scalars.</summary>
    internal static Tensor Weighted(Tensor reconstruction, Tensor kl, float klWeight) =>
        Ops.Add(reconstruction, klWeight == 1 ? kl : Ops.Affine(kl, klWeight));
}

/// <summary>
/// The negative evidence lower bound with one latent sample per image: −log p(x|z) + β·KL(q(z|x) ‖ p(z)).
/// </summary>
/// <remarks>Kingma and Welling 2014, section 2.3; β as in Higgins et al. 2017.</remarks>
public sealed record EvidenceLowerBound : IObjective
{
    /// <inheritdoc/>
    public LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        var q = model.Encode(input, context);
        var z = model.SampleCode(q, context);
        var divergence = model.Prior.Divergence(input, q, z, context);
        var reconstruction = model.Reconstruction(target, z, context);
        return LossTerms.FromBound(reconstruction, divergence, context.KlWeight);
    }
}
