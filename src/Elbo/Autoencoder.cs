using System.Runtime.CompilerServices;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo;

/// <summary>
/// A variational autoencoder from its making to its use: fit, evaluate, encode, decode, reconstruct, generate, save,
/// load.
/// </summary>
/// <remarks>
/// <para>
/// It trains and evaluates as <c>elbo train</c> does: the same images, options and seed give the same bits. Images are
/// taken as an
/// <see cref="ImageDataset"/>, as bytes 0–255 or as floats in [0, 1]; see <see cref="ImageInput"/>. Images come out as
/// floats in [0, 1], (N, C·H·W), and
/// codes as (N, latent dimensions), both row-major.
/// </para>
/// <para>
/// One thread at a time may use it; another one that comes meanwhile gets an <see cref="InvalidOperationException"/>.
/// What is told of progress while
/// it fits may call <see cref="Encode"/> and its neighbours on the same thread, to show how far it has come.
/// </para>
/// </remarks>
public sealed class Autoencoder : IDisposable
{
    private readonly Lock _gate = new();
    private readonly Device? _ownDevice;
    private RunConfig _config;
    private int _fits;
    private bool _disposed;

    /// <summary>An autoencoder with first weights.</summary>
    /// <param name="options">What it is built from: those of any model in the <see cref="ModelCatalog"/>, such as
    /// <see cref="VaeOptions"/> or <see cref="CnnVaeOptions"/>.</param>
    /// <param name="imageShape">Size of one image.</param>
    /// <param name="seed">Decides first weights, the order of images, noise and latent samples.</param>
    /// <param name="device">What it computes on, which remains the caller's; null makes one on all processors, which
    /// <see cref="Dispose"/> frees.</param>
    /// <exception cref="ArgumentException">An option is out of range, or does not go with the images.</exception>
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

    /// <summary>The network, for what this class does not offer.</summary>
    public GenerativeModel Model { get; }

    /// <summary>What the network was built from.</summary>
    public ModelOptions Options => Model.Options;

    /// <summary>Size of one image.</summary>
    public ImageShape ImageShape => Model.ImageShape;

    /// <summary>Length of a code.</summary>
    public int LatentDim => Model.LatentDim;

    /// <summary>Number of trained numbers.</summary>
    public long ParameterCount => Model.Parameters.Count;

    /// <summary>
    /// Figures of every epoch of the last <see cref="Fit"/>, saved and loaded too: of the training images, and of the
    /// validation images where there were any.
    /// </summary>
    public IReadOnlyList<EpochMetrics> History { get; private set; } = [];

