using Elbo.Models;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>
/// Options of a training run: <see cref="TrainerOptions"/>, the number of epochs, the optimiser, the schedule and early
/// stopping.
/// </summary>
public record FitOptions : TrainerOptions
{
    /// <summary>Number of passes over the training images.</summary>
    public int Epochs { get; init; } = 40;

    /// <summary>Name of an optimiser in the <see cref="OptimizerCatalog"/>.</summary>
    public string Optimizer { get; init; } = "adam";

    /// <summary>Name of a learning-rate schedule in the <see cref="ScheduleCatalog"/>.</summary>
    public string LrSchedule { get; init; } = "constant";

    /// <summary>Settings of the schedule.</summary>
    public ScheduleSettings ScheduleSettings { get; init; } = new();

    /// <summary>
    /// Number of consecutive epochs without improvement of the held-out loss after which training stops and restores
    /// the weights of the best epoch; 0 disables early stopping.
    /// </summary>
    public int EarlyStopping { get; init; }

    /// <summary>
    /// Minimum decrease of the loss, in nats per image, that counts as an improvement for early stopping.
    /// </summary>
    public float EarlyStoppingDelta { get; init; } = 0.1f;

    /// <summary>The options by name.</summary>
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
        OptionOf<FitOptions>.Text("optimizer", "optimiser", o => o.Optimizer, (o, v) => o with { Optimizer = v }) with
        {
            Choices = [.. OptimizerCatalog.All.Select(entry => entry.Name)],
        },
        OptionOf<FitOptions>.Text(
            "lr-schedule",
            "learning-rate schedule",
            o => o.LrSchedule,
            (o, v) => o with { LrSchedule = v }
        ) with
        {
            Aliases = ["schedule"],
            Choices = [.. ScheduleCatalog.All.Select(entry => entry.Name)],
        },
        .. ScheduleSettings.List.Select(option =>
            option.Within<FitOptions>(o => o.ScheduleSettings, (o, v) => o with { ScheduleSettings = v }) with
            {
                Refines = "lr-schedule",
            }
        ),
        OptionOf<FitOptions>.WholeNumber(
            "early-stopping",
            "epochs without improvement of the validation loss before training stops; 0 disables early stopping",
            o => o.EarlyStopping,
            (o, v) => o with { EarlyStopping = v }
        ) with
        {
            Range = OptionRange.From(0, "epochs"),
        },
        OptionOf<FitOptions>.Number(
            "early-stopping-delta",
            "for early stopping: minimum decrease of the loss, in nats, that counts as an improvement",
            o => o.EarlyStoppingDelta,
            (o, v) => o with { EarlyStoppingDelta = v }
        ) with
        {
            Range = OptionRange.From(0, "nats"),
        },
    ];

    /// <summary>Checks that a model can be trained with these options on some number of images.</summary>
    /// <exception cref="ArgumentException">
    /// There are too few epochs for the stages of the model, fewer images than clusters, or mini-batches of one image for
    /// a network with batch normalisation.
    /// </exception>
    internal void RequireFor(ModelOptions model, int images)
    {
        RequireStages(model);
        if (images == 0)
            throw new ArgumentException("there are no images to train on.");
        if (images < model.Prior.LeastImages)
            throw new ArgumentException(
                $"clusters is {model.Prior.LeastImages}; it must be at most {images:N0}, the number of training images."
            );
        int least = model.Network.LeastBatch;
        if (BatchSize < least)
            throw new ArgumentException(
                $"batch-size is {BatchSize}; the batch normalisation of the network needs {least} or more images in a "
                    + $"mini-batch. Give --batch-size {least} or more."
            );
        if (images < least)
            throw new ArgumentException(
                $"there is {images} training image; the batch normalisation of the network needs {least} or more. Give "
                    + "more images, or a network without batch normalisation, such as --model vae."
            );
    }

    /// <summary>Checks that there are enough epochs for the stages of a model.</summary>
    /// <exception cref="ArgumentException">There are too few epochs.</exception>
    internal void RequireStages(ModelOptions model)
    {
        if (Epochs < model.LeastEpochs)
            throw new ArgumentException(
                $"epochs is {Epochs}; it must be {model.LeastEpochs} or more with these options of "
                    + $"{ModelCatalog.Of(model).Name}, whose stages would not end otherwise."
            );
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Require.Given(Optimizer, "optimizer");
        Require.Given(LrSchedule, "lr-schedule");
        Require.Given(ScheduleSettings, "the settings of the schedule");
        OptimizerCatalog.Get(Optimizer);
        ScheduleSettings.Validate(ScheduleCatalog.Get(LrSchedule));
        List.Validate(this);
    }
}
