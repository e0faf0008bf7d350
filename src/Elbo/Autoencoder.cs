using System.Runtime.CompilerServices;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo;

/// <summary>
/// A variational autoencoder that can be trained, evaluated, saved and loaded, and that encodes, decodes and generates
/// images.
/// </summary>
/// <remarks>
/// <para>
/// Training and evaluation equal those of <c>elbo train</c>: the same images, options and seed give the same bits.
/// Images are given as an <see cref="ImageDataset"/>, as bytes 0–255 or as floats in [0, 1]; see
/// <see cref="ImageInput"/>. Results are images (N, C·H·W) as floats in [0, 1], and codes (N, latent dimensions), both
/// row-major.
/// </para>
/// <para>
/// An instance is used by one thread at a time; a concurrent call throws an <see cref="InvalidOperationException"/>.
/// Progress callbacks of <see cref="Fit"/> run on the training thread and may call methods such as
/// <see cref="Encode"/>, for example to show intermediate results.
/// </para>
/// </remarks>
public sealed partial class Autoencoder : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Device? _ownDevice;
    private RunConfig _config;
    private int _fits;
    private bool _disposed;

    /// <summary>Creates an autoencoder with initial weights.</summary>
    /// <param name="options">
    /// Options of any model in the <see cref="ModelCatalog"/>, such as <see cref="VaeOptions"/> or
    /// <see cref="CnnVaeOptions"/>.
    /// </param>
    /// <param name="imageShape">Shape of one image.</param>
    /// <param name="seed">Seed for the initial weights, the order of images, the noise and the latent samples.</param>
    /// <param name="device">
    /// Device to compute on, which the caller disposes; null creates one on all processors, which <see cref="Dispose"/>
    /// releases.
    /// </param>
    /// <exception cref="ArgumentException">An option is out of range, or does not suit the image shape.</exception>
    public Autoencoder(ModelOptions options, ImageShape imageShape, ulong seed = 0, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _ownDevice = device is null ? new Device() : null;
        try
        {
            Model = options.Create(imageShape, device ?? _ownDevice!, new Rng(seed).Fork("weights"));
        }
        catch
        {
            _ownDevice?.Dispose();
            throw;
        }
        _config = new RunConfig { ModelOptions = Model.Options, Seed = seed };
    }

    private Autoencoder(GenerativeModel model, RunConfig config, Device? ownDevice) =>
        (Model, _config, _ownDevice) = (model, config with { ModelOptions = model.Options }, ownDevice);

    /// <summary>The underlying model, for operations that this class does not offer.</summary>
    public GenerativeModel Model { get; }

    /// <summary>The options of the model.</summary>
    public ModelOptions Options => Model.Options;

    /// <summary>Shape of one image.</summary>
    public ImageShape ImageShape => Model.ImageShape;

    /// <summary>Number of latent dimensions.</summary>
    public int LatentDim => Model.LatentDim;

    /// <summary>Number of trained parameters.</summary>
    public long ParameterCount => Model.Parameters.Count;

    /// <summary>
    /// Metrics of every epoch of the last <see cref="Fit"/>, for the training images and the validation images if any.
    /// They are saved and loaded too.
    /// </summary>
    public IReadOnlyList<EpochMetrics> History { get; private set; } = [];

    /// <summary>
    /// Trains the model from its current weights with a new optimiser. With early stopping, it ends with the weights of
    /// the best epoch.
    /// </summary>
    /// <param name="images">
    /// Training images. Floats are rounded to 256 levels. A conditional model needs an <see cref="ImageDataset"/> with
    /// labels, here and for validation.
    /// </param>
    /// <param name="options">Options of the training; null uses the defaults.</param>
    /// <param name="validation">Images to evaluate after every epoch; null for none.</param>
    /// <param name="progress">Receives progress after every step and every epoch; may be null.</param>
    /// <param name="cancellation">
    /// Stops training after the current step. The model keeps the weights reached so far.
    /// </param>
    /// <returns>The metrics of every epoch, as in <see cref="History"/>.</returns>
    /// <exception cref="ArgumentException">
    /// An option is out of range, there are no images, they have another shape, or a conditional model does not know
    /// their classes.
    /// </exception>
    /// <exception cref="TrainingFailedException">The loss is not finite.</exception>
    /// <exception cref="OperationCanceledException">Training was cancelled.</exception>
    public IReadOnlyList<EpochMetrics> Fit(
        ImageInput images,
        FitOptions? options = null,
        ImageInput? validation = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        options ??= new FitOptions();
        using var turn = TakeTurn();
        var train = images.ToDataset(ImageShape);
        HeldOutImages[] heldOut = validation is null
            ? []
            : [HeldOutImages.All("validation", validation.ToDataset(ImageShape))];
        if (options.EarlyStopping > 0 && heldOut.Length == 0)
            throw new ArgumentException(
                $"early-stopping is {options.EarlyStopping}; it needs validation images, and there are none.",
                nameof(options)
            );
        options.RequireFor(Options, train.Count);
        // The first fit uses the same random numbers as the command line, each further one its own.
        var rng = _fits == 0 ? new Rng(_config.Seed) : new Rng(_config.Seed).Fork("fit").Fork((ulong)_fits);
        var loop = new TrainingLoop(Model, options, train, [.. Enumerable.Range(0, train.Count)], heldOut, rng);
        _fits++;
        _config = RunConfig.Of(Options, options, train.Name, _config.Seed);
        var history = new List<EpochMetrics>();
        History = history;
        var best = options.EarlyStopping > 0 ? new WeightsCopy(Model) : null;
        while (!loop.Ended)
        {
            history.AddRange(RunEpoch(loop, options.Epochs, progress, cancellation));
            if (loop.IsBest)
                best?.Take(Model);
        }
        best?.Restore(Model);
        return history;
    }

    /// <summary>Runs <see cref="Fit"/> on another thread, which also reports the progress.</summary>
    /// <inheritdoc cref="Fit"/>
    public Task<IReadOnlyList<EpochMetrics>> FitAsync(
        ImageInput images,
        FitOptions? options = null,
        ImageInput? validation = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellation = default
    ) => Task.Run(() => Fit(images, options, validation, progress, cancellation), cancellation);

    /// <summary>
    /// Computes the mean loss and its terms, in nats per image, with one latent sample per image, no dropout, no noise,
    /// and the β of the last <see cref="Fit"/>.
    /// </summary>
    /// <param name="images">
    /// At least one image. Floats are rounded to 256 levels. A conditional model needs an <see cref="ImageDataset"/>
    /// with labels.
    /// </param>
    /// <param name="cancellation">Cancels the evaluation.</param>
    /// <exception cref="ArgumentException">
    /// There are no images, they have another shape, or a conditional model does not know their classes.
    /// </exception>
    /// <exception cref="OperationCanceledException">The evaluation was cancelled.</exception>
    public EpochMetrics Evaluate(ImageInput images, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(images);
        using var turn = TakeTurn();
        return TrainingLoop.Evaluate(
            Model,
            HeldOutImages.All("test", images.ToDataset(ImageShape)),
            _config,
            new Rng(_config.Seed),
            cancellation
        );
    }

    /// <summary>Runs <see cref="Evaluate"/> on another thread.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public Task<EpochMetrics> EvaluateAsync(ImageInput images, CancellationToken cancellation = default) =>
        Task.Run(() => Evaluate(images, cancellation), cancellation);

    /// <summary>Encodes images to the means of q(z|x): (N, latent dimensions).</summary>
    /// <param name="images">Images. Floats may lie outside [0, 1], as in noisy images.</param>
    /// <param name="label">
    /// For a conditional model: the class of all images, counted from 0; null uses the labels of an
    /// <see cref="ImageDataset"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// The images have another shape, the values are not a whole number of images, or a conditional model does not know
    /// their classes.
    /// </exception>
    public float[] Encode(ImageInput images, int? label = null)
    {
        using var turn = TakeTurn();
        return Inference.Encode(Given(label), Prepare(images), Labels(images, label).Span);
    }

    /// <summary>Decodes codes to their expected images: (N, C·H·W) in [0, 1].</summary>
    /// <param name="codes">Codes (N, latent dimensions).</param>
    /// <param name="label">For a conditional model: the class of the images, counted from 0.</param>
    /// <exception cref="ArgumentException">
    /// The values are not a whole number of codes, or a conditional model has no class.
    /// </exception>
    public float[] Decode(ReadOnlySpan<float> codes, int? label = null)
    {
        using var turn = TakeTurn();
        return Inference.Decode(Given(label), codes);
    }

    /// <summary>Encodes and decodes images: (N, C·H·W) in [0, 1].</summary>
    /// <inheritdoc cref="Encode"/>
    public float[] Reconstruct(ImageInput images, int? label = null)
    {
        using var turn = TakeTurn();
        return Inference.Reconstruct(Given(label), Prepare(images), Labels(images, label).Span);
    }

    /// <summary>
    /// Generates images from codes sampled from the prior: (<paramref name="count"/>, C·H·W) in [0, 1].
    /// </summary>
    /// <param name="count">Number of images.</param>
    /// <param name="seed">Seed for the codes, and for the pixels if they are sampled.</param>
    /// <param name="sampled">Whether to sample pixels from p(x|z) instead of returning its mean.</param>
    /// <param name="cluster">
    /// For a model with clusters, the index of the cluster to sample from; null samples from all.
    /// </param>
    /// <param name="label">For a conditional model: the class of the images, counted from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="count"/> is less than 1, or the cluster does not exist.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// A cluster is given for a model without clusters, a class for one that is not conditional, or no class for one
    /// that is.
    /// </exception>
    public float[] Generate(int count, ulong seed = 0, bool sampled = false, int? cluster = null, int? label = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var turn = TakeTurn();
        var model = Given(label);
        var rng = new Rng(seed);
        float[] codes = cluster is { } k
            ? Inference.SampleCluster(model, k, count, rng)
            : Inference.SamplePrior(model, count, rng);
        return sampled ? Inference.DecodeSampled(model, codes, rng.Fork("pixels")) : Inference.Decode(model, codes);
    }

    /// <summary>
    /// Computes the probability of each cluster for each image, p(y|w, z) at the means of its codes: (N, clusters),
    /// rows with sum 1.
    /// </summary>
    /// <param name="images">Images. Floats may lie outside [0, 1], as in noisy images.</param>
    /// <exception cref="ArgumentException">
    /// The model has no clusters, the images have another shape, or the values are not a whole number of images.
    /// </exception>
    public float[] ClusterProbabilities(ImageInput images)
    {
        using var turn = TakeTurn();
        return Inference.ClusterProbabilities(Model, Prepare(images));
    }

    /// <summary>The index of the most probable cluster of each image. Ties go to the lowest index.</summary>
    /// <inheritdoc cref="ClusterProbabilities"/>
    public int[] AssignClusters(ImageInput images)
    {
        using var turn = TakeTurn();
        return Inference.AssignClusters(Model, Prepare(images));
    }

    /// <summary>
    /// Adds noise to images as <see cref="TrainerOptions.Noise"/> does for the encoder: (N, C·H·W).
    /// <see cref="NoiseKind.Gaussian"/> can give values outside [0, 1].
    /// </summary>
    /// <param name="images">Clean images.</param>
    /// <param name="kind">Kind of noise.</param>
    /// <param name="factor">
    /// Standard deviation of Gaussian noise, or the fraction of pixels that change; null uses the default of the kind.
    /// </param>
    /// <param name="seed">Seed for the noise.</param>
    /// <exception cref="ArgumentException">The images have another shape, or the factor is out of range.</exception>
    public float[] AddNoise(
        ImageInput images,
        NoiseKind kind = NoiseKind.Gaussian,
        float? factor = null,
        ulong seed = 0
    )
    {
        float strength = factor ?? InputNoise.UsualFactor(kind);
        new TrainerOptions { Noise = kind, NoiseFactor = strength }.Validate();
        using var turn = TakeTurn();
        return InputNoise.Apply(Model, Prepare(images), kind, strength, new Rng(seed));
    }

    /// <summary>
    /// Releases the model, and the device unless the caller supplied it. Waits for running calls of other threads.
    /// </summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _ownDevice?.Dispose();
        }
    }

    private static IReadOnlyList<EpochMetrics> RunEpoch(
        TrainingLoop loop,
        int epochs,
        IProgress<FitProgress>? progress,
        CancellationToken cancellation
    )
    {
        StepProgress last = default;
        Action<StepProgress>? stepped = progress is null
            ? null
            : step => progress.Report(FitProgress.Of(last = step, epochs, []));
        var figures =
            loop.RunEpoch(stepped, cancellation)
            ?? throw new OperationCanceledException(
                $"cancelled in epoch {loop.Epoch + 1}; the autoencoder keeps what it has learned.",
                cancellation
            );
        progress?.Report(FitProgress.Of(last, epochs, figures));
        return figures;
    }

    /// <summary>Prepares intensities as in training: binarised if training binarises.</summary>
    private float[] Prepare(ImageInput images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return ModelInputs.Prepare(Model, _config, images.ToIntensities(ImageShape));
    }

    /// <summary>The model, given a class if there is one.</summary>
    private GenerativeModel Given(int? label) => label is { } one ? Model.Given(one) : Model;

    /// <summary>The labels of images for the encoder; empty if one class is given for all.</summary>
    private ReadOnlyMemory<byte> Labels(ImageInput images, int? label) =>
        label is null && Model.IsConditional ? ClassCondition.Labels(Model, images.ToDataset(ImageShape)) : default;

    private Turn TakeTurn([CallerMemberName] string caller = "")
    {
        if (!_gate.TryEnter())
            throw new InvalidOperationException(
                $"{caller} was called while another thread used this autoencoder; await that first."
            );
        if (!_disposed)
            return new Turn(_gate);
        _gate.Exit();
        throw new ObjectDisposedException(nameof(Autoencoder));
    }

    /// <summary>Ends the use by one thread.</summary>
    private readonly struct Turn(Lock gate) : IDisposable
    {
        public void Dispose() => gate.Exit();
    }
}
