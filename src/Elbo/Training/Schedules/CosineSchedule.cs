namespace Elbo.Training.Schedules;

/// <summary>min + (lr − min)·(1 + cos(π·epoch / epochs)) / 2, and min from there on.</summary>
/// <remarks>
/// Loshchilov and Hutter 2017, without restarts; torch.optim.lr_scheduler.CosineAnnealingLR up to its T_max.
/// </remarks>
public sealed class CosineSchedule : LearningRateSchedule
{
    private readonly CosineScheduleOptions _options;
    private readonly int _epochs;

    /// <summary>
    /// A schedule from <paramref name="initialRate"/> downwards, over <paramref name="epochs"/> epochs.
    /// </summary>
    /// <exception cref="ArgumentException">The rate, the number of epochs or an option is out of range.</exception>
    public CosineSchedule(float initialRate, int epochs, CosineScheduleOptions? options = null)
        : base(initialRate)
    {
        _options = options ?? new CosineScheduleOptions();
        _options.Validate();
        HyperParameter.RequirePositive(epochs);
        if (_options.MinimumRate > initialRate)
            throw new ArgumentException(
                $"the minimum rate {_options.MinimumRate} is above the initial rate {initialRate}.",
                nameof(options)
            );
        _epochs = epochs;
    }

    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state)
    {
        double done = Math.Min(1, (double)state.Epoch / _epochs);
        return _options.MinimumRate + (initialRate - _options.MinimumRate) * (1 + Math.Cos(Math.PI * done)) / 2;
    }
}
