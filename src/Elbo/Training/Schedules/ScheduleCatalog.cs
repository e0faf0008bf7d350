using System.Text.Json.Serialization;

namespace Elbo.Training.Schedules;

/// <summary>All learning-rate schedules by name.</summary>
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

    /// <summary>Returns the schedule called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message lists the known ones.</exception>
    public static ScheduleEntry Get(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return All.FirstOrDefault(entry => entry.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw NearestName.Unknown("schedule", name, [.. All.Select(entry => entry.Name)]);
    }
}

/// <summary>A learning-rate schedule in the catalog.</summary>
/// <param name="Name">Name on the command line.</param>
/// <param name="Description">Description in one line.</param>
/// <param name="Settings">Names of the <see cref="ScheduleSettings"/> that apply to it.</param>
/// <param name="Options">The schedule's default options.</param>
public sealed record ScheduleEntry(
    string Name,
    string Description,
    IReadOnlyList<string> Settings,
    ScheduleOptions Options
)
{
    /// <summary>Creates the schedule of a run.</summary>
    /// <param name="initialRate">Learning rate of the first epoch.</param>
    /// <param name="epochs">Number of epochs of the run.</param>
    /// <param name="settings">Settings accepted by <see cref="ScheduleSettings.Validate"/> for this schedule.</param>
    /// <exception cref="ArgumentException">The rate or the number of epochs is out of range.</exception>
    public LearningRateSchedule Create(float initialRate, int epochs, ScheduleSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentOutOfRangeException.ThrowIfLessThan(epochs, 1);
        return Options.With(settings).Create(initialRate, epochs);
    }
}

/// <summary>Computes the learning rate of each epoch.</summary>
public abstract class LearningRateSchedule
{
    private ScheduleState _state = new();

    /// <summary>Creates a schedule that starts at <paramref name="initialRate"/>.</summary>
    /// <exception cref="ArgumentException">The rate is not above 0.</exception>
    protected LearningRateSchedule(float initialRate)
    {
        HyperParameter.RequirePositive(initialRate);
        InitialRate = initialRate;
    }

    /// <summary>Learning rate of the first epoch.</summary>
    public float InitialRate { get; }

    /// <summary>Learning rate of the current or next epoch.</summary>
    public float Rate => (float)RateFor(InitialRate, _state);

    /// <summary>The state that a resumed run restores to continue exactly.</summary>
    public ScheduleState State
    {
        get => _state;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _state = value;
        }
    }

    /// <summary>Moves to the next epoch.</summary>
    /// <param name="metric">Result of the epoch; lower is better. Only some schedules use it.</param>
    public void EpochEnded(float metric) => _state = Next(_state with { Epoch = _state.Epoch + 1 }, metric);

    /// <summary>Computes the learning rate in <paramref name="state"/>.</summary>
    protected abstract double RateFor(double initialRate, ScheduleState state);

    /// <summary>
    /// Computes the state after an epoch with result <paramref name="metric"/>. <see cref="ScheduleState.Epoch"/>
    /// already includes that epoch.
    /// </summary>
    protected virtual ScheduleState Next(ScheduleState state, float metric) => state;
}

/// <summary>
/// The state of a <see cref="LearningRateSchedule"/> between epochs. One record serves all schedules, so that it is
/// plain JSON.
/// </summary>
public sealed record ScheduleState
{
    /// <summary>Number of completed epochs.</summary>
    public int Epoch { get; init; }

    /// <summary>Factor of the initial rate, for schedules that follow a metric.</summary>
    [JsonRequired]
    public double Factor { get; init; } = 1;

    /// <summary>The best metric so far; null before the first.</summary>
    public float? Best { get; init; }

    /// <summary>Number of consecutive epochs without improvement.</summary>
    public int BadEpochs { get; init; }

    /// <summary>Remaining epochs in which missing improvements are not counted.</summary>
    public int CooldownLeft { get; init; }
}

/// <summary>Options of a schedule, and its factory.</summary>
public abstract record ScheduleOptions
{
    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public abstract void Validate();

    /// <summary>Returns these options with the given <paramref name="settings"/> applied.</summary>
    public virtual ScheduleOptions With(ScheduleSettings settings) => this;

    /// <summary>Creates the schedule.</summary>
    /// <param name="initialRate">Learning rate of the first epoch.</param>
    /// <param name="epochs">Number of epochs of the run.</param>
    /// <exception cref="ArgumentException">The rate, the number of epochs or an option is out of range.</exception>
    public abstract LearningRateSchedule Create(float initialRate, int epochs);
}
