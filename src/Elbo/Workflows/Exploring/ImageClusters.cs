using System.Globalization;
using Elbo.Clustering;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Training.Runs;
using Elbo.Workflows.Reports;

namespace Elbo.Workflows.Exploring;

/// <summary>The cluster of each of a run's images.</summary>
/// <param name="Labels">The cluster of each image, from 0; −1 for noise.</param>
/// <param name="Count">Number of clusters.</param>
/// <param name="Column">Name of the scores: <c>distance</c>, <c>probability</c>, or empty for none.</param>
/// <param name="Scores">
/// The distance of each code from its centre, or the probability of its cluster; empty for none.
/// </param>
/// <param name="Caption">How the clusters were found, in a line.</param>
internal sealed record ImageClusters(int[] Labels, int Count, string Column, double[] Scores, string Caption)
{
    private const int MostClusters = 20;

    /// <summary>Names of the clusters; only those of a model have any.</summary>
    public ClusterNames Names { get; private init; } = ClusterNames.None(Count);

    /// <summary>
    /// Maximum number of codes from which the number of clusters is chosen: a silhouette takes quadratic time.
    /// </summary>
    private const int MostForChoice = 3_000;

    /// <summary>Clusters codes by a method.</summary>
    /// <param name="run">The run.</param>
    /// <param name="images">The images.</param>
    /// <param name="method">The method.</param>
    /// <param name="options">Options of the methods.</param>
    /// <param name="cancellation">Cancels the computation.</param>
    public static ImageClusters Find(
        LoadedRun run,
        EncodedImages images,
        ClusterMethod method,
        ClusterOptions options,
        CancellationToken cancellation
    )
    {
        return method switch
        {
            ClusterMethod.Model => ByModel(run, images.Images, cancellation),
            ClusterMethod.Dbscan => ByDbscan(images, options, cancellation),
            ClusterMethod.Mixture => ByMixture(images, options, cancellation),
            _ => ByKMeans(images, options, cancellation),
        };
    }

    /// <summary>The mean code of each cluster, (<see cref="Count"/>, Z); NaN for an empty cluster.</summary>
    public double[] Centers(EncodedImages images)
    {
        double[] centers = new double[Count * images.Dimensions];
        for (int i = 0; i < Labels.Length; i++)
        {
            if (Labels[i] < 0)
                continue;
            var center = centers.AsSpan(Labels[i] * images.Dimensions);
            var code = images.Code(i);
            for (int d = 0; d < code.Length; d++)
                center[d] += code[d];
        }
        int[] sizes = Sizes();
        for (int k = 0; k < centers.Length; k++)
            centers[k] /= sizes[k / images.Dimensions];
        return centers;
    }

    /// <summary>Number of images in each cluster.</summary>
    public int[] Sizes()
    {
        int[] sizes = new int[Count];
        foreach (int label in Labels)
            if (label >= 0)
                sizes[label]++;
        return sizes;
    }

    private static ImageClusters ByModel(LoadedRun run, ImageDataset images, CancellationToken cancellation)
    {
        int clusters = Inference.Clustering(run.Model).Clusters;
        float[] all = ModelInputs.ClusterProbabilities(run.Model, run.Config, images, images.Count, cancellation);
        int[] labels = new int[images.Count];
        double[] probabilities = new double[images.Count];
        for (int i = 0; i < labels.Length; i++)
        {
            var row = all.AsSpan(i * clusters, clusters);
            labels[i] = Inference.MostProbable(row);
            probabilities[i] = row[labels[i]];
        }
        return new(labels, clusters, "probability", probabilities, $"{Plural(clusters)} of the model's prior")
        {
            Names = ClusterNames.Load(run.Folder, clusters),
        };
    }

    private static ImageClusters ByDbscan(EncodedImages images, ClusterOptions options, CancellationToken cancellation)
    {
        var found = Dbscan.Fit(
            images.Codes,
            images.Dimensions,
            new DbscanOptions
            {
                Eps = options.Eps,
                MinSamples = options.MinSamples,
                Threads = options.Threads,
            },
            cancellation
        );
        double noise = found.Labels.Count(label => label == Dbscan.Noise) / (double)found.Labels.Length;
        string from = options.Eps is null ? ", the knee of the distances to the neighbours" : "";
        return new(
            found.Labels,
            found.Clusters,
            "",
            [],
            Invariant(
                $"{Plural(found.Clusters)} by DBSCAN with eps {found.Eps:G4}{from}, and min-samples {options.MinSamples}; {100 * noise:F1} % noise"
            )
        );
    }

