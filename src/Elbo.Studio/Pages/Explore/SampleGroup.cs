using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Studio.Layout;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Plots;

namespace Elbo.Studio.Pages.Explore;

/// <summary>Generated images of one cluster, or of the whole prior.</summary>
/// <param name="Name">What the codes are sampled from.</param>
/// <param name="Share">Fraction of the images of a split in the cluster; null if unknown.</param>
/// <param name="Pictures">The images as URLs.</param>
internal sealed record SampleGroup(string Name, double? Share, IReadOnlyList<string> Pictures)
{
    /// <summary>Number of images of a cluster.</summary>
    public const int OfCluster = 12;

    /// <summary>Number of images of a prior.</summary>
    public const int OfPrior = 48;

    /// <summary>Samples images as <c>elbo generate</c> does with the same seed.</summary>
    /// <param name="run">The run.</param>
    /// <param name="sampler">The prior, or a mixture fitted to codes; models with clusters have the prior.</param>
    /// <param name="label">For a conditional model: the class to decode as.</param>
    /// <param name="seed">Seed of the samples.</param>
    public static IReadOnlyList<SampleGroup> Draw(LoadedRun run, CodeSampler sampler, int label, ulong seed)
    {
        var model = run.Model.GivenOr(label);
        if (model.Prior is IClusteringPrior clustering && sampler == CodeSampler.Prior)
        {
            var names = ClusterNames.Load(run.Folder, clustering.Clusters);
            return
            [
                .. Enumerable
                    .Range(0, clustering.Clusters)
                    .Select(k => new SampleGroup(
                        names.Caption(k),
                        null,
                        Decode(model, Inference.SampleCluster(model, k, OfCluster, new Rng(seed)))
                    )),
            ];
        }
        var (codes, from) = GenerateWorkflow.Sample(
            run,
            new GenerateOptions { Sampler = sampler },
            OfPrior,
            new Rng(seed)
        );
        return [new SampleGroup($"Samples from {from}{model.AsClass}", null, Decode(model, codes))];
    }

    /// <summary>The fraction of images in each cluster.</summary>
    public static double[] Shares(LoadedRun run, EncodedImages images)
    {
        int[] assigned = new ClusterPictures(run.Folder, run.Model, run.Config, images.Images).Assign(images.Count);
        double[] shares = new double[Inference.Clustering(run.Model).Clusters];
        foreach (int cluster in assigned)
            shares[cluster] += 1.0 / images.Count;
        return shares;
    }

    private static string[] Decode(GenerativeModel model, float[] codes)
    {
        float[] images = Inference.Decode(model, codes);
        int size = model.ImageShape.PixelCount;
        return
        [
            .. Enumerable
                .Range(0, images.Length / size)
                .Select(i => PictureUrl.Of(images.AsSpan(i * size, size), model.ImageShape)),
        ];
    }
}
