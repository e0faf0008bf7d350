namespace Elbo.Training.Schedules;

/// <summary>Options of <see cref="ConstantSchedule"/>, which has none.</summary>
public sealed record ConstantScheduleOptions : ScheduleOptions
{
    /// <inheritdoc/>
    public override void Validate() { }

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) => new ConstantSchedule(initialRate);
}

/// <summary>A constant learning rate.</summary>
public sealed class ConstantSchedule(float initialRate) : LearningRateSchedule(initialRate)
{
    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state) => initialRate;
}

/// <summary>
/// Options of <see cref="PlateauSchedule"/>, with the defaults of torch.optim.lr_scheduler.ReduceLROnPlateau.
/// </summary>
public sealed record PlateauScheduleOptions : ScheduleOptions
{
    /// <summary>Factor of the learning rate at a reduction.</summary>
    public float Factor { get; init; } = 0.1f;

    /// <summary>Number of consecutive bad epochs to wait; one more reduces the learning rate.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>Minimum improvement relative to the best metric for an epoch to count as good.</summary>
    public float Threshold { get; init; } = 1e-4f;

    /// <summary>Number of epochs after a reduction in which bad epochs are not counted.</summary>
    public int Cooldown { get; init; }

    /// <summary>Lower bound of the learning rate.</summary>
    public float MinimumRate { get; init; }

    /// <inheritdoc/>
    public override void Validate()
    {
        HyperParameter.RequireShrinking(Factor);
        HyperParameter.RequireNotNegative(Patience);
        HyperParameter.RequireFraction(Threshold);
        HyperParameter.RequireNotNegative(Cooldown);
        HyperParameter.RequireNotNegative(MinimumRate);
    }

    /// <inheritdoc/>
    public override ScheduleOptions With(ScheduleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return this with { Factor = settings.Factor ?? Factor, Patience = settings.Patience ?? Patience };
    }

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) =>
        new PlateauSchedule(initialRate, this);
}

/// <summary>Reduces the learning rate when the metric stops improving; lower is better.</summary>
/// <remarks>torch.optim.lr_scheduler.ReduceLROnPlateau with mode min and a relative threshold.</remarks>
public sealed class PlateauSchedule : LearningRateSchedule
{
    /// <summary>Smaller changes of the learning rate are skipped: the eps of ReduceLROnPlateau.</summary>
    private const double SmallestChange = 1e-8;

    private readonly PlateauScheduleOptions _options;

    /// <summary>Creates a schedule that starts at <paramref name="initialRate"/>.</summary>
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

/// <summary>Options of <see cref="StepSchedule"/>.</summary>
public sealed record StepScheduleOptions : ScheduleOptions
{
    /// <summary>Number of epochs between decays; ignored if <see cref="Milestones"/> is set.</summary>
    public int Every { get; init; } = 10;

    /// <summary>
    /// Numbers of completed epochs, in ascending order, after each of which the learning rate decays once; null decays
    /// it after every <see cref="Every"/> epochs.
    /// </summary>
    public IReadOnlyList<int>? Milestones { get; init; }

    /// <summary>Factor of the learning rate at a decay.</summary>
    public float Gamma { get; init; } = 0.1f;

    /// <inheritdoc/>
    public override void Validate()
    {
        HyperParameter.RequirePositive(Every);
        HyperParameter.RequireShrinking(Gamma);
        for (int i = 0; i < Milestones?.Count; i++)
            if (Milestones[i] <= (i == 0 ? 0 : Milestones[i - 1]))
                throw new ArgumentException(
                    $"Milestones are {string.Join(", ", Milestones)}; they must be 1 or more and ascending.",
                    nameof(Milestones)
                );
    }

    /// <inheritdoc/>
    public override ScheduleOptions With(ScheduleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return this with
        {
            Every = settings.Period ?? Every,
            Milestones = settings.Milestones ?? Milestones,
            Gamma = settings.Factor ?? Gamma,
        };
    }

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) => new StepSchedule(initialRate, this);
}

/// <summary>
/// lr · γ^⌊epoch / every⌋; with milestones, lr · γ^(number of milestones ≤ epoch). Epochs count from 0.
/// </summary>
/// <remarks>torch.optim.lr_scheduler.StepLR and MultiStepLR.</remarks>
public sealed class StepSchedule : LearningRateSchedule
{
    private readonly StepScheduleOptions _options;

    /// <summary>Creates a schedule that starts at <paramref name="initialRate"/>.</summary>
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

/// <summary>Options of <see cref="CosineSchedule"/>.</summary>
public sealed record CosineScheduleOptions : ScheduleOptions
{
    /// <summary>Learning rate after the last epoch.</summary>
    public float MinimumRate { get; init; }

    /// <inheritdoc/>
    public override void Validate() => HyperParameter.RequireNotNegative(MinimumRate);

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) =>
        new CosineSchedule(initialRate, epochs, this);
}

/// <summary>min + (lr − min)·(1 + cos(π·epoch / epochs)) / 2 up to the last epoch, then min.</summary>
/// <remarks>
/// Loshchilov and Hutter 2017, without restarts; torch.optim.lr_scheduler.CosineAnnealingLR up to its T_max.
/// </remarks>
public sealed class CosineSchedule : LearningRateSchedule
{
    private readonly CosineScheduleOptions _options;
    private readonly int _epochs;

    /// <summary>
    /// Creates a schedule that starts at <paramref name="initialRate"/> and decays over <paramref name="epochs"/>
    /// epochs.
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

/// <summary>Options of <see cref="ExponentialSchedule"/>.</summary>
public sealed record ExponentialScheduleOptions : ScheduleOptions
{
    /// <summary>Factor of the learning rate after every epoch.</summary>
    public float Gamma { get; init; } = 0.95f;

    /// <inheritdoc/>
    public override void Validate() => HyperParameter.RequireShrinking(Gamma);

    /// <inheritdoc/>
    public override ScheduleOptions With(ScheduleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        return this with { Gamma = settings.Factor ?? Gamma };
    }

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) =>
        new ExponentialSchedule(initialRate, this);
}

/// <summary>lr · γ^epoch</summary>
/// <remarks>torch.optim.lr_scheduler.ExponentialLR.</remarks>
public sealed class ExponentialSchedule : LearningRateSchedule
{
    private readonly ExponentialScheduleOptions _options;

    /// <summary>Creates a schedule that starts at <paramref name="initialRate"/>.</summary>
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
