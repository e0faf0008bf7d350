namespace Elbo.Training.Optimizers;

/// <summary>Options of <see cref="AdamW"/>. Defaults of torch.optim.AdamW.</summary>
public sealed record AdamWOptions
{
    /// <summary>Decay of the first moment, per step.</summary>
    public float Beta1 { get; init; } = 0.9f;

    /// <summary>Decay of the second moment, per step.</summary>
    public float Beta2 { get; init; } = 0.999f;

    /// <summary>Added to the root of the second moment, so that nothing is divided by 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Share taken off each parameter per step, times the learning rate.</summary>
    public float WeightDecay { get; init; } = 0.01f;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequireFraction(Beta1);
        HyperParameter.RequireFraction(Beta2);
        HyperParameter.RequirePositive(Epsilon);
        HyperParameter.RequireNotNegative(WeightDecay);
    }
}
