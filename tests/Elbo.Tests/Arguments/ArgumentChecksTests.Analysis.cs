using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Projection;
using Elbo.Sampling;
using Elbo.Selection;

namespace Elbo.Tests.Arguments;

/// <content>Evaluation, clustering, projection, sampling and selection.</content>
public sealed partial class ArgumentChecksTests
{
    private static readonly int[] Labels = [0, 1, 0, 1, 0, 1, 0, 1];

    private static Row[] OfEvaluation =>
        [
            Wrong(
                "images of two lengths",
                _ => ImageQuality.MeanSquaredError(Points, Points.AsSpan(1), 4),
                "16 and 15",
                "4 values"
            ),
            Wrong("no pixels", _ => ImageQuality.UnexplainedVariance(Points, Points, 0), "0 values"),
            Wrong("size 0", _ => ImageQuality.StructuralSimilarity(Points, Points, 1, 0, 4), "1x0x4", "1 or more"),
            Wrong(
                "size that overflows",
                _ => ImageQuality.StructuralSimilarity(Points, Points, 1, 65_536, 65_536),
                "1x65536x65536"
            ),
            OutOfRange(
                "threads negative",
                _ => ImageQuality.StructuralSimilarity(Points, Points, 1, 2, 2, -1),
                "threads is -1",
                "0, one per processor"
            ),
            OutOfRange("error negative", _ => ImageQuality.PeakSignalToNoiseRatio(-1), "'-1'"),
            Wrong("clusters of another number", _ => ClusteringMetrics.Of([0, 1], [0]), "2 clusters and 1 classes"),
            Wrong("no points", _ => ClusteringMetrics.Of([], []), "no points"),
            Wrong("no predictions", _ => ClassificationMetrics.Accuracy([], []), "0 predicted"),
            Wrong("scores NaN", _ => RankingMetrics.AreaUnderRoc([double.NaN, 1], [true, false]), "score 0 is NaN"),
            Wrong(
                "only positives",
                _ => RankingMetrics.AveragePrecision([1, 2], [true, true]),
                "2 positive and 0 negative"
            ),
            Wrong("no scores", _ => new ScoreSample([]), "no scores"),
            OutOfRange("quantile 2", _ => new ScoreSample([1]).Quantile(2), "quantile 2", "0 to 1"),
            Wrong("points NaN", _ => LogisticRegression.Fit(With(float.NaN), 2, Labels, 2), "value 5 is NaN", "finite"),
            Wrong("labels of another number", _ => LogisticRegression.Fit(Points, 2, [0], 2), "1 labels with 8 points"),
            Wrong(
                "label that does not exist",
                _ => LogisticRegression.Fit(Points, 2, [0, 1, 0, 1, 0, 1, 0, 2], 2),
                "label 2",
                "0 to 1"
            ),
            Wrong(
                "classes that overflow",
                _ => LogisticRegression.Fit(Points, 2, Labels, int.MaxValue),
                "2147483647 classes",
                "at most"
            ),
            Wrong(
                "points to predict NaN",
                _ => LogisticRegression.Fit(Points, 2, Labels, 2).Predict([float.NaN, 0]),
                "value 0 is NaN",
                "finite"
            ),
            Wrong(
                "neighbours of NaN",
                _ => new NearestNeighbourClassifier(With(float.NaN), 2, Labels),
                "value 5 is NaN",
                "finite"
            ),
            Wrong("no neighbours", _ => new NearestNeighbourClassifier(Points, 2, Labels, 0), "0 neighbours", "1 to 8"),
            Wrong(
                "query NaN",
                _ => new NearestNeighbourClassifier(Points, 2, Labels).Predict([float.NaN, 0]),
                "value 0 is NaN"
            ),
            OutOfRange(
                "threads of queries negative",
                _ => new NearestNeighbourClassifier(Points, 2, Labels).Predict(Points, -1),
                "threads is -1"
            ),
            Wrong("silhouette of one cluster", _ => Silhouette.Mean(Points, 2, new int[8]), "1 clusters", "from 2"),
            OutOfRange(
                "threads of a silhouette negative",
                _ => Silhouette.Mean(Points, 2, Labels, -2),
                "threads is -2"
            ),
            Wrong(
                "codes of one dimension",
                _ => Disentanglement.MutualInformationGap(Points, 1, new int[16], 1),
                "1 dimension",
                "at least 2"
            ),
            OutOfRange(
                "no bins",
                _ => Disentanglement.MutualInformationGap(Points, 2, Labels, 1, 0),
                "0 bins",
                "from 1"
            ),
            OutOfRange(
                "bins that overflow",
                _ => Disentanglement.MutualInformationGap(Points, 2, Labels, 1, int.MaxValue),
                "2147483647 bins"
            ),
            OutOfRange(
                "undefined kind of factors",
                _ => Disentanglement.SeparatedAttributePredictability(Points, 2, Labels, 1, (FactorKind)99),
                "kind is 99",
                "Continuous"
            ),
            Wrong(
                "constant factors",
                _ => Disentanglement.SeparatedAttributePredictability(Points, 2, new int[8], 1),
                "same value"
            ),
            Null("ratings", _ => new FactorGap(0, null!)),
            Wrong("one rating", _ => new FactorGap(0, [1]), "1 ratings", "at least 2"),
            Wrong("deviation 0", _ => LatentStatistics.Of(Points, new float[16], 2), "deviation 0", "positive"),
            OutOfRange("more units than dimensions", _ => PosteriorCollapse.Of(3, 2, 1), "'3'"),
            OutOfRange("divergence NaN", _ => PosteriorCollapse.Of(1, 2, double.NaN), "kl is NaN"),
            Wrong("distance of NaN", _ => FrechetDistance.Between(With(float.NaN), Points, 2), "NaN"),
        ];

