namespace Elbo.Training.Optimizers;

/// <summary>Options of <see cref="RmsProp"/>. Defaults of torch.optim.RMSprop.</summary>
public sealed record RmsPropOptions
{
    /// <summary>Decay of the mean square, per step.</summary>
    public float Alpha { get; init; } = 0.99f;

    /// <summary>Added to the root mean square, so that nothing is divided by 0.</summary>
    public float Epsilon { get; init; } = 1e-8f;

    /// <summary>Weight of the L2 penalty ½‖p‖², added to the gradient.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequireFraction(Alpha);
        HyperParameter.RequirePositive(Epsilon);
        HyperParameter.RequireNotNegative(WeightDecay);
    }
}
