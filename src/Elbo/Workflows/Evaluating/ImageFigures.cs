using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Evaluating;

/// <summary>
/// The figures of an evaluation that need no labels: likelihood, reconstructions and codes of images.
/// </summary>
internal sealed class ImageFigures
{
    /// <summary>Images that are processed together, which bounds the memory.</summary>
    private const int Piece = 1000;

    private readonly GenerativeModel _model;
    private readonly ImageDataset _images;
    private readonly List<EvaluationFigure> _figures = [];
    private readonly List<string> _remarks = [];
    private readonly List<LikelihoodEstimate> _estimates = [];
    private readonly List<double> _errors = [];
    private readonly List<double> _unexplained = [];
    private readonly LatentStatistics _codes;
    private readonly bool _binary = true;

    /// <summary>Computes the figures. They are the same for any number of threads.</summary>
    /// <param name="model">The model.</param>
    /// <param name="config">Options of its run, which say how images are prepared.</param>
    /// <param name="images">2 or more images.</param>
    /// <param name="options">Number of samples, seed and threads.</param>
    /// <param name="progress">Receives progress.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    /// <exception cref="OperationCanceledException">The computation was cancelled.</exception>
    public ImageFigures(
        GenerativeModel model,
        RunConfig config,
        ImageDataset images,
        EvaluateOptions options,
        IProgress<WorkflowProgress>? progress,
        CancellationToken cancellation
    )
    {
        (_model, _images) = (model, images);
        Means = new float[images.Count * model.LatentDim];
        float[] deviations = new float[Means.Length];
        var rng = new Rng(options.Seed).Fork("evaluate").Fork("samples");
        int samples = options.ImportanceSamples;
        string stage = $"{images.Count:N0} images, {samples:N0} samples each";
        List<double> similarities = [];
        for (int start = 0; start < images.Count; start += Piece)
        {
            var some = images.Slice(start, Math.Min(Piece, images.Count - start));
            float[] x = ModelInputs.Prepare(model, config, some.ToIntensities());
            var labels = ClassCondition.Labels(model, some).Span;
            _binary &= !x.AsSpan().ContainsAnyExcept(0, 1);
            int first = start;
            var shares = new SampleProgress(done =>
                progress?.Report(new WorkflowProgress(stage, (double)(first + done) / images.Count))
            );
            _estimates.AddRange(ImportanceSampling.Estimate(model, x, samples, rng, labels, shares, cancellation));
            var (mean, deviation) = Inference.SplitPosterior(
                Inference.EncodePosterior(model, x, labels),
                model.LatentDim
            );
            mean.CopyTo(Means, start * model.LatentDim);
            deviation.CopyTo(deviations, start * model.LatentDim);
            float[] reconstructions = Inference.Decode(model, mean, labels);
            var shape = images.Shape;
            _errors.AddRange(ImageQuality.MeanSquaredError(x, reconstructions, shape.PixelCount));
            _unexplained.AddRange(ImageQuality.UnexplainedVariance(x, reconstructions, shape.PixelCount));
            similarities.AddRange(
                ImageQuality.StructuralSimilarity(
                    x,
                    reconstructions,
                    shape.Channels,
                    shape.Height,
                    shape.Width,
                    options.Threads
                )
            );
        }
        _codes = LatentStatistics.Of(Means, deviations, model.LatentDim);
        AddLikelihood(samples);
        AddReconstructions(similarities);
        AddCodes();
    }

    /// <summary>Means of q(z|x), (N, Z).</summary>
    public float[] Means { get; }

    /// <summary>Estimates of log p(x) and its terms, one per image.</summary>
    public IReadOnlyList<LikelihoodEstimate> Estimates => _estimates;

    /// <summary>Mean squared error of the reconstruction of each image.</summary>
    public IReadOnlyList<double> Errors => _errors;

    /// <summary>Fraction of the variance of each image that its reconstruction does not explain.</summary>
    public IReadOnlyList<double> Unexplained => _unexplained;

    /// <summary>What the importance-weighted bound is called for these images and this decoder.</summary>
    public string Likelihood => IsCrossEntropy ? "importance-weighted bound" : "log p(x)";

    private bool IsCrossEntropy => _model.Options.Likelihood.Decoder == DecoderKind.Bernoulli && !_binary;

    /// <summary>The evaluation with these figures and others.</summary>
    public ModelEvaluation ToEvaluation(
        EvaluateOptions options,
        IEnumerable<EvaluationFigure> more,
        IEnumerable<string> remarks
    ) =>
        new()
        {
            Images = options.Choice.Subject,
            Count = _images.Count,
            ImportanceSamples = options.ImportanceSamples,
            Seed = options.Seed,
            Figures = [.. _figures, .. more],
            KlPerDimension = _codes.KlPerDimension,
            Verdict = _codes.Collapse.Verdict,
            Remarks = [.. _remarks, .. remarks],
        };

