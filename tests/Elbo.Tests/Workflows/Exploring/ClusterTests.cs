using System.Globalization;
using Elbo.Clustering;
using Elbo.Engine;
using Elbo.Evaluation;
using Elbo.Figures;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Workflows.Exploring;

/// <summary>A short run of a model whose prior has five clusters.</summary>
internal static class MixtureRun
{
    public static LoadedRun Train(string parent)
    {
        using var observer = new RecordingObserver();
        var network = GmvaeOptions.WithLayers(12) with
        {
            LatentDim = 4,
            Prior = new MixtureOptions
            {
                Clusters = 5,
                PretrainEpochs = 1,
                MixtureEpochs = 1,
            },
        };
        var config = SmallDigits.Config with { ModelOptions = network, Epochs = 3, Name = "clusters" };
        var run = TrainWorkflow.Start(config, parent, overwrite: false, TinyRun.Location, observer);
        return LoadedRun.Open(run.Path);
    }
}

/// <summary>What <c>elbo cluster</c> writes.</summary>
[Collection(TinyRunTests.Name)]
public sealed class ClusterTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_has_the_clusters_of_k_means_and_the_distances_from_the_centres()
    {
        var run = tiny.Loaded;
        var images = run.Data.Test;
        var summary = ClusterWorkflow.Run(run, Options(ClusterMethod.Kmeans) with { Clusters = 4, Seed = 3 });
        float[] codes = ModelInputs.Codes(run.Model, run.Config, images, images.Count);
        var expected = KMeans.Fit(codes, 2, new KMeansOptions { Clusters = 4 }, new Rng(3).Fork("k-means"));
        Assert.Equal(expected.Labels, summary.Assignment);
        string[][] rows = Rows("distance");
        Assert.Equal(images.Count, rows.Length);
        for (int i = 0; i < rows.Length; i++)
        {
            Assert.Equal(
                [$"{i}", "", $"{expected.Labels[i]}", images.ClassNames[images.Labels!.Value.Span[i]]],
                [rows[i][0], rows[i][1], rows[i][2], rows[i][4]]
            );
            double x = codes[2 * i] - expected.Centers[2 * expected.Labels[i]],
                y = codes[(2 * i) + 1] - expected.Centers[(2 * expected.Labels[i]) + 1];
            Assert.Equal(Math.Sqrt((x * x) + (y * y)), Number(rows[i][3]), 1e-5);
        }
        int[] classes = [.. images.Labels!.Value.ToArray().Select(label => (int)label)];
        Assert.Equal(ClusteringMetrics.Of(expected.Labels, classes), summary.Agreement);
        Assert.Null(summary.AgreementWithoutNoise);
        // Of 2,000 images, all: the limit is 5,000.
        Assert.Equal(Silhouette.Mean(codes, 2, expected.Labels), summary.Silhouette);
        Assert.Equal("4 clusters by k-means", summary.Caption);
        Assert.Equal(
            ["clusters.csv", "clusters.json", "contact-sheet.png", "scatter.pdf", "scatter.png", "scatter.svg"],
            RunFiles.Of(_folder.File("c")).Order(StringComparer.Ordinal)
        );
    }

    [Fact]
    public void The_mixture_has_the_probability_of_the_cluster_and_as_many_clusters_as_classes()
    {
        var run = tiny.Loaded;
        var summary = ClusterWorkflow.Run(run, Options(ClusterMethod.Mixture));
        Assert.Equal(
            (10, "10 clusters by a Gaussian mixture, as many as there are classes"),
            (summary.Clusters, summary.Caption)
        );
        float[] codes = ModelInputs.Codes(run.Model, run.Config, run.Data.Test, run.Data.Test.Count);
        var mixture = GaussianMixture.Fit(
            codes,
            2,
            new GaussianMixtureOptions { Components = 10, Restarts = 5 },
            new Rng(0).Fork("mixture")
        );
        double[] all = mixture.Responsibilities(codes);
        string[][] rows = Rows("probability");
        for (int i = 0; i < rows.Length; i++)
        {
            int cluster = int.Parse(rows[i][2], CultureInfo.InvariantCulture);
            Assert.Equal(all[(10 * i)..(10 * (i + 1))].Max(), all[(10 * i) + cluster]);
            Assert.Equal((float)all[(10 * i) + cluster], Number(rows[i][3]));
        }
    }

    [Fact]
    public void A_prior_with_clusters_is_the_default_method_and_gives_its_probabilities()
    {
        using var run = MixtureRun.Train(_folder.Path);
        var summary = ClusterWorkflow.Run(run, new ClusterOptions { Output = _folder.File("c") });
        var images = run.Data.Test;
        float[] intensities = images.ToIntensities();
        Assert.Equal(Inference.AssignClusters(run.Model, intensities), summary.Assignment);
        float[] all = Inference.ClusterProbabilities(run.Model, intensities);
        string[][] rows = Rows("probability");
        for (int i = 0; i < rows.Length; i++)
            Assert.Equal(all[(5 * i) + summary.Assignment[i]], Number(rows[i][3]));
        Assert.Equal("5 clusters of the model's prior", summary.Caption);
    }

    [Fact]
    public void Without_labels_the_number_of_clusters_has_the_best_score_of_2_to_20()
    {
        // Three groups of pictures that differ far more between groups than within them.
        for (int i = 0; i < 30; i++)
            Picture(
                $"p/{i:D2}.png",
                (x, y) =>
                    (byte)(
                        i % 3 == 0 ? x * 9
                        : i % 3 == 1 ? y * 9
                        : (27 - x) * 9
                    ),
                i
            );
        var options = Options(ClusterMethod.Kmeans) with { Choice = ImageChoice.OfPath(_folder.File("p")) };
        var summary = ClusterWorkflow.Run(tiny.Loaded, options);
        var codes = Inference.Encode(tiny.Loaded.Model, tiny.Loaded.Images(options.Choice).ToIntensities());
        double best = double.NegativeInfinity;
        int expected = 0;
        for (int k = 2; k <= 20; k++)
        {
            var fit = new KMeansOptions { Clusters = k, Restarts = 3 };
            int[] labels = KMeans.Fit(codes, 2, fit, new Rng(0).Fork("k-means").Fork((ulong)k)).Labels;
            if (labels.Distinct().Count() > 1 && Silhouette.Mean(codes, 2, labels) is var value && value > best)
                (best, expected) = (value, k);
        }
        Assert.Equal(expected, summary.Clusters);
        Assert.Equal(
            FormattableString.Invariant(
                $"{expected} clusters by k-means: of 2 to 20, the number with the largest silhouette, {best:F3}"
            ),
            summary.Caption
        );
        Assert.Null(summary.Agreement);
    }

    [Theory]
    [InlineData(ClusterMethod.Kmeans, "1 cluster by k-means, because all codes are equal")]
    [InlineData(ClusterMethod.Mixture, "1 cluster by a Gaussian mixture, because all codes are equal")]
    public void Equal_images_are_one_cluster(ClusterMethod method, string caption)
    {
        for (int i = 0; i < 30; i++)
            Picture($"p/{i:D2}.png", (x, y) => (byte)(x * y), 0);
        var options = Options(method) with { Choice = ImageChoice.OfPath(_folder.File("p")) };
        var summary = ClusterWorkflow.Run(tiny.Loaded, options);
        Assert.Equal((1, caption, null), (summary.Clusters, summary.Caption, summary.Silhouette));
    }

    [Fact]
    public void The_criterion_of_mixtures_counts_weights_means_and_covariances()
    {
        float[] points = [0, 0, 1, 0, 0, 1, 5, 5, 6, 5, 5, 6];
        var mixture = GaussianMixture.Fit(points, 2, new GaussianMixtureOptions { Components = 2 }, new Rng(1));
        Assert.Equal(
            (-2 * 6 * mixture.MeanLogLikelihood) + (11 * Math.Log(6)),
            ImageClusters.BayesianInformation(mixture, 6),
            12
        );
    }

    [Fact]
    public void Folders_have_the_original_files_byte_for_byte_and_noise_its_own_folder()
    {
        for (int i = 0; i < 20; i++)
            Picture($"p/{(i < 10 ? "a" : "b")}/{i % 10}.png", (x, y) => (byte)(i < 18 ? x * 9 : y * 9), i);
        var options = Options(ClusterMethod.Dbscan) with
        {
            Choice = ImageChoice.OfPath(_folder.File("p")),
            Eps = 0.05,
            MinSamples = 4,
            Folders = true,
        };
        var summary = ClusterWorkflow.Run(tiny.Loaded, options);
        var images = tiny.Loaded.Images(options.Choice);
        Assert.Contains(-1, summary.Assignment);
        Assert.NotNull(summary.AgreementWithoutNoise);
        foreach (var group in Enumerable.Range(0, 20).GroupBy(i => summary.Assignment[i]))
        {
            string folder = _folder.File($"c/images/{(group.Key < 0 ? "noise" : $"cluster-{group.Key:D2}")}");
            byte[][] expected = [.. group.Select(i => File.ReadAllBytes(images.FilePath(i)!))];
            byte[][] written = [.. Directory.EnumerateFiles(folder).Select(File.ReadAllBytes)];
            Assert.Equal(expected.Select(Convert.ToHexString).Order(), written.Select(Convert.ToHexString).Order());
        }
        Assert.Equal(
            summary.Assignment.Where(c => c >= 0).Append(-1).Distinct().Count(),
            Directory.GetDirectories(_folder.File("c/images")).Length
        );
    }

    [Fact]
    public void Images_that_are_no_files_are_written_as_PNGs()
    {
        var summary = ClusterWorkflow.Run(
            tiny.Loaded,
            Options(ClusterMethod.Kmeans) with
            {
                Clusters = 2,
                Folders = true,
            }
        );
        foreach (int i in (int[])[0, 7, 1999])
            Assert.Equal(
                tiny.Loaded.Data.Test.Image(i).ToArray(),
                ImageDecoder
                    .Read(_folder.File($"c/images/cluster-{summary.Assignment[i]:D2}/{i:D5}.png"))
                    .Pixels.ToArray()
            );
    }

    [Fact]
    public void What_does_not_suit_the_method_or_the_images_is_refused_before_anything_is_written()
    {
        Refused(
            "clusters is 2,001; there are 2,000 test images, and each cluster needs one.",
            Options(ClusterMethod.Kmeans) with
            {
                Clusters = 2001,
            }
        );
        Refused(
            "--clusters was given with --method dbscan; it is for kmeans and mixture.",
            Options(ClusterMethod.Dbscan) with
            {
                Clusters = 3,
            }
        );
        // Without a method, k-means is used.
        Refused("--eps was given with --method kmeans; it is for dbscan.", Options(null) with { Eps = 1 });
        Refused(
            $"{tiny.Folder.Path} is of vae, whose prior has no clusters; give --method kmeans, mixture or dbscan, or "
                + "train a model with --prior mixture or vade.",
            Options(ClusterMethod.Model)
        );
        Assert.False(Directory.Exists(_folder.File("c")));
    }

    [Fact]
    public void Only_a_folder_of_clusters_is_replaced_and_only_on_request()
    {
        var options = Options(ClusterMethod.Kmeans) with { Clusters = 2 };
        ClusterWorkflow.Run(tiny.Loaded, options);
        Assert.Throws<IOException>(() => ClusterWorkflow.Run(tiny.Loaded, options));
        ClusterWorkflow.Run(tiny.Loaded, options with { Overwrite = true });
        Directory.CreateDirectory(_folder.File("other"));
        File.WriteAllText(_folder.File("other/letter.txt"), "dear");
        Assert.Throws<IOException>(() =>
            ClusterWorkflow.Run(tiny.Loaded, options with { Output = _folder.File("other"), Overwrite = true })
        );
        Assert.True(File.Exists(_folder.File("other/letter.txt")));
    }

    [Theory]
    [InlineData(ClusterMethod.Kmeans)]
    [InlineData(ClusterMethod.Mixture)]
    [InlineData(ClusterMethod.Dbscan)]
    public void The_clusters_do_not_depend_on_the_number_of_threads(ClusterMethod method)
    {
        var one = ClusterWorkflow.Run(tiny.Loaded, Options(method) with { Threads = 1 });
        var three = ClusterWorkflow.Run(tiny.Loaded, Options(method) with { Threads = 3, Output = _folder.File("d") });
        Assert.Equal(RunFiles.Snapshot(one.Path), RunFiles.Snapshot(three.Path));
    }

    private ClusterOptions Options(ClusterMethod? method) => new() { Method = method, Output = _folder.File("c") };

    private void Refused(string message, ClusterOptions options) =>
        Assert.Equal(
            message,
            Assert.Throws<ArgumentException>(() => ClusterWorkflow.Run(tiny.Loaded, options)).Message
        );

    private string[][] Rows(string score)
    {
        string[] lines = File.ReadAllLines(_folder.File("c/clusters.csv"));
        Assert.Equal($"index,file,cluster,{score},label", lines[0]);
        return [.. lines.Skip(1).Select(line => line.Split(','))];
    }

    /// <summary>A PNG of 28×28, with one pixel that differs from picture to picture.</summary>
    private void Picture(string name, Func<int, int, byte> intensity, int number)
    {
        var picture = new Bitmap(28, 28, 1);
        for (int i = 0; i < 28 * 28; i++)
            picture[i % 28, i / 28] = intensity(i % 28, i / 28);
        picture[number % 28, 27] ^= 0x3F;
        picture.SavePng(_folder.File(name));
    }

    private static float Number(string cell) => float.Parse(cell, CultureInfo.InvariantCulture);
}
