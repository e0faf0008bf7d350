namespace Elbo.Training.Schedules;

/// <summary><see cref="ConstantSchedule"/> has no options.</summary>
public sealed record ConstantScheduleOptions : ScheduleOptions
{
    /// <inheritdoc/>
    public override void Validate() { }

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) => new ConstantSchedule(initialRate);
}

/// <summary>The same rate always.</summary>
public sealed class ConstantSchedule(float initialRate) : LearningRateSchedule(initialRate)
{
    /// <inheritdoc/>
    protected override double RateFor(double initialRate, ScheduleState state) => initialRate;
}

/// <summary>Options of <see cref="PlateauSchedule"/>. Defaults of torch.optim.lr_scheduler.ReduceLROnPlateau.</summary>
public sealed record PlateauScheduleOptions : ScheduleOptions
{
    /// <summary>What the rate is multiplied by.</summary>
    public float Factor { get; init; } = 0.1f;

    /// <summary>Bad epochs in a row that are let pass; one more reduces the rate.</summary>
    public int Patience { get; init; } = 10;

    /// <summary>By how much, relative to the best metric, an epoch has to be better to count as good.</summary>
    public float Threshold { get; init; } = 1e-4f;

    /// <summary>Epochs after a reduction in which bad ones are not counted.</summary>
    public int Cooldown { get; init; }

    /// <summary>The rate is not reduced below this.</summary>
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
    public override ScheduleOptions With(ScheduleSettings settings) =>
        this with
        {
            Factor = settings.Factor ?? Factor,
            Patience = settings.Patience ?? Patience,
        };

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) =>
        new PlateauSchedule(initialRate, this);
}

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

/// <summary>Options of <see cref="StepSchedule"/>.</summary>
public sealed record StepScheduleOptions : ScheduleOptions
{
    /// <summary>Epochs from one decay to the next; unused where <see cref="Milestones"/> are set.</summary>
    public int Every { get; init; } = 10;

    /// <summary>
    /// Numbers of ended epochs, ascending, after each of which the rate decays once; null decays <see cref="Every"/> so
    /// many.
    /// </summary>
    public IReadOnlyList<int>? Milestones { get; init; }

    /// <summary>What the rate is multiplied by.</summary>
    public float Gamma { get; init; } = 0.1f;

    /// <inheritdoc/>
    public override void Validate()
    {
        HyperParameter.RequirePositive(Every);
        HyperParameter.RequireShrinking(Gamma);
        for (int i = 0; i < Milestones?.Count; i++)
            if (Milestones[i] <= (i == 0 ? 0 : Milestones[i - 1]))
                throw new ArgumentException(
                    $"Milestones are {string.Join(", ", Milestones)}; they have to be 1 or more and ascending.",
                    nameof(Milestones)
                );
    }

    /// <inheritdoc/>
    public override ScheduleOptions With(ScheduleSettings settings) =>
        this with
        {
            Every = settings.Period ?? Every,
            Milestones = settings.Milestones ?? Milestones,
            Gamma = settings.Factor ?? Gamma,
        };

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) => new StepSchedule(initialRate, this);
}

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

/// <summary>Options of <see cref="CosineSchedule"/>.</summary>
public sealed record CosineScheduleOptions : ScheduleOptions
{
    /// <summary>The rate after the last epoch.</summary>
    public float MinimumRate { get; init; }

    /// <inheritdoc/>
    public override void Validate() => HyperParameter.RequireNotNegative(MinimumRate);

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) =>
        new CosineSchedule(initialRate, epochs, this);
}

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

/// <summary>Options of <see cref="ExponentialSchedule"/>.</summary>
public sealed record ExponentialScheduleOptions : ScheduleOptions
{
    /// <summary>What the rate is multiplied by after every epoch.</summary>
    public float Gamma { get; init; } = 0.95f;

    /// <inheritdoc/>
    public override void Validate() => HyperParameter.RequireShrinking(Gamma);

    /// <inheritdoc/>
    public override ScheduleOptions With(ScheduleSettings settings) => this with { Gamma = settings.Factor ?? Gamma };

    /// <inheritdoc/>
    public override LearningRateSchedule Create(float initialRate, int epochs) =>
        new ExponentialSchedule(initialRate, this);
}

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
