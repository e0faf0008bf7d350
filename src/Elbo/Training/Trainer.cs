using System.Diagnostics;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>Progress of an epoch.</summary>
/// <param name="Epoch">Number of the epoch, from 1.</param>
/// <param name="Batch">Completed steps of the epoch.</param>
/// <param name="Batches">Total steps of the epoch.</param>
/// <param name="Loss">
/// Mean loss so far, in nats per image. A GPU's losses are read at the first step of an epoch and then every 64 steps,
/// so it may be that of fewer steps.
/// </param>
/// <param name="ImagesPerSecond">Throughput so far, in images per second.</param>
public readonly record struct StepProgress(int Epoch, int Batch, int Batches, double Loss, double ImagesPerSecond);

/// <summary>
/// Trains a model step by step. Training that is stopped and resumed gives the same bits as uninterrupted training.
/// </summary>
/// <remarks>
/// All random numbers of a step are derived from the seed and the step number, so no generator state needs to be saved.
/// </remarks>
public sealed class Trainer : IEpochImages
{
    private readonly GenerativeModel _model;
    private readonly Optimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly TrainerOptions _options;
    private readonly ImageDataset _images;
    private readonly ReadOnlyMemory<byte> _labels;
    private readonly BatchOrder _order;
    private readonly Rng _rng;
    private readonly StepLosses _losses;
    private readonly SortedDictionary<string, double> _sums = [];
    private string[] _terms = [];
    private int _epoch;
    private int _batch;
    private long _step;
    private long _epochImages;
    private double _seconds;

    /// <summary>Creates a trainer at the first step.</summary>
    /// <param name="model">The model to train.</param>
    /// <param name="optimizer">Updates the model's parameters.</param>
    /// <param name="schedule">Computes the learning rate of each epoch.</param>
    /// <param name="options">Batch size, noise, weight of the KL divergence, and so on.</param>
    /// <param name="images">The dataset that contains the training images.</param>
    /// <param name="indices">Indices of the training images.</param>
    /// <param name="rng">Random numbers for the order of the images, the noise and the latent samples.</param>
    /// <exception cref="ArgumentException">
    /// An option is out of range, there are no images, they have another shape, an index is not of one of them, or a
    /// conditional model does not know their classes.
    /// </exception>
    public Trainer(
        GenerativeModel model,
        Optimizer optimizer,
        LearningRateSchedule schedule,
        TrainerOptions options,
        ImageDataset images,
        int[] indices,
        Rng rng
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(schedule);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(indices);
        ArgumentNullException.ThrowIfNull(rng);
        options.Validate();
        if (indices.Length == 0)
            throw new ArgumentException("there are no images to train on.", nameof(indices));
        HeldOutImages.RequireFor(model, images, indices);
        (_model, _optimizer, _schedule, _options, _images) = (model, optimizer, schedule, options, images);
        _labels = ClassCondition.Labels(model, images);
        _order = new BatchOrder(indices, rng.Fork("order"));
        _rng = rng.Fork("steps");
        _losses = new StepLosses(model.Device);
    }

    /// <summary>Number of completed epochs.</summary>
    public int Epoch => _epoch;

    /// <summary>Number of steps per epoch.</summary>
    public int BatchesPerEpoch => _order.BatchCount(_options.BatchSize, LeastBatch);

    private int LeastBatch => _model.Options.Network.LeastBatch;

