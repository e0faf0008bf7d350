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
    FactorTable? factors,
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
    private readonly AnomalyFigures? _anomalies = AnomalyFigures.Of(run, images, options.Anomaly);
    private readonly ReadOnlyMemory<byte> _labels = ClassCondition.Labels(run.Model, images);
    private float[] _means = [];

    /// <summary>Whether the images are held out, so that classifiers can be trained on the training images.</summary>
    private bool IsHeldOut => options.Choice.Images is null && options.Choice.SplitName is "test" or "validation";

    public ModelEvaluation Evaluate()
    {
        var own = new ImageFigures(_model, run.Config, images, options, progress, cancellation);
        _means = own.Means;
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
        if (factors is not null)
        {
            Report("disentanglement of codes");
            _figures.AddRange(DisentanglementFigures.Of(_means, _model.LatentDim, factors.Factors, options.Threads));
            _remarks.Add(factors.Remark);
        }
        if (_anomalies is not null)
        {
            _figures.AddRange(_anomalies.Figures(own.Estimates, own.Errors, own.Unexplained, own.Likelihood));
            if (_anomalies.Remark is { } remark)
                _remarks.Add(remark);
        }
        if (_model.IsConditional)
            _remarks.Add(
                "the model is conditional on the class y: bounds are of p(x|y), and codes need not say the class."
            );
        return own.ToEvaluation(options, _figures, _remarks);
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
        byte[] given = ClassCondition.Slice(_labels, 0, count).ToArray();
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

    private void Report(string stage)
    {
        cancellation.ThrowIfCancellationRequested();
        progress?.Report(new WorkflowProgress(stage, 0));
    }
}