    private static ImageClusters ByKMeans(EncodedImages images, ClusterOptions options, CancellationToken cancellation)
    {
        var rng = new Rng(options.Seed).Fork("k-means");
        var fit = new KMeansOptions { Threads = options.Threads };
        var (clusters, reason) = Choose(
            images,
            options,
            (sample, k) =>
            {
                // Fewer restarts than for the result: neighbouring K are compared, not single fits.
                int[] labels = KMeans
                    .Fit(
                        sample,
                        images.Dimensions,
                        fit with
                        {
                            Clusters = k,
                            Restarts = 3,
                        },
                        rng.Fork((ulong)k),
                        cancellation
                    )
                    .Labels;
                return labels.Distinct().Count() < 2
                    ? double.NegativeInfinity
                    : Silhouette.Mean(sample, images.Dimensions, labels, options.Threads);
            },
            value => $"the largest silhouette, {value:F3}"
        );
        var result = KMeans.Fit(images.Codes, images.Dimensions, fit with { Clusters = clusters }, rng, cancellation);
        double[] distances = new double[result.Labels.Length];
        for (int i = 0; i < distances.Length; i++)
            distances[i] = images.Distance(
                i,
                result.Centers.AsSpan(result.Labels[i] * images.Dimensions, images.Dimensions)
            );
        return new(result.Labels, clusters, "distance", distances, $"{Plural(clusters)} by k-means{reason}");
    }

    private static ImageClusters ByMixture(EncodedImages images, ClusterOptions options, CancellationToken cancellation)
    {
        var rng = new Rng(options.Seed).Fork("mixture");
        var fit = new GaussianMixtureOptions { Threads = options.Threads };
        var (clusters, reason) = Choose(
            images,
            options,
            (sample, k) =>
                -BayesianInformation(
                    GaussianMixture.Fit(
                        sample,
                        images.Dimensions,
                        fit with
                        {
                            Components = k,
                        },
                        rng.Fork((ulong)k),
                        cancellation
                    ),
                    sample.Length / images.Dimensions
                ),
            value => $"the lowest BIC, {-value:F0}"
        );
        var mixture = GaussianMixture.Fit(
            images.Codes,
            images.Dimensions,
            fit with
            {
                Components = clusters,
                Restarts = 5,
            },
            rng,
            cancellation
        );
        int[] labels = mixture.Predict(images.Codes);
        double[] all = mixture.Responsibilities(images.Codes);
        double[] own = [.. labels.Select((k, i) => all[(i * clusters) + k])];
        return new(labels, clusters, "probability", own, $"{Plural(clusters)} by a Gaussian mixture{reason}");
    }

    /// <summary>
    /// Schwarz 1978: −2 log L + p log n, with p = K − 1 weights, K·d means and K·d(d + 1)/2 covariances.
    /// </summary>
    internal static double BayesianInformation(GaussianMixture mixture, int points)
    {
        double d = mixture.Dimensions,
            parameters = (mixture.Components * (1 + d + (d * (d + 1) / 2))) - 1;
        return (-2 * points * mixture.MeanLogLikelihood) + (parameters * Math.Log(points));
    }

    /// <summary>The number of clusters, and why, as the rest of a sentence.</summary>
    private static (int Clusters, string Reason) Choose(
        EncodedImages images,
        ClusterOptions options,
        Func<float[], int, double> score,
        Func<double, FormattableString> describe
    )
    {
        if (options.Clusters is { } given)
            return (given, "");
        int classes = images.Images.ClassNames.Count;
        if (images.Images.Labels is not null && classes <= images.Count)
            return (classes, ", as many as there are classes");
        var sample = Thinning.Evenly(images.Count, MostForChoice);
        float[] rows = images.Rows(sample);
        int most = Math.Min(MostClusters, sample.Count - 1);
        if (most < 2)
            return (1, $", because there {(images.Count == 1 ? "is one image" : $"are {images.Count} images")}");
        if (Enumerable.Range(1, images.Count - 1).All(i => images.Code(i).SequenceEqual(images.Code(0))))
            return (1, ", because all codes are equal");
        var (best, clusters) = (double.NegativeInfinity, 2);
        for (int k = 2; k <= most; k++)
            if (score(rows, k) is var value && value > best)
                (best, clusters) = (value, k);
        string basis = sample.Count < images.Count ? $", from {sample.Count:N0} of the codes" : "";
        return (clusters, $": of 2 to {most}, the number with {Invariant(describe(best))}{basis}");
    }

    private static string Plural(int clusters) => $"{clusters:N0} cluster{(clusters == 1 ? "" : "s")}";

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