    /// <summary>
    /// Trains the network, from the weights it has and with a fresh optimiser. With early stopping it ends with the
    /// weights of the best epoch.
    /// </summary>
    /// <param name="images">What is trained on; floats are rounded to 256 levels.</param>
    /// <param name="options">How; null takes the defaults.</param>
    /// <param name="validation">What is evaluated after every epoch; null for nothing.</param>
    /// <param name="progress">Told after every step and every epoch; null for nobody.</param>
    /// <param name="cancellation">Ends training after the running step; the network keeps what it has learned so
    /// far.</param>
    /// <returns>The figures of every epoch, as in <see cref="History"/>.</returns>
    /// <exception cref="ArgumentException">An option is out of range, there are no images, or they are of another
    /// shape.</exception>
    /// <exception cref="TrainingFailedException">The loss is not a finite number.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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
                $"early-stopping is {options.EarlyStopping}; it watches the loss of validation images, and none came.",
                nameof(options)
            );
        // The first fit has the chance of the command line, each further one its own.
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

    /// <summary><see cref="Fit"/> on another thread, where progress is told too.</summary>
    /// <inheritdoc cref="Fit"/>
    public Task<IReadOnlyList<EpochMetrics>> FitAsync(
        ImageInput images,
        FitOptions? options = null,
        ImageInput? validation = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellation = default
    ) => Task.Run(() => Fit(images, options, validation, progress, cancellation), cancellation);

    /// <summary>
    /// The mean loss and its terms, nats per image: one latent sample each, no dropout, no noise, with the β of the
    /// last <see cref="Fit"/>.
    /// </summary>
    /// <param name="images">At least one; floats are rounded to 256 levels.</param>
    /// <param name="cancellation">Ends the work early.</param>
    /// <exception cref="ArgumentException">There are no images, or they are of another shape.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
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

    /// <summary><see cref="Evaluate"/> on another thread.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public Task<EpochMetrics> EvaluateAsync(ImageInput images, CancellationToken cancellation = default) =>
        Task.Run(() => Evaluate(images, cancellation), cancellation);

    /// <summary>Means of q(z|x): (N, latent dimensions).</summary>
    /// <param name="images">Floats may lie outside [0, 1], as noisy images do.</param>
    /// <exception cref="ArgumentException">They are of another shape, or not a whole number of images.</exception>
    public float[] Encode(ImageInput images)
    {
        using var turn = TakeTurn();
        return Inference.Encode(Model, Prepare(images));
    }

    /// <summary>Expected images of codes: (N, C·H·W) in [0, 1].</summary>
    /// <param name="codes">(N, latent dimensions).</param>
    /// <exception cref="ArgumentException">The values are not a whole number of codes.</exception>
    public float[] Decode(ReadOnlySpan<float> codes)
    {
        using var turn = TakeTurn();
        return Inference.Decode(Model, codes);
    }

    /// <summary>What the decoder makes of the images' codes: (N, C·H·W) in [0, 1].</summary>
    /// <param name="images">Floats may lie outside [0, 1], as noisy images do.</param>
    /// <exception cref="ArgumentException">They are of another shape, or not a whole number of images.</exception>
    public float[] Reconstruct(ImageInput images)
    {
        using var turn = TakeTurn();
        return Inference.Reconstruct(Model, Prepare(images));
    }

    /// <summary>Images of codes drawn from the prior: (<paramref name="count"/>, C·H·W) in [0, 1].</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">Decides the codes, and the pixels where they are drawn.</param>
    /// <param name="sampled">Whether pixels are drawn from p(x|z) instead of showing its mean.</param>
    /// <param name="cluster">Of a model with clusters, the one that codes are drawn from, counted from 0; null draws
    /// from all.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is below 1, or there is no such
    /// cluster.</exception>
    /// <exception cref="ArgumentException">A cluster is asked for of a model without.</exception>
    public float[] Generate(int count, ulong seed = 0, bool sampled = false, int? cluster = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        using var turn = TakeTurn();
        var rng = new Rng(seed);
        float[] codes = cluster is { } k
            ? Inference.SampleCluster(Model, k, count, rng)
            : Inference.SamplePrior(Model, count, rng);
        return sampled ? Inference.DecodeSampled(Model, codes, rng.Fork("pixels")) : Inference.Decode(Model, codes);
    }

    /// <summary>
    /// How likely each image is of each cluster, p(y|w, z) at the means of its codes: (N, clusters), rows that sum to
    /// 1.
    /// </summary>
    /// <param name="images">Floats may lie outside [0, 1], as noisy images do.</param>
    /// <exception cref="ArgumentException">The model has no clusters, or the images are of another shape, or not a
    /// whole number of images.</exception>
    public float[] ClusterProbabilities(ImageInput images)
    {
        using var turn = TakeTurn();
        return Inference.ClusterProbabilities(Model, Prepare(images));
    }

    /// <summary>The likeliest cluster of each image, counted from 0; of equally likely ones the first.</summary>
    /// <inheritdoc cref="ClusterProbabilities"/>
    public int[] AssignClusters(ImageInput images)
    {
        using var turn = TakeTurn();
        return Inference.AssignClusters(Model, Prepare(images));
    }

    /// <summary>
    /// The images with noise, as <see cref="TrainerOptions.Noise"/> gives it to the encoder: (N, C·H·W), with
    /// <see cref="NoiseKind.Gaussian"/> also outside [0, 1].
    /// </summary>
    /// <param name="images">Clean ones.</param>
    /// <param name="kind">What noise.</param>
    /// <param name="factor">Its standard deviation, or the share of pixels that it changes; null takes the kind's usual
    /// one.</param>
    /// <param name="seed">Decides the noise.</param>
    /// <exception cref="ArgumentException">The images are of another shape, or the factor is out of range.</exception>
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
    /// Writes <c>model.safetensors</c>, <c>config.json</c> and, after a fit, <c>metrics.csv</c> into a folder, which is
    /// made when missing.
    /// </summary>
    /// <remarks>
    /// Files of an autoencoder saved there before are replaced. <see cref="Load"/> reads the folder, and so do commands
    /// such as <c>elbo generate</c>; those that show images of the dataset need it to be one of the catalog.
    /// </remarks>
    /// <param name="folder">The folder.</param>
    /// <exception cref="IOException">It cannot be written, or holds a run of <c>elbo train</c> with checkpoints, which
    /// these weights would not fit.</exception>
    public void Save(string folder)
    {
        using var turn = TakeTurn();
        var files = RunFolder.ForModel(folder);
        RunSettings.Save(_config, files);
        if (History.Count > 0)
            new MetricsTable(History).Save(files.Metrics);
        else
            File.Delete(files.Metrics);
        ModelFile.Save(Model, files.Model);
    }

    /// <summary>
    /// The autoencoder that <see cref="Save"/> wrote, or that of a run of <c>elbo train</c>, or of a single
    /// <c>model.safetensors</c>.
    /// </summary>
    /// <param name="path">The folder, or the file.</param>
    /// <param name="device">What it computes on, which remains the caller's; null makes one on all processors, which
    /// <see cref="Dispose"/> frees.</param>
    /// <exception cref="IOException">There is no such folder or file, or it cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or has no weights.</exception>
    public static Autoencoder Load(string path, Device? device = null)
    {
        if (File.Exists(path))
            return Open(path, new RunConfig(), [], device);
        var folder = RunFolder.Open(path);
        if (!File.Exists(folder.Model))
            throw new InvalidDataException(
                $"{path} has no weights: there is no {Path.GetFileName(folder.Model)} in it."
            );
        var config = RunSettings.Load(folder);
        IReadOnlyList<EpochMetrics> history = File.Exists(folder.Metrics) ? MetricsTable.Load(folder.Metrics).Rows : [];
        return Open(folder.Model, config, history, device);
    }

    private static Autoencoder Open(string file, RunConfig config, IReadOnlyList<EpochMetrics> history, Device? device)
    {
        var ownDevice = device is null ? new Device() : null;
        try
        {
            var model = ModelFile.Open(file, device ?? ownDevice!);
            return new Autoencoder(model, config, ownDevice) { History = history };
        }
        catch
        {
            ownDevice?.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Frees the network, and the device unless it was given; waits for what another thread is doing with it.
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
        FitProgress Told(StepProgress step, IReadOnlyList<EpochMetrics> figures) =>
            new(step.Epoch, epochs, step.Batch, step.Batches, step.Loss, step.ImagesPerSecond, figures);
        StepProgress last = default;
        Action<StepProgress>? stepped = progress is null ? null : step => progress.Report(Told(last = step, []));
        var figures =
            loop.RunEpoch(stepped, cancellation)
            ?? throw new OperationCanceledException(
                $"cancelled in epoch {loop.Epoch + 1}; the autoencoder keeps what it has learned.",
                cancellation
            );
        progress?.Report(Told(last, figures));
        return figures;
    }

    /// <summary>Intensities as the network was trained on them: binary where they were made so.</summary>
    private float[] Prepare(ImageInput images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return ModelInputs.Prepare(Model, _config, images.ToIntensities(ImageShape));
    }

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

    /// <summary>Ends one thread's use.</summary>
    private readonly struct Turn(Lock gate) : IDisposable
    {
        public void Dispose() => gate.Exit();
    }
}
