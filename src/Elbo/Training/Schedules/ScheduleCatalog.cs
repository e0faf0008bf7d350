namespace Elbo.Training.Schedules;

/// <summary>Every learning-rate schedule known by name.</summary>
public static class ScheduleCatalog
{
    /// <summary>All schedules; the first is the default.</summary>
    public static IReadOnlyList<ScheduleEntry> All { get; } =
    [
        new("constant", "the same rate always", (rate, _) => new ConstantSchedule(rate)),
        new("plateau", "a tenth after 10 epochs without improvement", (rate, _) => new PlateauSchedule(rate)),
        new("step", "a tenth every 10 epochs", (rate, _) => new StepSchedule(rate)),
        new("cosine", "half a cosine, down to 0 at the end of the run", (rate, epochs) => new CosineSchedule(rate, epochs)),
        new("exponential", "5 % less after every epoch", (rate, _) => new ExponentialSchedule(rate)),
    ];

    /// <summary>The schedule called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ScheduleEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("schedule", name, [.. All.Select(entry => entry.Name)]);
    }
}
