using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>The epoch with the lowest held-out loss.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Split">
/// The held-out set: <c>validation</c>, or <c>test</c> if no images are kept for validation.
/// </param>
/// <param name="Loss">Held-out loss, in nats per image.</param>
internal sealed record BestEpoch(int Epoch, string Split, double Loss);

/// <summary>
/// Trains epoch by epoch, with optimiser, schedule, early stopping and evaluation of held-out images.
/// </summary>
internal sealed class TrainingLoop
{
    private readonly GenerativeModel _model;
    private readonly FitOptions _options;
    private readonly IReadOnlyList<HeldOutImages> _heldOut;
    private readonly Trainer _trainer;
    private readonly WeightsCopy _sound;
    private readonly EarlyStopping? _earlyStopping;
    private readonly Rng _rng;

    /// <summary>Creates a loop at the first epoch.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="options">Options of the training run.</param>
    /// <param name="images">The dataset that contains the training images.</param>
    /// <param name="indices">Indices of the training images.</param>
    /// <param name="heldOut">Sets to evaluate after every epoch. Early stopping uses the loss of the first.</param>
    /// <param name="rng">Random numbers of training and evaluation.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there are no images.</exception>
    public TrainingLoop(
        GenerativeModel model,
        FitOptions options,
        ImageDataset images,
        int[] indices,
        IReadOnlyList<HeldOutImages> heldOut,
        Rng rng
    )
    {
        options.Validate();
        (_model, _options, _heldOut, _rng) = (model, options, heldOut, rng);
        Optimizer = OptimizerCatalog.Get(options.Optimizer).Options.Create(model.Parameters);
        var schedule = ScheduleCatalog
            .Get(options.LrSchedule)
            .Create(options.LearningRate, options.Epochs, options.ScheduleSettings);
        _sound = new WeightsCopy(model);
        _trainer = new Trainer(model, Optimizer, schedule, options, images, indices, rng.Fork("train"));
        _earlyStopping =
            options.EarlyStopping > 0
                ? new EarlyStopping(
                    new EarlyStoppingOptions
                    {
                        Patience = options.EarlyStopping,
                        MinimumDelta = options.EarlyStoppingDelta,
                    }
                )
                : null;
    }

    /// <summary>The optimiser.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Number of completed epochs.</summary>
    public int Epoch => _trainer.Epoch;

    /// <summary>Whether early stopping ended training.</summary>
    public bool StoppedEarly => _earlyStopping?.ShouldStop == true;

    /// <summary>Whether training is complete.</summary>
    public bool Ended => Epoch >= _options.Epochs || StoppedEarly;

    /// <summary>
    /// The epoch with the lowest loss on the first held-out set so far; null before the first epoch, or without
    /// held-out sets.
    /// </summary>
    public BestEpoch? Best { get; set; }

    /// <summary>Whether the last completed epoch is the best so far.</summary>
    public bool IsBest => Best?.Epoch == Epoch;

    /// <summary>
    /// The state of training. Restoring it together with the parameters and the optimiser continues to the same bits.
    /// </summary>
    public TrainingState State
    {
        get => _trainer.State with { EarlyStopping = _earlyStopping?.State ?? new EarlyStoppingState() };
        set
        {
            _trainer.State = value;
            if (_earlyStopping is not null)
                _earlyStopping.State = value.EarlyStopping;
        }
    }

    /// <summary>Trains until the end of the current epoch and evaluates the held-out sets.</summary>
    /// <param name="progress">Called after every step; may be null.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    /// <returns>Metrics of the training images, then of each held-out set; null if the epoch was cancelled.</returns>
    /// <exception cref="TrainingFailedException">
    /// A loss or a weight is not finite. The model has the weights from the beginning of the epoch again.
    /// </exception>
    public IReadOnlyList<EpochMetrics>? RunEpoch(Action<StepProgress>? progress, CancellationToken cancellation)
    {
        _sound.Take(_model);
        try
        {
            return TrainEpoch(progress, cancellation);
        }
        catch (TrainingFailedException)
        {
            _sound.Restore(_model);
            throw;
        }
    }

