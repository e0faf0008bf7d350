using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>
/// How a model is trained from its first epoch to its last: <see cref="TrainerOptions"/> and what belongs to the
/// epochs.
/// </summary>
public sealed record FitOptions : TrainerOptions
{
    /// <summary>Passes over the training images.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>An optimiser of the <see cref="OptimizerCatalog"/>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>
    /// A schedule of the <see cref="ScheduleCatalog"/>: how the learning rate changes over the epochs.
    /// </summary>
    public string Schedule { get; init; } = "constant";

    /// <summary>What is said about the schedule beside its name.</summary>
    public ScheduleSettings ScheduleSettings { get; init; } = new();

    /// <summary>
    /// Epochs in a row without improvement of the watched loss after which training stops, with the weights of the best
    /// epoch; 0 never stops.
    /// </summary>
    public int EarlyStopping { get; init; }

    /// <summary>
    /// By how much, in nats per image, a loss has to be below the best to count as an improvement for early stopping.
    /// </summary>
    public float EarlyStoppingDelta { get; init; } = 0.1f;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        OptimizerCatalog.Get(Optimizer);
        ScheduleSettings.Validate(ScheduleCatalog.Get(Schedule));
        if (Epochs is < 1 or > 1_000_000)
            throw new ArgumentException($"epochs is {Epochs}; it must be from 1 to 1000000.");
        if (EarlyStopping < 0)
            throw new ArgumentException($"early-stopping is {EarlyStopping}; it must be 0 or more epochs.");
        if (!(EarlyStoppingDelta >= 0 && float.IsFinite(EarlyStoppingDelta)))
            throw new ArgumentException($"early-stopping-delta is {EarlyStoppingDelta}; it must be 0 or more nats.");
    }
}
