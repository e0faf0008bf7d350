namespace Elbo.Training.Schedules;

/// <summary>Reduces the rate when the metric, less being better, has stopped improving.</summary>
/// <remarks>torch.optim.lr_scheduler.ReduceLROnPlateau with mode min and a relative threshold.</remarks>
public sealed class PlateauSchedule : LearningRateSchedule
{
    /// <summary>Smaller changes of the rate are not made: the eps of ReduceLROnPlateau.</summary>
    private const double SmallestChange = 1e-8;

    private readonly PlateauScheduleOptions _options;

    /// <summary>A schedule from <paramref name="initialRate"/> downwards.</summary>
    /// <exception cref="ArgumentException">The rate or an option is out of range.</exception>
    public PlateauSchedule(float initialRate, PlateauScheduleOptions? options = null)
        : base(initialRate)
    {
        _options = options ?? new PlateauScheduleOptions();
        _options.Validate();
    }

    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state) => initialRate * state.Factor;

    /// <inheritdoc/>
    protected override ScheduleState Next(ScheduleState state, float metric)
    {
        bool better = metric < (state.Best ?? double.PositiveInfinity) * (1 - _options.Threshold);
        state = better ? state with { Best = metric, BadEpochs = 0 } : state with { BadEpochs = state.BadEpochs + 1 };
        if (state.CooldownLeft > 0)
            state = state with { CooldownLeft = state.CooldownLeft - 1, BadEpochs = 0 };
        return state.BadEpochs > _options.Patience
            ? state with
            {
                Factor = Reduced(state.Factor),
                BadEpochs = 0,
                CooldownLeft = _options.Cooldown,
            }
            : state;
    }

    private double Reduced(double factor)
    {
        double reduced = Math.Max(factor * _options.Factor, (double)_options.MinimumRate / InitialRate);
        return InitialRate * (factor - reduced) > SmallestChange ? reduced : factor;
    }
}