    private void AddLikelihood(int samples)
    {
        const string Group = "likelihood";
        var likelihood = _model.Options.Likelihood;
        bool isDensity = likelihood.Decoder != DecoderKind.Bernoulli,
            isCrossEntropy = IsCrossEntropy;
        AddMean(Group, "elbo", [.. _estimates.Select(e => e.Bound)], "evidence lower bound, nats per image");
        AddMean(
            Group,
            "reconstruction",
            [.. _estimates.Select(e => e.Reconstruction)],
            "E[−log p(x|z)], nats per image"
        );
        AddMean(Group, "kl", [.. _estimates.Select(e => e.Divergence)], "KL(q(z|x) ‖ p(z)), nats per image");
        double[] values = [.. _estimates.Select(e => e.LogLikelihood)];
        AddMean(
            Group,
            isCrossEntropy ? "importance-bound" : "log-likelihood",
            values,
            isCrossEntropy
                ? $"importance-weighted bound with {samples:N0} samples, of the cross-entropy, nats per image"
                : $"log p(x) by importance sampling with {samples:N0} samples, nats per image"
        );
        if (isCrossEntropy)
            _remarks.Add(
                "the images are grey and the decoder is bernoulli, so these figures are cross-entropies of "
                    + "intensities: p(x|z) is not a distribution over grey images, and nothing here is a "
                    + "log-likelihood. Runs with --binarize dynamic have a true one."
            );
        else
        {
            // An intensity b/255 stands for an interval of that width, whose probability is the density times 1/255.
            double levels = isDensity ? Math.Log2(255) : 0;
            AddMean(
                Group,
                "bits-per-dimension",
                [.. values.Select(v => (-v / (_images.Shape.PixelCount * Math.Log(2))) + levels)],
                isDensity
                    ? "−log₂ of the density of a pixel, for 256 grey levels 1/255 apart"
                    : "−log₂ p(x) per pixel of binary images"
            );
            if (isDensity)
                _remarks.Add(
                    "p(x|z) is a density of intensities in [0, 1]: log p(x) can be positive, and can be compared only "
                        + "with densities of the same pixels and scale."
                );
        }
        AddMean(
            Group,
            "effective-samples",
            [.. _estimates.Select(e => e.EffectiveSamples)],
            $"effective number of the {samples:N0} samples; near 1, more are needed"
        );
    }

    private void AddReconstructions(IReadOnlyList<double> similarities)
    {
        const string Group = "reconstruction";
        AddMean(Group, "mse", _errors, "mean squared error of a pixel, intensities in [0, 1]");
        AddMean(
            Group,
            "unexplained-variance",
            _unexplained,
            "fraction of an image's variance that its reconstruction does not explain, mean over the images"
        );
        AddMean(
            Group,
            "psnr",
            [.. _errors.Select(ImageQuality.PeakSignalToNoiseRatio)],
            "peak signal-to-noise ratio in dB, mean over the images"
        );
        AddMean(
            Group,
            "ssim",
            similarities,
            "structural similarity (Wang et al. 2004: Gaussian window of 11×11 pixels, σ 1.5)"
        );
    }

    private void AddCodes()
    {
        const string Group = "codes";
        Add(
            Group,
            "active-units",
            _codes.ActiveUnits,
            $"of {_model.LatentDim} dimensions, whose mean varies over the images by more than 0.01 (Burda et al. 2016)"
        );
        Add(
            Group,
            "kl-standard-normal",
            _codes.Kl,
            "mean KL(q(z|x) ‖ N(0, I)) in nats, the sum over the dimensions, exact"
        );
        Add(
            Group,
            "aggregate-kl",
            _codes.AggregateKl,
            "KL of the Gaussian with the moments of the aggregate posterior from N(0, I), nats"
        );
        Add(
            Group,
            "total-correlation",
            _codes.TotalCorrelation,
            "total correlation of that Gaussian in nats; 0 if dimensions are uncorrelated"
        );
    }

    private void Add(string group, string name, double value, string meaning) =>
        _figures.Add(new EvaluationFigure(group, name, value, null, meaning));

    private void AddMean(string group, string name, IReadOnlyList<double> values, string meaning) =>
        _figures.Add(EvaluationFigure.Mean(group, name, values, meaning));

    /// <summary>Reports at once. <see cref="Progress{T}"/> would report later, on another thread.</summary>
    private sealed class SampleProgress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
