namespace Elbo.Training.Schedules;

/// <summary>Options of <see cref="ExponentialSchedule"/>.</summary>
public sealed record ExponentialScheduleOptions
{
    /// <summary>What the rate is multiplied by after every epoch.</summary>
    public float Gamma { get; init; } = 0.95f;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate() => HyperParameter.RequireShrinking(Gamma);
}