    private List<EpochMetrics>? TrainEpoch(Action<StepProgress>? progress, CancellationToken cancellation)
    {
        if (_trainer.RunEpoch(progress, cancellation) is not { } trained)
            return null;
        List<EpochMetrics> rows =
        [
            trained,
            .. _heldOut.Select(images =>
                Evaluate(images) with
                {
                    Epoch = trained.Epoch,
                    LearningRate = trained.LearningRate,
                    Seconds = trained.Seconds,
                }
            ),
        ];
        // A last step that broke the weights shows here. Saving them would hide the last good checkpoint.
        if (rows.Find(r => !double.IsFinite(r.Loss)) is { } bad)
            throw TrainingFailedException.Because($"the {bad.Split} loss became {bad.Loss} after epoch {Epoch}");
        _trainer.EpochEnded(trained.Loss);
        if (_heldOut.Count > 0)
            Watch(rows[1]);
        return rows;
    }

    private void Watch(EpochMetrics row)
    {
        _earlyStopping?.EpochEnded((float)row.Loss);
        if (Best is null || row.Loss < Best.Loss)
            Best = new BestEpoch(row.Epoch, row.Split, row.Loss);
    }

    private EpochMetrics Evaluate(HeldOutImages images) => Evaluate(_model, images, _options, _rng);

    /// <summary>
    /// Computes the metrics of held-out images. The same <paramref name="rng"/> key gives the same values.
    /// </summary>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public static EpochMetrics Evaluate(
        GenerativeModel model,
        HeldOutImages images,
        TrainerOptions options,
        Rng rng,
        CancellationToken cancellation = default
    ) =>
        BoundEvaluator.Evaluate(
            model,
            images.Images,
            images.Indices,
            images.Split,
            options,
            rng.Fork("evaluate").Fork(images.Split),
            cancellation
        ) with
        {
            Figures = ClusteringEvaluator.Evaluate(
                model,
                images.Images,
                images.Indices,
                options,
                rng.Fork("evaluate").Fork(images.Split)
            ),
        };
}

/// <summary>Options of <see cref="EarlyStopping"/>.</summary>
public sealed record EarlyStoppingOptions
{
    /// <summary>Number of consecutive epochs without improvement after which training stops.</summary>
    public int Patience { get; init; } = 15;

    /// <summary>Minimum decrease of the loss, in nats per image, that counts as an improvement.</summary>
    public float MinimumDelta { get; init; } = 0.1f;

    /// <summary>Checks the range of every option.</summary>
    /// <exception cref="ArgumentException">An option is out of range. The message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequirePositive(Patience);
        HyperParameter.RequireNotNegative(MinimumDelta);
    }
}

/// <summary>The state of <see cref="EarlyStopping"/> between epochs.</summary>
public sealed record EarlyStoppingState
{
    /// <summary>The lowest validation loss so far; null before the first.</summary>
    public float? Best { get; init; }

    /// <summary>Number of consecutive epochs without improvement.</summary>
    public int BadEpochs { get; init; }
}

/// <summary>Stops training when the validation loss stops improving.</summary>
public sealed class EarlyStopping
{
    private readonly EarlyStoppingOptions _options;
    private EarlyStoppingState _state = new();

    /// <summary>Creates an early-stopping criterion.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public EarlyStopping(EarlyStoppingOptions? options = null)
    {
        _options = options ?? new EarlyStoppingOptions();
        _options.Validate();
    }

    /// <summary>Whether training should stop.</summary>
    public bool ShouldStop => _state.BadEpochs >= _options.Patience;

    /// <summary>The state that a resumed run restores to continue exactly.</summary>
    public EarlyStoppingState State
    {
        get => _state;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _state = value;
        }
    }

    /// <summary>Records the validation loss of an epoch. NaN counts as no improvement.</summary>
    /// <returns>Whether the loss improved.</returns>
    public bool EpochEnded(float validationLoss)
    {
        bool improved = validationLoss < (_state.Best ?? float.PositiveInfinity) - _options.MinimumDelta;
        _state = improved
            ? new EarlyStoppingState { Best = validationLoss }
            : _state with
            {
                BadEpochs = _state.BadEpochs + 1,
            };
        return improved;
    }
}
