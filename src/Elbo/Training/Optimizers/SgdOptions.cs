namespace Elbo.Training.Optimizers;

/// <summary>Options of <see cref="Sgd"/>. Defaults of torch.optim.SGD.</summary>
public sealed record SgdOptions
{
    /// <summary>Share of the last step's velocity that is kept; 0 keeps none.</summary>
    public float Momentum { get; init; }

    /// <summary>Whether the gradient is taken as if one momentum step ahead. Needs momentum.</summary>
    public bool Nesterov { get; init; }

    /// <summary>Weight of the L2 penalty ½‖p‖², added to the gradient.</summary>
    public float WeightDecay { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequireFraction(Momentum);
        HyperParameter.RequireNotNegative(WeightDecay);
        if (Nesterov && Momentum == 0)
            throw new ArgumentException(
                "Nesterov is on but Momentum is 0; give a momentum such as 0.9.",
                nameof(Momentum)
            );
    }
}
