namespace Elbo.Training.Schedules;

/// <summary>A learning-rate schedule as users choose it.</summary>
/// <param name="Name">As typed on the command line.</param>
/// <param name="Description">One line.</param>
/// <param name="Create">Makes one, with default options, for an initial rate and the number of epochs of the run.</param>
public sealed record ScheduleEntry(string Name, string Description, Func<float, int, LearningRateSchedule> Create);
