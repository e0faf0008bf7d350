namespace Elbo.Training.Schedules;

/// <summary>A learning-rate schedule as users choose it.</summary>
/// <param name="Name">As typed on the command line.</param>
/// <param name="Description">One line.</param>
/// <param name="Settings">Names of the <see cref="ScheduleSettings"/> that it takes.</param>
/// <param name="Create">Makes one for an initial rate, the number of epochs of the run, and settings that are valid for
/// it.</param>
public sealed record ScheduleEntry(
    string Name,
    string Description,
    IReadOnlyList<string> Settings,
    Func<float, int, ScheduleSettings, LearningRateSchedule> Create
);
