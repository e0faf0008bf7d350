namespace Elbo.Training.Schedules;

/// <summary>Options of <see cref="StepSchedule"/>.</summary>
public sealed record StepScheduleOptions
{
    /// <summary>Epochs from one decay to the next; unused where <see cref="Milestones"/> are set.</summary>
    public int Every { get; init; } = 10;

    /// <summary>
    /// Numbers of ended epochs, ascending, after each of which the rate decays once; null decays <see cref="Every"/> so
    /// many.
    /// </summary>
    public IReadOnlyList<int>? Milestones { get; init; }

    /// <summary>What the rate is multiplied by.</summary>
    public float Gamma { get; init; } = 0.1f;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequirePositive(Every);
        HyperParameter.RequireShrinking(Gamma);
        for (int i = 0; i < Milestones?.Count; i++)
            if (Milestones[i] <= (i == 0 ? 0 : Milestones[i - 1]))
                throw new ArgumentException(
                    $"Milestones are {string.Join(", ", Milestones)}; they have to be 1 or more and ascending.",
                    nameof(Milestones)
                );
    }
}