    private static Row[] OfClustering =>
        [
            Wrong(
                "more clusters than points",
                _ => KMeans.Fit(Points, 2, new KMeansOptions { Clusters = 9 }, new Rng(0)),
                "9 clusters of 8 points"
            ),
            Wrong(
                "points NaN",
                _ => KMeans.Fit(With(float.NaN), 2, new KMeansOptions { Clusters = 2 }, new Rng(0)),
                "is NaN",
                "finite"
            ),
            Null("rng", _ => KMeans.Fit(Points, 2, new KMeansOptions { Clusters = 2 }, null!)),
            Wrong("dimensions 0", _ => Dbscan.Fit(Points, 0), "0 dimensions"),
            Wrong(
                "eps NaN",
                _ => Dbscan.Fit(Points, 2, new DbscanOptions { Eps = double.NaN }),
                "eps is NaN",
                "more than 0"
            ),
            OutOfRange(
                "undefined covariance",
                _ => GaussianMixture.Fit(Points, 2, new() { Components = 2, Covariance = (Covariance)99 }, new Rng(0)),
                "99"
            ),
            Wrong(
                "density of NaN",
                _ => GaussianMixture.Fit(Points, 2, new() { Components = 2 }, new Rng(0)).LogDensity([float.NaN, 0]),
                "NaN"
            ),
            OutOfRange("neighbour −1", _ => NeighbourDistances.Of(Points, 2, -1), "'-1'"),
            OutOfRange(
                "threads negative",
                _ => NeighbourDistances.Of(Points, 2, 1, -1),
                "threads is -1",
                "0, one per processor"
            ),
            Wrong("no distances", _ => NeighbourDistances.Knee([]), "no distances"),
            Wrong("distance NaN", _ => NeighbourDistances.Knee([0, double.NaN]), "distance 1 is NaN", "finite"),
            Wrong("distances out of order", _ => NeighbourDistances.Knee([2, 1]), "distance 1 is 1", "increasing"),
            Wrong("one point", _ => Pca.Fit([1, 2], 2, 1), "1 points", "at least 2"),
            Wrong("three components of two", _ => Pca.Fit(Points, 2, 3), "3 components", "1 to 2"),
            OutOfRange(
                "undefined projection",
                _ => PlaneProjection.Create((ProjectionMethod)99, Points, 2),
                "method is 99",
                "Pca, Tsne"
            ),
            Wrong("perplexity of few points", _ => TSne.Fit(Points, 2), "perplexity is 30", "2 at most"),
            Wrong("bandwidth 0", _ => new KernelDensity(Points, 2, 0), "bandwidth is 0", "more than 0"),
            Wrong(
                "position of another length",
                _ => new KernelDensity(Points, 2).LogDensity([1f]),
                "1 dimensions",
                "2"
            ),
            Null("logDensity", _ => EnsembleSampler.Run(null!, new double[8], 2, null, new Rng(0))),
            Wrong(
                "odd walkers",
                _ => EnsembleSampler.Run(p => 0, new double[10], 2, null, new Rng(0)),
                "5 walkers",
                "4 or more"
            ),
            Wrong(
                "steps that overflow",
                _ => EnsembleSampler.Run(p => 0, new double[8], 2, new() { Steps = int.MaxValue }, new Rng(0)),
                "2147483647 steps"
            ),
            OutOfRange(
                "step that is not there",
                _ =>
                    EnsembleSampler
                        .Run(p => 0, [0, 0, 1, 0, 0, 1, 1, 1], 2, new() { Steps = 2, BurnIn = 0 }, new Rng(0))
                        .Position(2, 0),
                "step is 2",
                "0 to 1"
            ),
        ];

