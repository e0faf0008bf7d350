using Elbo.Clustering;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Evaluating;

/// <summary>The computation of an <see cref="ModelEvaluation"/>.</summary>
internal sealed class RunEvaluation(
    LoadedRun run,
    ImageDataset images,
    EvaluateOptions options,
    IProgress<WorkflowProgress>? progress,
    CancellationToken cancellation
)
{
    /// <summary>Images that are processed together, which bounds the memory.</summary>
    private const int Piece = 1000;

    /// <summary>Maximum number of training images for classifiers.</summary>
    private const int MostLabelled = 10_000;

    /// <summary>Maximum number of images on either side of a Fréchet distance.</summary>
    private const int MostFrechet = 5_000;

    private const int Neighbours = 5;

    private readonly GenerativeModel _model = run.Model;
    private readonly Rng _rng = new Rng(options.Seed).Fork("evaluate");
    private readonly List<EvaluationFigure> _figures = [];
    private readonly List<string> _remarks = [];
    private readonly float[] _means = new float[images.Count * run.Model.LatentDim];
    private readonly float[] _deviations = new float[images.Count * run.Model.LatentDim];
    private readonly AnomalyFigures? _anomalies = AnomalyFigures.Of(run, images, options.Anomaly);
    private readonly ReadOnlyMemory<byte> _labels = ClassCondition.Labels(run.Model, images);
    private bool _binary = true;

    /// <summary>Whether the images are held out, so that classifiers can be trained on the training images.</summary>
    private bool IsHeldOut => options.Choice.Images is null && options.Choice.SplitName is "test" or "validation";

    private bool IsCrossEntropy => _model.Options.Likelihood.Decoder == DecoderKind.Bernoulli && !_binary;

    public ModelEvaluation Evaluate()
    {
        var estimates = AddLikelihood();
        var codes = LatentStatistics.Of(_means, _deviations, _model.LatentDim);
        AddCodes(codes);
        if (images.Labels is not null && IsHeldOut && run.Data.Train is { Labels: not null } train)
        {
            bool isOneClass = !train.Labels.Value.Span.ContainsAnyExcept(train.Labels.Value.Span[0]);
            if (!isOneClass)
                AddClassifiers(train);
            AddClusters();
            if (!isOneClass)
                AddFrechet(train);
            if (!run.Config.Classes.IsNone)
                _remarks.Add(
                    isOneClass
                        ? "the run was trained on one class, so there are no figures of classifiers."
                        : "the run was trained on some classes only. Classifiers know only these, and count images of "
                            + "others as errors."
                );
        }
        AddAnomalies(estimates);
        if (_model.IsConditional)
            _remarks.Add(
                "the model is conditional on the class y: bounds are of p(x|y), and codes need not say the class."
            );
        return new ModelEvaluation
        {
            Images = options.Choice.Subject,
            Count = images.Count,
            ImportanceSamples = options.ImportanceSamples,
            Seed = options.Seed,
            Figures = _figures,
            KlPerDimension = codes.KlPerDimension,
            Verdict = codes.Collapse.Verdict,
            Remarks = _remarks,
        };
    }

    private List<LikelihoodEstimate> AddLikelihood()
    {
        int pixels = images.Shape.PixelCount;
        var estimates = new List<LikelihoodEstimate>(images.Count);
        List<double> errors = [],
            similarities = [];
        for (int start = 0; start < images.Count; start += Piece)
        {
            var x = Prepared(start, Math.Min(Piece, images.Count - start));
            var labels = ClassCondition.Slice(_labels, start, x.Length / pixels);
            _binary &= !x.AsSpan().ContainsAnyExcept(0, 1);
            int first = start;
            estimates.AddRange(
                ImportanceSampling.Estimate(
                    _model,
                    x,
                    options.ImportanceSamples,
                    _rng.Fork("samples"),
                    labels,
                    Progress(
                        $"{images.Count:N0} images, {options.ImportanceSamples:N0} samples each",
                        done => (double)(first + done) / images.Count
                    ),
                    cancellation
                )
            );
            var (means, deviations) = Inference.SplitPosterior(
                Inference.EncodePosterior(_model, x, labels),
                _model.LatentDim
            );
            means.CopyTo(_means, start * _model.LatentDim);
            deviations.CopyTo(_deviations, start * _model.LatentDim);
            float[] reconstructions = Inference.Decode(_model, means, labels);
            errors.AddRange(ImageQuality.MeanSquaredError(x, reconstructions, pixels));
            similarities.AddRange(
                ImageQuality.StructuralSimilarity(
                    x,
                    reconstructions,
                    images.Shape.Channels,
                    images.Shape.Height,
                    images.Shape.Width,
                    options.Threads
                )
            );
        }
        AddLikelihood(estimates);
        AddMean("reconstruction", "mse", errors, "mean squared error of a pixel, intensities in [0, 1]");
        AddMean(
            "reconstruction",
            "psnr",
            [.. errors.Select(ImageQuality.PeakSignalToNoiseRatio)],
            "peak signal-to-noise ratio in dB, mean over the images"
        );
        AddMean(
            "reconstruction",
            "ssim",
            similarities,
            "structural similarity (Wang et al. 2004: Gaussian window of 11×11 pixels, σ 1.5)"
        );
        return estimates;
    }

    private void AddLikelihood(IReadOnlyList<LikelihoodEstimate> estimates)
    {
        const string Group = "likelihood";
        var likelihood = _model.Options.Likelihood;
        bool isDensity = likelihood.Decoder != DecoderKind.Bernoulli,
            isCrossEntropy = IsCrossEntropy;
        int samples = options.ImportanceSamples;
        AddMean(Group, "elbo", [.. estimates.Select(e => e.Bound)], "evidence lower bound, nats per image");
        AddMean(
            Group,
            "reconstruction",
            [.. estimates.Select(e => e.Reconstruction)],
            "E[−log p(x|z)], nats per image"
        );
        AddMean(Group, "kl", [.. estimates.Select(e => e.Divergence)], "KL(q(z|x) ‖ p(z)), nats per image");
        double[] values = [.. estimates.Select(e => e.LogLikelihood)];
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
                "the images are grey and the decoder is bernoulli, so these figures are cross-entropies of intensities: "
                    + "p(x|z) is not a distribution over grey images, and nothing here is a log-likelihood. Runs with "
                    + "--binarize dynamic have a true one."
            );
        else
        {
            // An intensity b/255 stands for an interval of that width, whose probability is the density times 1/255.
            double levels = isDensity ? Math.Log2(255) : 0;
            AddMean(
                Group,
                "bits-per-dimension",
                [.. values.Select(v => (-v / (images.Shape.PixelCount * Math.Log(2))) + levels)],
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
            [.. estimates.Select(e => e.EffectiveSamples)],
            $"effective number of the {samples:N0} samples; near 1, more are needed"
        );
    }

    private void AddCodes(LatentStatistics codes)
    {
        const string Group = "codes";
        Add(
            Group,
            "active-units",
            codes.ActiveUnits,
            $"of {_model.LatentDim} dimensions, whose mean varies over the images by more than 0.01 (Burda et al. 2016)"
        );
        Add(
            Group,
            "kl-standard-normal",
            codes.Kl,
            "mean KL(q(z|x) ‖ N(0, I)) in nats, the sum over the dimensions, exact"
        );
        Add(
            Group,
            "aggregate-kl",
            codes.AggregateKl,
            "KL of the Gaussian with the moments of the aggregate posterior from N(0, I), nats"
        );
        Add(
            Group,
            "total-correlation",
            codes.TotalCorrelation,
            "total correlation of that Gaussian in nats; 0 if dimensions are uncorrelated"
        );
    }

    private void AddClassifiers(ImageDataset train)
    {
        Report("classifiers of codes");
        var (rows, labels) = Labelled(train);
        byte[] given = ClassCondition.Pick(ClassCondition.Labels(_model, train), rows);
        float[] codes = Inference.Encode(_model, Prepared(train, rows), given);
        int dimensions = _model.LatentDim,
            classes = Math.Max(train.ClassNames.Count, images.ClassNames.Count);
        int[] truth = images.LabelIndices();
        string what = $"accuracy with the codes of {rows.Length:N0} training images";
        if (rows.Length > Neighbours)
            Add(
                "classes",
                "knn-accuracy",
                ClassificationMetrics.Accuracy(
                    new NearestNeighbourClassifier(codes, dimensions, labels, Neighbours).Predict(
                        _means,
                        options.Threads
                    ),
                    truth
                ),
                $"{what}, {Neighbours} nearest neighbours"
            );
        cancellation.ThrowIfCancellationRequested();
        Add(
            "classes",
            "logistic-accuracy",
            ClassificationMetrics.Accuracy(
                LogisticRegression.Fit(codes, dimensions, labels, classes).Predict(_means),
                truth
            ),
            $"{what}, logistic regression"
        );
    }

    private void AddClusters()
    {
        Report("clusters of codes");
        int[] truth = images.LabelIndices();
        int[] clusters;
        string what;
        if (_model.Prior is IClusteringPrior prior)
        {
            clusters = new int[images.Count];
            for (int start = 0; start < images.Count; start += Piece)
                Inference
                    .AssignClusters(_model, Prepared(start, Math.Min(Piece, images.Count - start)))
                    .CopyTo(clusters.AsSpan(start));
            what = $"the model's {prior.Clusters} clusters";
        }
        else
        {
            int count = Math.Min(images.Count, truth.Distinct().Count());
            clusters =
            [
                .. KMeans
                    .Fit(_means, _model.LatentDim, new KMeansOptions { Clusters = count }, _rng.Fork("k-means"))
                    .Labels,
            ];
            what = $"{count} clusters of codes by k-means";
        }
        var metrics = ClusteringMetrics.Of(clusters, truth);
        const string Group = "clusters";
        Add(Group, "cluster-accuracy", metrics.HungarianAccuracy, $"{what} and classes, best one-to-one matching");
        Add(Group, "cluster-purity", metrics.MajorityAccuracy, "each cluster predicts its most frequent class");
        Add(Group, "nmi", metrics.NormalizedMutualInformation, "normalised mutual information of clusters and classes");
        Add(Group, "ari", metrics.AdjustedRandIndex, "adjusted Rand index of clusters and classes");
    }

    private void AddFrechet(ImageDataset train)
    {
        const string Stage = "classifier of images";
        Report(Stage);
        var rng = _rng.Fork("frechet");
        var (rows, labels) = Labelled(train);
        float[] trainImages = Prepared(train, rows);
        var classifier = FeatureClassifier.Train(
            images.Shape,
            trainImages,
            labels,
            Math.Max(train.ClassNames.Count, images.ClassNames.Count),
            _model.Device,
            rng,
            new StageProgress(progress, Stage),
            cancellation
        );
        int count = Math.Min(Math.Min(MostFrechet, images.Count), rows.Length);
        Report("Fréchet distances");
        float[] real = Prepared(0, count);
        float[] features = classifier.FeaturesOf(real);
        // A conditional model generates as many images of each class as the real ones have.
        var given = ClassCondition.Slice(_labels, 0, count).ToArray();
        float[] generated = Inference.Decode(_model, Inference.SamplePrior(_model, count, rng.Fork("samples")), given);
        double Distance(ReadOnlySpan<float> others) =>
            FrechetDistance.Between(features, classifier.FeaturesOf(others), FeatureClassifier.Features);
        const string Group = "samples";
        string space = $"Fréchet distance of features, {count:N0} images";
        Add(Group, "frechet-generated", Distance(generated), $"{space}: generated from the prior; not a FID");
        Add(
            Group,
            "frechet-reconstructed",
            Distance(Inference.Decode(_model, _means.AsSpan(0, count * _model.LatentDim), given)),
            $"{space}: reconstructions"
        );
        Add(
            Group,
            "frechet-training",
            Distance(trainImages.AsSpan(0, count * images.Shape.PixelCount)),
            $"{space}: training images, what a perfect model would reach"
        );
        Add(
            Group,
            "feature-accuracy",
            ClassificationMetrics.Accuracy(classifier.Classify(real), images.LabelIndices().AsSpan(0, count)),
            "accuracy of the classifier whose features these are"
        );
    }

    private void AddAnomalies(IReadOnlyList<LikelihoodEstimate> estimates)
    {
        if (_anomalies is null)
            return;
        _figures.AddRange(_anomalies.Figures(estimates, IsCrossEntropy ? "importance-weighted bound" : "log p(x)"));
        if (_anomalies.Remark is { } remark)
            _remarks.Add(remark);
    }

    /// <summary>Random training images and their labels.</summary>
    private (int[] Rows, int[] Labels) Labelled(ImageDataset train)
    {
        int[] rows = [.. Enumerable.Range(0, train.Count)];
        _rng.Fork("labelled").Shuffle<int>(rows);
        if (rows.Length > MostLabelled)
            rows = rows[..MostLabelled];
        int[] labels = train.LabelIndices();
        return (rows, [.. rows.Select(i => labels[i])]);
    }

    private float[] Prepared(int start, int count) =>
        ModelInputs.Prepare(_model, run.Config, images.Slice(start, count).ToIntensities());

    private float[] Prepared(ImageDataset from, int[] rows) =>
        ModelInputs.Prepare(_model, run.Config, from.ToIntensities(rows));

    private void Add(string group, string name, double value, string meaning) =>
        _figures.Add(new EvaluationFigure(group, name, value, null, meaning));

    private void AddMean(string group, string name, IReadOnlyList<double> values, string meaning) =>
        _figures.Add(EvaluationFigure.Mean(group, name, values, meaning));

    private void Report(string stage)
    {
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new WorkflowProgress(stage, 0));
    }

    private SampleProgress Progress(string stage, Func<int, double> share) =>
        new SampleProgress(value => progress?.Report(new WorkflowProgress(stage, share(value))));

    /// <summary>Reports at once. <see cref="Progress{T}"/> would report later, on another thread.</summary>
    private sealed class SampleProgress(Action<int> report) : IProgress<int>
    {
        public void Report(int value) => report(value);
    }
}
