namespace Elbo.Training.Schedules;

/// <summary>The learning rate of each epoch.</summary>
public abstract class LearningRateSchedule
{
    private ScheduleState _state = new();

    /// <summary>A schedule that starts at <paramref name="initialRate"/>.</summary>
    /// <exception cref="ArgumentException">The rate is not above 0.</exception>
    protected LearningRateSchedule(float initialRate)
    {
        HyperParameter.RequirePositive(initialRate);
        InitialRate = initialRate;
    }

    /// <summary>The rate of the first epoch.</summary>
    public float InitialRate { get; }

    /// <summary>The rate of the epoch that runs or comes next.</summary>
    public float Rate => (float)RateFor(InitialRate, _state);

    /// <summary>All that a resumed run needs to go on as if never stopped.</summary>
    public ScheduleState State
    {
        get => _state;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _state = value;
        }
    }

    /// <summary>Moves on to the next epoch.</summary>
    /// <param name="metric">What the epoch achieved, less being better; only schedules that follow a metric look at
    /// it.</param>
    public void EpochEnded(float metric) => _state = Next(_state with { Epoch = _state.Epoch + 1 }, metric);

    /// <summary>The rate in <paramref name="state"/>.</summary>
    protected abstract double RateFor(double initialRate, ScheduleState state);

    /// <summary>
    /// The state after an epoch that ended with <paramref name="metric"/>; the epoch is counted already.
    /// </summary>
    protected virtual ScheduleState Next(ScheduleState state, float metric) => state;
}
