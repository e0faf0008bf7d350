using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>
/// How a model is trained from its first epoch to its last: <see cref="TrainerOptions"/> and what belongs to the
/// epochs.
/// </summary>
public record FitOptions : TrainerOptions
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

    /// <summary>Its options by name.</summary>
    internal static new IReadOnlyList<OptionOf<FitOptions>> List { get; } =
    [
        OptionOf<FitOptions>.WholeNumber(
            "epochs",
            "passes over the training images",
            o => o.Epochs,
            (o, v) => o with { Epochs = v }
        ) with
        {
            Letter = 'e',
            Range = OptionRange.Between(1, 1_000_000),
        },
        .. TrainerOptions.List.Select(option => option.Within<FitOptions>(o => o, (_, v) => (FitOptions)v)),
        OptionOf<FitOptions>.Text(
            "optimizer",
            "how a gradient changes the weights",
            o => o.Optimizer,
            (o, v) => o with { Optimizer = v }
        ) with
        {
            Choices = [.. OptimizerCatalog.All.Select(entry => entry.Name)],
        },
        OptionOf<FitOptions>.Text(
            "schedule",
            "how the learning rate changes over the epochs",
            o => o.Schedule,
            (o, v) => o with { Schedule = v }
        ) with
        {
            Choices = [.. ScheduleCatalog.All.Select(entry => entry.Name)],
        },
        .. ScheduleSettings.List.Select(option =>
            option.Within<FitOptions>(o => o.ScheduleSettings, (o, v) => o with { ScheduleSettings = v }) with
            {
                Refines = "schedule",
            }
        ),
        OptionOf<FitOptions>.WholeNumber(
            "early-stopping",
            "epochs without improvement of the validation loss before training stops; 0 never stops",
            o => o.EarlyStopping,
            (o, v) => o with { EarlyStopping = v }
        ) with
        {
            Range = OptionRange.From(0, "epochs"),
        },
        OptionOf<FitOptions>.Number(
            "early-stopping-delta",
            "by how many nats that loss has to fall below the best to be an improvement",
            o => o.EarlyStoppingDelta,
            (o, v) => o with { EarlyStoppingDelta = v }
        ) with
        {
            Range = OptionRange.From(0, "nats"),
        },
    ];

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        OptimizerCatalog.Get(Optimizer);
        ScheduleSettings.Validate(ScheduleCatalog.Get(Schedule));
        List.Validate(this);
    }
}
