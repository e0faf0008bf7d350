namespace Elbo.Training.Schedules;

/// <summary>lr · γ^⌊epoch / every⌋</summary>
/// <remarks>torch.optim.lr_scheduler.StepLR.</remarks>
public sealed class StepSchedule : LearningRateSchedule
{
    private readonly StepScheduleOptions _options;

    /// <summary>A schedule from <paramref name="initialRate"/> downwards.</summary>
    /// <exception cref="ArgumentException">The rate or an option is out of range.</exception>
    public StepSchedule(float initialRate, StepScheduleOptions? options = null) : base(initialRate)
    {
        _options = options ?? new StepScheduleOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state) => initialRate * Math.Pow(_options.Gamma, state.Epoch / _options.Every);
}