    /// <summary>
    /// The state of training. Restoring it together with the parameters and the optimiser continues to the same bits.
    /// </summary>
    public TrainingState State
    {
        get
        {
            ReadLosses();
            return new()
            {
                Epoch = _epoch,
                BatchInEpoch = _batch,
                Step = _step,
                Schedule = _schedule.State,
                EpochSums = new Dictionary<string, double>(_sums),
                EpochImages = _epochImages,
                ElapsedSeconds = _seconds,
            };
        }
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            (_epoch, _batch, _step, _epochImages, _seconds) = (
                value.Epoch,
                value.BatchInEpoch,
                value.Step,
                value.EpochImages,
                value.ElapsedSeconds
            );
            _schedule.State = value.Schedule;
            _losses.Clear();
            _sums.Clear();
            foreach (var (name, sum) in value.EpochSums)
                _sums[name] = sum;
        }
    }

    /// <summary>Trains until the end of the current epoch.</summary>
    /// <param name="progress">Called after every step; may be null.</param>
    /// <param name="cancellation">Stops after the current step.</param>
    /// <returns>
    /// The means over the epoch; null if it was cancelled, and <see cref="State"/> is then within the epoch.
    /// </returns>
    /// <exception cref="TrainingFailedException">
    /// The loss is not finite, and the failing step has not changed any parameter, unless a GPU computes, whose losses
    /// are read up to 64 steps later; or the last step of the epoch, or the last before the cancellation, made a weight
    /// infinite.
    /// </exception>
    public EpochMetrics? RunEpoch(Action<StepProgress>? progress = null, CancellationToken cancellation = default)
    {
        try
        {
            BeginEpoch(cancellation);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return null;
        }
        float rate = _schedule.Rate;
        var clock = Stopwatch.StartNew();
        double secondsBefore = _seconds;
        long images = 0;
        for (int batches = BatchesPerEpoch; _batch < batches; _batch++)
        {
            if (cancellation.IsCancellationRequested)
            {
                ReadLosses();
                RequireFiniteWeights();
                return null;
            }
            var batch = _order.Batch(_epoch, _batch, _options.BatchSize, LeastBatch);
            RunStep(batch.Span, rate);
            images += batch.Length;
            _seconds = secondsBefore + clock.Elapsed.TotalSeconds;
            // What the listener does, such as waiting while a person pauses training, is not training time.
            clock.Stop();
            progress?.Invoke(
                new StepProgress(
                    _epoch + 1,
                    _batch + 1,
                    batches,
                    _sums["loss"] / _epochImages,
                    images / clock.Elapsed.TotalSeconds
                )
            );
            clock.Start();
        }
        ReadLosses();
        _seconds = secondsBefore + clock.Elapsed.TotalSeconds;
        RequireFiniteWeights();
        var metrics = Metrics(rate, images / clock.Elapsed.TotalSeconds);
        _epoch++;
        _batch = 0;
        _epochImages = 0;
        _sums.Clear();
        return metrics;
    }

    /// <summary>Passes the epoch's loss to the schedule. Call it once after each completed epoch.</summary>
    public void EpochEnded(double loss) => _schedule.EpochEnded((float)loss);

    /// <summary>Runs one step on the next batch, over epoch boundaries and without metrics. For measurements.</summary>
    internal void RunStep()
    {
        if (_batch == BatchesPerEpoch)
        {
            ReadLosses();
            (_batch, _epoch) = (0, _epoch + 1);
        }
        if (_batch == 0)
            BeginEpoch(CancellationToken.None);
        RunStep(_order.Batch(_epoch, _batch++, _options.BatchSize, LeastBatch).Span, _schedule.Rate);
    }

    private void BeginEpoch(CancellationToken cancellation) =>
        _model.Prior.BeginEpoch(
            _model,
            new EpochStart(_epoch, IsFresh: _batch == 0, this, _rng.Fork("epochs").Fork((ulong)_epoch))
            {
                Cancellation = cancellation,
            }
        );

    /// <summary>
    /// Intensities of the first <paramref name="most"/> images in the order of the current epoch, as targets of the
    /// decoder.
    /// </summary>
    float[] IEpochImages.First(int most)
    {
        int size = _images.Shape.PixelCount,
            batch = _options.BatchSize;
        int[] order = _order.Epoch(_epoch)[..Math.Min(most, _order.Count)].ToArray();
        var result = new float[(long)order.Length * size];
        using var pause = _model.Device.Tape.Pause();
        for (int start = 0; start < order.Length; start += batch)
        {
            using var scope = _model.Device.BeginStep();
            var indices = order.AsSpan(start, Math.Min(batch, order.Length - start));
            InputNoise
                .Binarize(
                    _model.Device.Images(_images.Pixels.Span, indices, size),
                    _options.Binarize,
                    _rng.Fork("epochs").Fork((ulong)start)
                )
                .CopyTo(result.AsSpan(start * size));
        }
        return result;
    }

    /// <inheritdoc/>
    ReadOnlyMemory<byte> IEpochImages.FirstLabels(int most) =>
        ClassCondition.Pick(_labels, _order.Epoch(_epoch)[..Math.Min(most, _order.Count)].Span);

    private void RunStep(ReadOnlySpan<int> indices, float rate)
    {
        _losses.Reserve();
        using var scope = _model.Device.BeginStep();
        var rng = _rng.Fork((ulong)_step);
        var images = InputNoise.Binarize(Augmented(indices, rng), _options.Binarize, rng);
        var input = InputNoise.Apply(images, _options.Noise, _options.NoiseFactor, rng);
        var terms = _model.Objective.ComputeLoss(
            _model,
            input,
            images,
            new ForwardContext(rng, Training: true, KlWeight())
            {
                Condition = _model.OneHot(ClassCondition.Pick(_labels, indices)),
            }
        );
        _losses.Add(terms, indices.Length, _step + 1);
        if (_losses.IsFull || _epochImages == 0)
            ReadLosses();
        _model.Parameters.ClearGradients();
        _model.Device.Tape.Backward(terms.Loss);
        _model.Parameters.ZeroUntouchedGradients();
        if (_options.ClipGradNorm > 0)
            GradientClipping.LimitNorm(_model.Parameters.Gradients, _options.ClipGradNorm);
        _optimizer.Step(rate);
        _step++;
    }

    /// <summary>The images of a mini-batch on the device, augmented.</summary>
    private Tensor Augmented(ReadOnlySpan<int> indices, Rng rng)
    {
        var (device, shape) = (_model.Device, _images.Shape);
        if (device.IsProcessor || _options.Augment == Augmentations.None)
            return ImageAugmentation.Apply(
                device.Images(_images.Pixels.Span, indices, shape.PixelCount),
                shape,
                _options.Augment,
                rng
            );
        // Before the upload: to read the images back would be to wait for a GPU.
        float[] originals = _images.ToIntensities(indices);
        float[] augmented = new float[originals.Length];
        ImageAugmentation.Apply(originals, shape, _options.Augment, rng, augmented);
        return device.Tensor(augmented, [indices.Length, shape.PixelCount]);
    }

    /// <summary>Adds the losses that have not been read to the sums of the epoch.</summary>
    private void ReadLosses()
    {
        foreach (var step in _losses.Take())
        {
            if (!float.IsFinite(step.Loss))
                throw TrainingFailedException.Because(
                    $"the loss became {step.Loss} at step {step.Step} (epoch {_epoch + 1})"
                );
            Add("loss", step.Loss, step.Images);
            foreach (var (name, value) in step.Terms)
                Add(name, value, step.Images);
            if (_terms.Length == 0)
                _terms = [.. step.Terms.Select(term => term.Name)];
            _epochImages += step.Images;
        }
    }

    /// <summary>
    /// Checks weights and optimiser after the last step. Within an epoch, the loss of the next step shows what a step
    /// did; no loss follows the last one.
    /// </summary>
    private void RequireFiniteWeights()
    {
        string? fault = _model.WeightFault();
        foreach (var (name, value) in _optimizer.State)
            fault ??= FiniteWeights.Fault(name, value.Read());
        if (fault is not null)
            throw TrainingFailedException.Because($"after step {_step} (epoch {_epoch + 1}), {fault}");
    }

    /// <summary>The weight of the KL divergence at this step: β, or a fraction of it during warm-up.</summary>
    private float KlWeight()
    {
        double warmup = (double)_options.KlWarmup * BatchesPerEpoch;
        return warmup <= _step ? _options.Beta : (float)(_options.Beta * (_step / warmup));
    }

    private void Add(string name, double mean, int images) =>
        _sums[name] = _sums.GetValueOrDefault(name) + mean * images;

    private EpochMetrics Metrics(float rate, double imagesPerSecond) =>
        new(
            _epoch + 1,
            "train",
            _sums["loss"] / _epochImages,
            [.. _terms.Select(name => (name, _sums[name] / _epochImages))],
            rate,
            imagesPerSecond,
            _seconds
        );
}

/// <summary>Training failed because the loss is no longer finite.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>Creates the exception from a description of the failure and adds the usual remedy.</summary>
    internal static TrainingFailedException Because(string what) =>
        new($"{what}; earlier checkpoints are untouched. A smaller --learning-rate usually helps.");

    /// <summary>Creates the exception with a message.</summary>
    public TrainingFailedException(string message)
        : base(message) { }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public TrainingFailedException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>Creates the exception with a general message.</summary>
    public TrainingFailedException()
        : base("training failed.") { }
}
