namespace Elbo.Training.Schedules;

/// <summary>Options of <see cref="StepSchedule"/>.</summary>
public sealed record StepScheduleOptions
{
    /// <summary>Epochs from one decay to the next.</summary>
    public int Every { get; init; } = 10;

    /// <summary>What the rate is multiplied by.</summary>
    public float Gamma { get; init; } = 0.1f;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequirePositive(Every);
        HyperParameter.RequireShrinking(Gamma);
    }
}
