namespace Elbo.Training.Schedules;

/// <summary>The same rate always.</summary>
public sealed class ConstantSchedule(float initialRate) : LearningRateSchedule(initialRate)
{
    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state) => initialRate;
}
