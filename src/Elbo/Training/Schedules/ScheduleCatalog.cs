namespace Elbo.Training.Schedules;

/// <summary>Every learning-rate schedule known by name.</summary>
public static class ScheduleCatalog
{
    /// <summary>All schedules; the first is the default.</summary>
    public static IReadOnlyList<ScheduleEntry> All { get; } =
    [
        new("constant", "the same rate always", [], (rate, _, _) => new ConstantSchedule(rate)),
        new(
            "plateau",
            "a tenth after 10 epochs without improvement",
            [nameof(ScheduleSettings.Factor), nameof(ScheduleSettings.Patience)],
            Plateau
        ),
        new(
            "step",
            "a tenth every 10 epochs",
            [nameof(ScheduleSettings.Period), nameof(ScheduleSettings.Milestones), nameof(ScheduleSettings.Factor)],
            Step
        ),
        new(
            "cosine",
            "half a cosine, down to 0 at the end of the run",
            [],
            (rate, epochs, _) => new CosineSchedule(rate, epochs)
        ),
        new("exponential", "5 % less after every epoch", [nameof(ScheduleSettings.Factor)], Exponential),
    ];

    /// <summary>The schedule called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ScheduleEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("schedule", name, [.. All.Select(entry => entry.Name)]);
    }

    private static PlateauSchedule Plateau(float rate, int epochs, ScheduleSettings settings)
    {
        var options = new PlateauScheduleOptions();
        return new PlateauSchedule(
            rate,
            options with
            {
                Factor = settings.Factor ?? options.Factor,
                Patience = settings.Patience ?? options.Patience,
            }
        );
    }

    private static StepSchedule Step(float rate, int epochs, ScheduleSettings settings)
    {
        var options = new StepScheduleOptions();
        return new StepSchedule(
            rate,
            options with
            {
                Every = settings.Period ?? options.Every,
                Milestones = settings.Milestones,
                Gamma = settings.Factor ?? options.Gamma,
            }
        );
    }

    private static ExponentialSchedule Exponential(float rate, int epochs, ScheduleSettings settings)
    {
        var options = new ExponentialScheduleOptions();
        return new ExponentialSchedule(rate, options with { Gamma = settings.Factor ?? options.Gamma });
    }
}
