using System.Text.Json.Serialization;

namespace Elbo.Training.Schedules;

/// <summary>Every learning-rate schedule known by name.</summary>
public static class ScheduleCatalog
{
    /// <summary>All schedules; the first is the default.</summary>
    public static IReadOnlyList<ScheduleEntry> All { get; } =
    [
        new("constant", "the same rate always", [], new ConstantScheduleOptions()),
        new(
            "plateau",
            "a tenth after 10 epochs without improvement",
            [nameof(ScheduleSettings.Factor), nameof(ScheduleSettings.Patience)],
            new PlateauScheduleOptions()
        ),
        new(
            "step",
            "a tenth every 10 epochs",
            [nameof(ScheduleSettings.Period), nameof(ScheduleSettings.Milestones), nameof(ScheduleSettings.Factor)],
            new StepScheduleOptions()
        ),
        new("cosine", "half a cosine, down to 0 at the end of the run", [], new CosineScheduleOptions()),
        new(
            "exponential",
            "5 % less after every epoch",
            [nameof(ScheduleSettings.Factor)],
            new ExponentialScheduleOptions()
        ),
    ];

    /// <summary>The schedule called <paramref name="name"/>, upper or lower case.</summary>
    /// <exception cref="ArgumentException">There is none; the message lists those there are.</exception>
    public static ScheduleEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("schedule", name, [.. All.Select(entry => entry.Name)]);
    }
}

/// <summary>A learning-rate schedule as users choose it.</summary>
/// <param name="Name">As typed on the command line.</param>
/// <param name="Description">One line.</param>
/// <param name="Settings">Names of the <see cref="ScheduleSettings"/> that it takes.</param>
/// <param name="Options">What it is, with the options it has unless settings say otherwise.</param>
public sealed record ScheduleEntry(
    string Name,
    string Description,
    IReadOnlyList<string> Settings,
    ScheduleOptions Options
)
{
    /// <summary>The schedule of a run.</summary>
    /// <param name="initialRate">The rate of the first epoch.</param>
    /// <param name="epochs">Epochs of the run.</param>
    /// <param name="settings">Such as <see cref="ScheduleSettings.Validate"/> accepts for it.</param>
    /// <exception cref="ArgumentException">The rate or the number of epochs is out of range.</exception>
    public LearningRateSchedule Create(float initialRate, int epochs, ScheduleSettings settings) =>
        Options.With(settings).Create(initialRate, epochs);
}

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

/// <summary>
/// What a <see cref="LearningRateSchedule"/> remembers between epochs; one record for all, so that it is plain JSON.
/// </summary>
public sealed record ScheduleState
{
    /// <summary>Epochs that have ended.</summary>
    public int Epoch { get; init; }

    /// <summary>What the initial rate is multiplied by, for schedules that follow a metric.</summary>
    [JsonRequired]
    public double Factor { get; init; } = 1;

    /// <summary>The best metric so far; null before the first.</summary>
    public float? Best { get; init; }

    /// <summary>Epochs in a row that were not better.</summary>
    public int BadEpochs { get; init; }

    /// <summary>Epochs still to pass before bad ones are counted again.</summary>
    public int CooldownLeft { get; init; }
}

/// <summary>Options of a schedule, which create it.</summary>
public abstract record ScheduleOptions
{
    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public abstract void Validate();

    /// <summary>These options with what <paramref name="settings"/> say of them.</summary>
    public virtual ScheduleOptions With(ScheduleSettings settings) => this;

    /// <summary>The schedule with these options.</summary>
    /// <param name="initialRate">The rate of the first epoch.</param>
    /// <param name="epochs">Epochs of the run.</param>
    /// <exception cref="ArgumentException">The rate, the number of epochs or an option is out of range.</exception>
    public abstract LearningRateSchedule Create(float initialRate, int epochs);
}
