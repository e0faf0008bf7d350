using Elbo.Data;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Training;

/// <summary>Evaluates how well the clusters of a model agree with labels that it was not trained on.</summary>
public static class ClusteringEvaluator
{
    private const int BatchSize = 500;

    /// <summary>
    /// Accuracy with one cluster per class (<c>accuracy</c>), accuracy with each cluster assigned to its most frequent
    /// class (<c>purity</c>), normalised mutual information (NMI), adjusted Rand index (ARI) and the number of
    /// non-empty clusters. Empty if the model has no clusters or the images have no labels.
    /// </summary>
    /// <inheritdoc cref="Assign"/>
    public static IReadOnlyList<(string Name, double Value)> Evaluate(
        GenerativeModel model,
        ImageDataset images,
        ReadOnlySpan<int> indices,
        TrainerOptions options,
        Rng rng
    )
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(images);
        if (model.Prior is not IClusteringPrior || images.Labels is not { } labels || indices.IsEmpty)
            return [];
        int[] clusters = Assign(model, images, indices, options, rng);
        var classes = new int[indices.Length];
        for (int i = 0; i < classes.Length; i++)
            classes[i] = labels.Span[indices[i]];
        var metrics = ClusteringMetrics.Of(clusters, classes);
        return
        [
            ("accuracy", metrics.HungarianAccuracy),
            ("purity", metrics.MajorityAccuracy),
            ("nmi", metrics.NormalizedMutualInformation),
            ("ari", metrics.AdjustedRandIndex),
            ("clusters", metrics.Clusters),
        ];
    }

    /// <summary>A short description of a metric of <see cref="Evaluate"/>; empty for other metrics.</summary>
    public static string Describe(string figure) =>
        figure switch
        {
            "accuracy" => "best one-to-one matching of clusters and classes",
            "purity" => "accuracy if each cluster predicts its most frequent class",
            "nmi" => "normalised mutual information of clusters and classes",
            "ari" => "adjusted Rand index",
            "clusters" => "number of non-empty clusters",
            _ => "",
        };

    /// <summary>The most probable cluster of each image, from 0.</summary>
    /// <param name="model">A model with clusters.</param>
    /// <param name="images">The dataset.</param>
    /// <param name="indices">Indices of the images.</param>
    /// <param name="options">Binarisation, as in training.</param>
    /// <param name="rng">Random numbers for dynamic binarisation.</param>
    /// <exception cref="ArgumentException">
    /// The model has no clusters, the images have another shape, or an index is of none.
    /// </exception>
    public static int[] Assign(
        GenerativeModel model,
        ImageDataset images,
        ReadOnlySpan<int> indices,
        TrainerOptions options,
        Rng rng
    )
    {
        ArgumentNullException.ThrowIfNull(images);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(rng);
        var clustering = Inference.Clustering(model);
        HeldOutImages.RequireFor(model, images, indices);
        var clusters = new int[indices.Length];
        using var pause = model.Device.Tape.Pause();
        for (int start = 0; start < indices.Length; start += BatchSize)
        {
            var batch = indices.Slice(start, Math.Min(BatchSize, indices.Length - start));
            using var scope = model.Device.BeginStep();
            var stream = rng.Fork((ulong)start);
            var x = InputNoise.Binarize(
                model.Device.Images(images.Pixels.Span, batch, images.Shape.PixelCount),
                options.Binarize,
                stream
            );
            var context = new ForwardContext(stream, Training: false);
            var probabilities = clustering.ClusterProbabilities(x, model.Encode(x, context).Mean, context).Read();
            for (int i = 0; i < batch.Length; i++)
                clusters[start + i] = Inference.MostProbable(
                    probabilities.Slice(i * clustering.Clusters, clustering.Clusters)
                );
        }
        return clusters;
    }
}
