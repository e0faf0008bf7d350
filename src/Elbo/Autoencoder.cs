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
/// <see cref="ImageInput"/>; files and folders of images too. Results are images (N, C, H, W) as floats in [0, 1], and
/// codes (N, latent dimensions), as <see cref="FloatRows"/>.
/// </para>
/// <para>
/// Any number of threads may use one instance at once, except during <see cref="Fit"/>: then only its own thread may,
/// such as a progress callback that shows intermediate results, and other threads get an
/// <see cref="InvalidOperationException"/>. Results are the same bits on any thread.
/// </para>
/// </remarks>
public sealed partial class Autoencoder : IDisposable
{
    private readonly UsageGate _gate = new("autoencoder");
    private readonly Lock _evaluation = new();
    private readonly Device? _ownDevice;
    private readonly ModelWorkspaces _workspaces;
    private RunConfig _config;
    private int _fits;

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
        _workspaces = new ModelWorkspaces(Model);
    }

    private Autoencoder(GenerativeModel model, RunConfig config, Device? ownDevice)
    {
        (Model, _config, _ownDevice) = (model, config with { ModelOptions = model.Options }, ownDevice);
        _workspaces = new ModelWorkspaces(model);
    }

    /// <summary>The underlying model, for operations that this class does not offer, on one thread at a time.</summary>
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
        using var turn = _gate.Change(nameof(Fit));
        var train = Dataset(images, cancellation);
        HeldOutImages[] heldOut = validation is null
            ? []
            : [HeldOutImages.All("validation", Dataset(validation, cancellation))];
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
        using var turn = _gate.Use(nameof(Evaluate));
        var dataset = Dataset(images, cancellation);
        // The objective may depend on the stage that training has reached, which only the trained model knows.
        lock (_evaluation)
            return TrainingLoop.Evaluate(
                Model,
                HeldOutImages.All("test", dataset),
                _config,
                new Rng(_config.Seed),
                cancellation
            );
    }

    /// <summary>Runs <see cref="Evaluate"/> on another thread.</summary>
    /// <inheritdoc cref="Evaluate"/>
    public Task<EpochMetrics> EvaluateAsync(ImageInput images, CancellationToken cancellation = default) =>
        Task.Run(() => Evaluate(images, cancellation), cancellation);

    /// <summary>
    /// Releases the model, and the device unless the caller supplied it. Waits for running calls of other threads.
    /// </summary>
    public void Dispose()
    {
        if (!_gate.Close())
            return;
        _workspaces.Dispose();
        _ownDevice?.Dispose();
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

    private ImageDataset Dataset(ImageInput images, CancellationToken cancellation = default) =>
        images.ToDataset(ImageShape, _config.DatasetOptions, cancellation);
}
