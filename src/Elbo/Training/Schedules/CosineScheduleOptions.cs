namespace Elbo.Training.Schedules;

/// <summary>Options of <see cref="CosineSchedule"/>.</summary>
public sealed record CosineScheduleOptions
{
    /// <summary>The rate after the last epoch.</summary>
    public float MinimumRate { get; init; }

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate() => HyperParameter.RequireNotNegative(MinimumRate);
}
