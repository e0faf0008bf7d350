namespace Elbo.Training.Schedules;

/// <summary>Options of <see cref="PlateauSchedule"/>. Defaults of torch.optim.lr_scheduler.ReduceLROnPlateau.</summary>
public sealed record PlateauScheduleOptions
{
    /// <summary>What the rate is multiplied by.</summary>
    public float Factor { get; init; } = 0.1f;

    /// <summary>Bad epochs in a row that are let pass; one more reduces the rate.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>By how much, relative to the best metric, an epoch has to be better to count as good.</summary>
    public float Threshold { get; init; } = 1e-4f;

    /// <summary>Epochs after a reduction in which bad ones are not counted.</summary>
    public int Cooldown { get; init; }

    /// <summary>The rate is not reduced below this.</summary>
    public float MinimumRate { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequireShrinking(Factor);
        HyperParameter.RequireNotNegative(Patience);
        HyperParameter.RequireFraction(Threshold);
        HyperParameter.RequireNotNegative(Cooldown);
        HyperParameter.RequireNotNegative(MinimumRate);
    }
}
