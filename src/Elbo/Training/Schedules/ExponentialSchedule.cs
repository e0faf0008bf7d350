namespace Elbo.Training.Schedules;

/// <summary>lr · γ^epoch</summary>
/// <remarks>torch.optim.lr_scheduler.ExponentialLR.</remarks>
public sealed class ExponentialSchedule : LearningRateSchedule
{
    private readonly ExponentialScheduleOptions _options;

    /// <summary>A schedule from <paramref name="initialRate"/> downwards.</summary>
    /// <exception cref="ArgumentException">The rate or an option is out of range.</exception>
    public ExponentialSchedule(float initialRate, ExponentialScheduleOptions? options = null)
        : base(initialRate)
    {
        _options = options ?? new ExponentialScheduleOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state) =>
        initialRate * Math.Pow(_options.Gamma, state.Epoch);
}
