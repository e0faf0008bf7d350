using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>The epoch after which the loss of images held out was lowest.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Split">Whose loss: <c>validation</c>, or <c>test</c> where no images are kept for validation.</param>
/// <param name="Loss">Nats per image.</param>
internal sealed record BestEpoch(int Epoch, string Split, double Loss);

/// <summary>
/// Training from epoch to epoch: optimiser, schedule, early stopping, and the figures of images held out.
/// </summary>
internal sealed class TrainingLoop
{
    private readonly GenerativeModel _model;
    private readonly FitOptions _options;
    private readonly IReadOnlyList<HeldOutImages> _heldOut;
    private readonly Trainer _trainer;
    private readonly EarlyStopping? _earlyStopping;
    private readonly Rng _rng;

    /// <summary>Prepares training from the start.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="options">How.</param>
    /// <param name="images">Where training images are.</param>
    /// <param name="indices">Which of them to use.</param>
    /// <param name="heldOut">What is evaluated after every epoch; early stopping watches the loss of the first.</param>
    /// <param name="rng">Decides all chance of training and evaluation.</param>
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
            .Get(options.Schedule)
            .Create(options.LearningRate, options.Epochs, options.ScheduleSettings);
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

    /// <summary>Moves the parameters.</summary>
    public Optimizer Optimizer { get; }

    /// <summary>Epochs completed.</summary>
    public int Epoch => _trainer.Epoch;

    /// <summary>Whether early stopping has ended training.</summary>
    public bool StoppedEarly => _earlyStopping?.ShouldStop == true;

    /// <summary>Whether no epoch is left.</summary>
    public bool Ended => Epoch >= _options.Epochs || StoppedEarly;

    /// <summary>
    /// The epoch with the lowest loss of the first held-out split so far; null before the first, or where nothing is
    /// held out.
    /// </summary>
    public BestEpoch? Best { get; set; }

    /// <summary>Whether the epoch that ended last is the best so far.</summary>
    public bool IsBest => Best?.Epoch == Epoch;

    /// <summary>
    /// How far training has come; restoring it together with parameters and optimiser goes on to the same bits.
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

    /// <summary>Trains to the end of the running epoch and evaluates.</summary>
    /// <param name="progress">Told after every step; null for nobody.</param>
    /// <param name="cancellation">Ends the epoch after the running step.</param>
    /// <returns>
    /// The figures of the training images and of each held-out split in order, or null if it was cancelled.
    /// </returns>
    /// <exception cref="TrainingFailedException">A loss is not a finite number.</exception>
    public IReadOnlyList<EpochMetrics>? RunEpoch(Action<StepProgress>? progress, CancellationToken cancellation)
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
        // A last step that ruined the weights shows here; a checkpoint of them would hide the sound one before.
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

    /// <summary>The figures of images held out, the same for the same <paramref name="rng"/> key.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
    /// <summary>Epochs in a row without improvement after which training ends.</summary>
    public int Patience { get; init; } = 15;

    /// <summary>By how much, in nats per image, a loss has to be below the best to count as an improvement.</summary>
    public float MinimumDelta { get; init; } = 0.1f;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        HyperParameter.RequirePositive(Patience);
        HyperParameter.RequireNotNegative(MinimumDelta);
    }
}

/// <summary>What <see cref="EarlyStopping"/> remembers between epochs.</summary>
public sealed record EarlyStoppingState
{
    /// <summary>The best validation loss so far; null before the first.</summary>
    public float? Best { get; init; }

    /// <summary>Epochs in a row that did not improve on it.</summary>
    public int BadEpochs { get; init; }
}

/// <summary>Ends training when the validation loss has stopped improving.</summary>
public sealed class EarlyStopping
{
    private readonly EarlyStoppingOptions _options;
    private EarlyStoppingState _state = new();

    /// <summary>A watch over the validation loss.</summary>
    /// <exception cref="ArgumentException">An option is out of range.</exception>
    public EarlyStopping(EarlyStoppingOptions? options = null)
    {
        _options = options ?? new EarlyStoppingOptions();
        _options.Validate();
    }

    /// <summary>Whether training should end.</summary>
    public bool ShouldStop => _state.BadEpochs >= _options.Patience;

    /// <summary>All that a resumed run needs to go on as if never stopped.</summary>
    public EarlyStoppingState State
    {
        get => _state;
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            _state = value;
        }
    }

    /// <summary>Takes note of an epoch's validation loss; NaN counts as no improvement.</summary>
    /// <returns>Whether it improved on the best.</returns>
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
