using System.Diagnostics;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Training;

/// <summary>How far an epoch has come.</summary>
/// <param name="Epoch">From 1.</param>
/// <param name="Batch">Steps done in it.</param>
/// <param name="Batches">Steps it has.</param>
/// <param name="Loss">Mean loss so far, nats per image.</param>
/// <param name="ImagesPerSecond">Throughput so far.</param>
public readonly record struct StepProgress(int Epoch, int Batch, int Batches, double Loss, double ImagesPerSecond);

/// <summary>
/// Trains a model on images, step by step, so that stopping and resuming anywhere changes no bit of the result.
/// </summary>
/// <remarks>
/// All chance of a step follows from the seed and the number of the step; no generator has a state to lose.
/// </remarks>
public sealed class Trainer
{
    private readonly GenerativeModel _model;
    private readonly Optimizer _optimizer;
    private readonly LearningRateSchedule _schedule;
    private readonly TrainerOptions _options;
    private readonly ImageDataset _images;
    private readonly BatchOrder _order;
    private readonly Rng _rng;
    private readonly SortedDictionary<string, double> _sums = [];
    private string[] _terms = [];
    private int _epoch;
    private int _batch;
    private long _step;
    private long _epochImages;
    private double _seconds;

    /// <summary>Prepares training from the start.</summary>
    /// <param name="model">What is trained.</param>
    /// <param name="optimizer">Moves its parameters.</param>
    /// <param name="schedule">Gives each epoch's learning rate.</param>
    /// <param name="options">Batch size, noise, weight of the KL divergence.</param>
    /// <param name="images">Where training images are.</param>
    /// <param name="indices">Which of them to use.</param>
    /// <param name="rng">Decides the order of the images, noise and latent samples.</param>
    /// <exception cref="ArgumentException">An option is out of range, or there are no images.</exception>
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
        options.Validate();
        if (indices.Length == 0)
            throw new ArgumentException("there are no images to train on.", nameof(indices));
        (_model, _optimizer, _schedule, _options, _images) = (model, optimizer, schedule, options, images);
        _order = new BatchOrder(indices, rng.Fork("order"));
        _rng = rng.Fork("steps");
    }

    /// <summary>Epochs completed.</summary>
    public int Epoch => _epoch;

    /// <summary>Steps of one epoch.</summary>
    public int BatchesPerEpoch => _order.BatchCount(_options.BatchSize);

    /// <summary>
    /// How far training has come; restoring it together with parameters and optimiser goes on to the same bits.
    /// </summary>
    public TrainingState State
    {
        get =>
            new()
            {
                Epoch = _epoch,
                BatchInEpoch = _batch,
                Step = _step,
                Schedule = _schedule.State,
                EpochSums = new Dictionary<string, double>(_sums),
                EpochImages = _epochImages,
                ElapsedSeconds = _seconds,
            };
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
            _sums.Clear();
            foreach (var (name, sum) in value.EpochSums)
                _sums[name] = sum;
        }
    }

    /// <summary>Trains to the end of the running epoch.</summary>
    /// <param name="progress">Told after every step; null for nobody.</param>
    /// <param name="cancellation">Ends the epoch after the running step.</param>
    /// <returns>
    /// The means over the epoch, or null if it was cancelled; <see cref="State"/> then lies within it.
    /// </returns>
    /// <exception cref="TrainingFailedException">The loss is not a finite number. The step that gave it has changed no
    /// parameter.</exception>
    public EpochMetrics? RunEpoch(Action<StepProgress>? progress = null, CancellationToken cancellation = default)
    {
        BeginEpoch();
        float rate = _schedule.Rate;
        var clock = Stopwatch.StartNew();
        double secondsBefore = _seconds;
        long imagesBefore = _epochImages;
        var order = _order.Epoch(_epoch).Span;
        for (int batches = BatchesPerEpoch; _batch < batches; _batch++)
        {
            if (cancellation.IsCancellationRequested)
                return null;
            int start = _batch * _options.BatchSize;
            RunStep(order.Slice(start, Math.Min(_options.BatchSize, order.Length - start)), rate);
            _seconds = secondsBefore + clock.Elapsed.TotalSeconds;
            progress?.Invoke(
                new StepProgress(
                    _epoch + 1,
                    _batch + 1,
                    batches,
                    _sums["loss"] / _epochImages,
                    (_epochImages - imagesBefore) / clock.Elapsed.TotalSeconds
                )
            );
        }
        var metrics = Metrics(rate, (_epochImages - imagesBefore) / clock.Elapsed.TotalSeconds);
        _epoch++;
        _batch = 0;
        _epochImages = 0;
        _sums.Clear();
        return metrics;
    }

    /// <summary>Tells the schedule how the epoch ended; to be called once after each completed epoch.</summary>
    public void EpochEnded(double loss) => _schedule.EpochEnded((float)loss);

    /// <summary>One step on the next batch, epochs following each other without figures; for measuring.</summary>
    internal void RunStep()
    {
        if (_batch == BatchesPerEpoch)
            (_batch, _epoch) = (0, _epoch + 1);
        if (_batch == 0)
            BeginEpoch();
        var order = _order.Epoch(_epoch).Span;
        int start = _batch++ * _options.BatchSize;
        RunStep(order.Slice(start, Math.Min(_options.BatchSize, order.Length - start)), _schedule.Rate);
    }

    private void BeginEpoch() =>
        _model.Prior.BeginEpoch(
            _model,
            new EpochStart(_epoch, IsFresh: _batch == 0, TrainingImages, _rng.Fork("epochs").Fork((ulong)_epoch))
        );

    /// <summary>
    /// Intensities of the first <paramref name="most"/> images of the running epoch's order, as the decoder is to give
    /// them.
    /// </summary>
    private float[] TrainingImages(int most)
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
                .AsSpan()
                .CopyTo(result.AsSpan(start * size));
        }
        return result;
    }

    private void RunStep(ReadOnlySpan<int> indices, float rate)
    {
        var device = _model.Device;
        using var scope = device.BeginStep();
        var rng = _rng.Fork((ulong)_step);
        var images = InputNoise.Binarize(
            device.Images(_images.Pixels.Span, indices, _images.Shape.PixelCount),
            _options.Binarize,
            rng
        );
        var input = InputNoise.Apply(images, _options.Noise, _options.NoiseFactor, rng);
        var terms = _model.Objective.ComputeLoss(
            _model,
            input,
            images,
            new ForwardContext(rng, Training: true, KlWeight())
        );
        float loss = terms.Loss.ToScalar();
        if (!float.IsFinite(loss))
            throw TrainingFailedException.Because($"the loss became {loss} at step {_step + 1} (epoch {_epoch + 1})");
        _model.Parameters.ClearGradients();
        device.Tape.Backward(terms.Loss);
        _model.Parameters.ZeroUntouchedGradients();
        if (_options.ClipNorm > 0)
            GradientClipping.ByNorm(_model.Parameters.Gradients, _options.ClipNorm);
        _optimizer.Step(rate);
        Add("loss", loss, indices.Length);
        foreach (var (name, value) in terms.Terms)
            Add(name, value.ToScalar(), indices.Length);
        if (_terms.Length == 0)
            _terms = [.. terms.Terms.Select(term => term.Name)];
        _epochImages += indices.Length;
        _step++;
    }

    /// <summary>β, or the share of it that the warm-up has reached at this step.</summary>
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

/// <summary>Training cannot go on: the loss is no longer a finite number.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>After <paramref name="what"/> has happened to the loss, with what usually helps.</summary>
    internal static TrainingFailedException Because(string what) =>
        new($"{what}; earlier checkpoints are untouched. A smaller --learning-rate usually helps.");

    /// <summary>With a message for the person who started the run.</summary>
    public TrainingFailedException(string message)
        : base(message) { }

    /// <summary>With a message and what caused it.</summary>
    public TrainingFailedException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>With a general message.</summary>
    public TrainingFailedException()
        : base("training failed.") { }
}
