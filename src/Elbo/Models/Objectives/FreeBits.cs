using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Models.Objectives;

/// <summary>
/// The evidence lower bound with free bits: −log p(x|z) + β·Σ_j max(λ, KL_j), where KL_j is the KL divergence of latent
/// dimension j, averaged over the mini-batch. A dimension with less than λ nats has no cost, so it is not given up
/// early in training.
/// </summary>
/// <remarks>
/// Kingma et al. 2016, "Improving variational inference with inverse autoregressive flow", appendix C.8, with one
/// latent dimension per group. Only the minimised loss has the floor: evaluation computes the bound itself, and the
/// term <c>kl</c> is always the true divergence.
/// </remarks>
public sealed record FreeBits : IObjective
{
    /// <summary>Free nats λ per latent dimension; 0 equals <see cref="EvidenceLowerBound"/>.</summary>
    public float Nats { get; init; } = 0.5f;

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<FreeBits>> List { get; } =
    [
        OptionOf<FreeBits>.Number(
            "free-bits",
            "nats of the KL divergence that are free in each latent dimension; chooses the objective free-bits",
            o => o.Nats,
            (o, v) => o with { Nats = v }
        ) with
        {
            Range = OptionRange.From(0, "nats"),
        },
    ];

    /// <inheritdoc/>
    public LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (Nats == 0 || !context.Training || model.Prior is not IFactorizedPrior prior)
            return new EvidenceLowerBound().ComputeLoss(model, input, target, context);
        var q = model.Encode(input, context);
        var z = q.Sample(context.Rng);
        var kl = Ops.Mean(prior.DivergenceByDimension(q), axis: 0); // (Z)
        var floored = Ops.Sum(Ops.Clamp(kl, Nats, float.MaxValue));
        var reconstruction = model.Reconstruction(target, z, context);
        return new LossTerms(
            LossTerms.Weighted(reconstruction, floored, context.KlWeight),
            ("reconstruction", reconstruction),
            ("kl", Ops.Sum(kl))
        );
    }

    /// <inheritdoc/>
    public void Validate(ModelOptions model)
    {
        List.Validate(this);
        if (Nats > 0 && !model.Prior.IsFactorized)
            throw new ArgumentException(
                "free-bits needs a prior with independent dimensions, such as standard-normal; the cluster term of the "
                    + "prior mixture has --cluster-free-bits."
            );
    }
}
