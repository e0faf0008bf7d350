namespace Elbo.Training.Schedules;

/// <summary>
/// lr · γ^⌊epoch / every⌋, or with milestones lr · γ^(how many of them are not above epoch); epochs count from 0.
/// </summary>
/// <remarks>torch.optim.lr_scheduler.StepLR and MultiStepLR.</remarks>
public sealed class StepSchedule : LearningRateSchedule
{
    private readonly StepScheduleOptions _options;

    /// <summary>A schedule from <paramref name="initialRate"/> downwards.</summary>
    /// <exception cref="ArgumentException">The rate or an option is out of range.</exception>
    public StepSchedule(float initialRate, StepScheduleOptions? options = null)
        : base(initialRate)
    {
        _options = options ?? new StepScheduleOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state) =>
        initialRate
        * Math.Pow(
            _options.Gamma,
            _options.Milestones?.Count(milestone => milestone <= state.Epoch) ?? state.Epoch / _options.Every
        );
}