    private static Row[] OfSelection =>
        [
            Wrong("no codes", _ => new SelectionPool(default, 2), "0 numbers"),
            Wrong("code NaN", _ => new SelectionPool(With(float.NaN), 2), "is NaN", "finite"),
            Wrong(
                "labelled image that is not there",
                _ => new SelectionPool(Points, 2) { Labelled = [8] },
                "image 8",
                "0 to 7"
            ),
            Null("value", _ => new SelectionPool(Points, 2) { Labelled = null! }),
            Wrong(
                "contents of another number",
                _ => new SelectionPool(Points, 2) { Contents = [1] },
                "1 images with 8 codes"
            ),
            OutOfRange("threads negative", _ => new SelectionPool(Points, 2) { Threads = -1 }, "'-1'"),
            OutOfRange("code that is not there", _ => new SelectionPool(Points, 2).Code(8), "index is 8", "0 to 7"),
            OutOfRange(
                "code that overflows",
                _ => new SelectionPool(Points, 2).Code(int.MinValue),
                "index is -2147483648"
            ),
            OutOfRange("label of no image", _ => new SelectionPool(Points, 2).IsLabelled(-1), "index is -1"),
            OutOfRange(
                "budget 0",
                _ => new RandomSelection().Select(new SelectionPool(Points, 2), 0, new Rng(0)),
                "budget is 0",
                "from 1 to 8"
            ),
            OutOfRange(
                "budget of more than all",
                _ => new KCenterGreedy().Select(new SelectionPool(Points, 2), 9, new Rng(0)),
                "budget is 9"
            ),
            Null("pool", _ => new RandomSelection().Select(null!, 1, new Rng(0))),
            Null("task", _ => new FacilityLocation().Choose(null!)),
            Null("task", _ => new VoteMi().Choose(null!)),
            Wrong(
                "bandwidth NaN",
                _ => new MaxHerding(new() { Bandwidth = double.NaN }).Validate(),
                "bandwidth is NaN",
                "positive"
            ),
            Wrong("unknown strategy", _ => SelectionCatalog.Get("randm"), "'randm'", "Did you mean random?"),
            Wrong(
                "option of another strategy",
                _ => SelectionCatalog.Get("random").Create(new Dictionary<string, double> { ["restarts"] = 1 }),
                "restarts"
            ),
            Wrong("images of two sizes", _ => MutualInformation.Of([1, 0], [1]), "2 and 1 pixels"),
            Wrong(
                "intensity NaN",
                _ => MutualInformation.Of([1, 0], [float.NaN, 0]),
                "value 0 is NaN",
                "intensities must be finite"
            ),
        ];
}
