using System.Runtime.InteropServices;
using Elbo.Evaluation;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Studio.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Exploring;

namespace Elbo.Studio.Pages.Explore;

/// <summary>
/// A run that a page explores. It does two computations at once: pictures while the user drags, and what takes long.
/// </summary>
internal sealed class ExploredRun : IDisposable
{
    private readonly ModelLease _live;
    private readonly ModelLease _work;
    private readonly Lock _liveGate = new();
    private readonly Lock _workGate = new();
    private readonly int _threads;
    private EncodedSplit? _encoded;
    private EncodedImages? _training;
    private ScoreSample? _reference;
    private bool _isDisposed;

    private ExploredRun(string id, ModelLease live, ModelLease work, int threads)
    {
        (Id, _live, _work, _threads) = (id, live, work, threads);
        Model = live.Run.Model;
    }

    /// <summary>Identifier of the run.</summary>
    public string Id { get; }

    /// <summary>The model, for its properties.</summary>
    public GenerativeModel Model { get; }

    /// <summary>Number of latent dimensions.</summary>
    public int Dimensions => Model.LatentDim;

    /// <summary>Names of the classes of a conditional model; null for another.</summary>
    public IReadOnlyList<string>? Classes => Model.Options.Condition;

    /// <summary>Opens a run.</summary>
    /// <inheritdoc cref="ModelPool.OpenAsync"/>
    public static async Task<ExploredRun> OpenAsync(ModelPool pool, string id, int threads)
    {
        var live = await pool.OpenAsync(id);
        try
        {
            return new ExploredRun(id, live, await pool.OpenAsync(id), threads);
        }
        catch
        {
            live.Dispose();
            throw;
        }
    }

    /// <summary>The expected image of a code as bytes (H, W, C).</summary>
    /// <param name="code">The code, (Z).</param>
    /// <param name="label">The class for a conditional model.</param>
    /// <exception cref="ArgumentException">The code has another length, or is not finite.</exception>
    public byte[] Decode(ReadOnlySpan<float> code, int label)
    {
        if (code.Length != Dimensions)
            throw new ArgumentException($"the code has {code.Length} numbers; the model needs {Dimensions}.");
        lock (_liveGate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            float[] image = Inference.Decode(_live.Run.Model.GivenOr(label), code);
            return Bitmap.FromImage(image, Model.ImageShape).Pixels.ToArray();
        }
    }

    /// <summary>The code in bytes of little-endian numbers, as browsers send it.</summary>
    public static ReadOnlySpan<float> Code(byte[] bytes) => MemoryMarshal.Cast<byte, float>(bytes);

    /// <summary>Computes with the run. Computations take turns.</summary>
    public T Work<T>(Func<LoadedRun, T> function)
    {
        lock (_workGate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            return function(_work.Run);
        }
    }

    /// <summary>The first images of a split with their codes; those of the last call are kept.</summary>
    public EncodedSplit Encode(string split, int points, IProgress<string> progress, CancellationToken cancellation) =>
        Work(run =>
        {
            if (_encoded is { } kept && kept.Split == split && kept.Points == points)
                return kept;
            progress.Report("Reading images");
            return _encoded = EncodedSplit.Of(run, split, points, progress, cancellation);
        });

    /// <summary>The training images with their codes, computed once.</summary>
    /// <exception cref="IOException">The images cannot be found or read.</exception>
    public EncodedImages Training(IProgress<string> progress, CancellationToken cancellation) =>
        Work(run =>
        {
            if (_training is { } kept)
                return kept;
            progress.Report("Reading images");
            var images = run.Data.Train;
            progress.Report($"Encoding {images.Count:N0} training images");
            return _training = EncodedImages.Of(run, images, cancellation);
        });

    /// <summary>Scores of training images that those of one image are compared with, computed once.</summary>
    public ScoreSample Reference(EncodedImages training, IProgress<string> progress, CancellationToken cancellation) =>
        Work(run =>
        {
            if (_reference is { } kept)
                return kept;
            progress.Report("Scoring training images for comparison");
            var options = ScoreOptions;
            var scorer = new ImageScorer(run, training, options, null, cancellation);
            return _reference = ScoreWorkflow.Reference(training.Images, scorer, options);
        });

    /// <summary>Options of scores: those of <c>elbo score</c> without options.</summary>
    public ScoreOptions ScoreOptions => new() { Threads = _threads };

    /// <summary>Number of threads; 0 means one per processor.</summary>
    public int Threads => _threads;

    /// <summary>Releases the run once what it computes has ended.</summary>
    public void Dispose() =>
        Task.Run(() =>
        {
            lock (_liveGate)
                lock (_workGate)
                {
                    if (_isDisposed)
                        return;
                    _isDisposed = true;
                    _live.Dispose();
                    _work.Dispose();
                }
        });
}

/// <summary>The first images of a split, with their codes and what each latent dimension does over them.</summary>
/// <param name="Split">Name of the split.</param>
/// <param name="Points">The most images that were asked for.</param>
/// <param name="Encoded">The images and codes.</param>
/// <param name="Total">Number of images of the split.</param>
/// <param name="Statistics">Means, deviations and KL divergences of the dimensions.</param>
internal sealed record EncodedSplit(
    string Split,
    int Points,
    EncodedImages Encoded,
    int Total,
    TraverseStatistics Statistics
)
{
    /// <summary>Encodes images.</summary>
    public static EncodedSplit Of(
        LoadedRun run,
        string split,
        int points,
        IProgress<string> progress,
        CancellationToken cancellation
    )
    {
        var all = run.Images(ImageChoice.OfSplit(split), cancellation);
        var images = all.Slice(0, (run.Config.Pictures with { LatentPoints = points }).PointsOf(all.Count));
        progress.Report($"Encoding {images.Count:N0} images");
        int dimensions = run.Model.LatentDim;
        float[] posteriors = Training.Runs.ModelInputs.Posteriors(
            run.Model,
            run.Config,
            images,
            images.Count,
            cancellation
        );
        return new(
            split,
            points,
            new EncodedImages(images, Inference.SplitPosterior(posteriors, dimensions).Means, dimensions),
            all.Count,
            TraverseStatistics.Of(
                posteriors,
                dimensions,
                run.Model.Options.Prior is Models.Priors.StandardNormalOptions
            )
        );
    }
}
