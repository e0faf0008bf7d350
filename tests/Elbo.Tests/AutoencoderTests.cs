using Elbo.Data;
using Elbo.Engine;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Priors;
using Elbo.Tests.Workflows;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Plots;

namespace Elbo.Tests;

[Collection(TinyRunTests.Name)]
public partial class AutoencoderTests(TinyRun run)
{
    private static readonly FitOptions Quick = new()
    {
        Epochs = 2,
        BatchSize = 65,
        LearningRate = 5e-3f,
    };

    [Fact]
    public void It_learns_the_same_bytes_as_the_command_and_measures_the_same_loss()
    {
        var data = run.Loaded.Data;
        using var vae = new Autoencoder(TinyRun.Network, data.Train.Shape, TinyRun.Config.Seed);
        vae.Fit(data.Train, TinyRun.Config);
        using var folder = new TemporaryFolder();
        vae.Save(folder.Path);
        Assert.Equal(File.ReadAllBytes(run.Folder.Model), File.ReadAllBytes(folder.File("model.safetensors")));
        Assert.Equal([.. run.Epochs.Select(e => e[0].Loss)], vae.History.Select(r => r.Loss));
        Assert.Equal(run.Epochs[^1][1].Loss, vae.Evaluate(data.Test).Loss);
        Bits.AssertEqual(
            ModelInputs.Codes(run.Loaded.Model, run.Loaded.Config, data.Test, 50),
            vae.Encode(data.Test.Slice(0, 50))
        );
    }

    [Fact]
    public void A_run_of_the_command_is_loaded_by_its_folder_or_its_file()
    {
        var images = FewDigits.Test;
        float[] codes = Inference.Encode(run.Loaded.Model, images, FewDigits.First(images.Count));
        using var ofFolder = Autoencoder.Load(run.Folder.Path);
        using var ofFile = Autoencoder.Load(run.Folder.Model);
        Bits.AssertEqual(codes, ofFolder.Encode(images));
        Bits.AssertEqual(codes, ofFile.Encode(images));
        Assert.Equal(run.Epochs[^1][1].Loss, ofFolder.Evaluate(run.Loaded.Data.Test).Loss);
        Assert.Equal(4, ofFolder.History.Count);
    }

    [Fact]
    public void A_model_with_clusters_sorts_images_and_draws_of_one_cluster()
    {
        var digits = run.Loaded.Data;
        using var model = new Autoencoder(
            GmvaeOptions.WithLayers(12) with
            {
                LatentDim = 3,
                Prior = new MixtureOptions
                {
                    Clusters = 4,
                    PretrainEpochs = 1,
                    MixtureEpochs = 1,
                },
            },
            digits.Train.Shape,
            seed: 4
        );
        model.Fit(digits.Train, Quick with { Epochs = 4, BatchSize = 200 });
        float[] probabilities = model.ClusterProbabilities(digits.Test);
        int[] clusters = model.AssignClusters(digits.Test);
        Assert.Equal(digits.Test.Count, clusters.Length);
        Assert.True(clusters.Distinct().Count() > 1);
        for (int i = 0; i < clusters.Length; i++)
        {
            float[] row = probabilities[(i * 4)..((i + 1) * 4)];
            Assert.Equal(1, row.Sum(), 1e-5);
            Assert.Equal(row.Max(), row[clusters[i]]);
        }

        float[] codes = Inference.SampleCluster(model.Model, 2, 5, new Rng(9));
        Bits.AssertEqual(model.Decode(codes), model.Generate(5, seed: 9, cluster: 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => model.Generate(5, cluster: 4));
    }

    [Fact]
    public void A_model_without_clusters_says_so()
    {
        using var vae = Autoencoder.Load(run.Folder.Path);
        Assert.StartsWith(
            "the prior is standard-normal, which has no clusters.",
            Assert.Throws<ArgumentException>(() => vae.AssignClusters(FewDigits.Test)).Message
        );
        Assert.StartsWith(
            "the prior is standard-normal, which has no clusters.",
            Assert.Throws<ArgumentException>(() => vae.Generate(5, cluster: 0)).Message
        );
    }

    [Theory]
    [InlineData("vae")]
    [InlineData("cnn-vae")]
    public void What_is_saved_loads_to_the_same_bits(string model)
    {
        using var folder = new TemporaryFolder();
        using var vae = new Autoencoder(
            model == "vae"
                ? TinyRun.Network with
                {
                    LatentDim = 3,
                }
                : new CnnVaeOptions
                {
                    LatentDim = 3,
                    Network = new DcganOptions { Channels = [2, 3] },
                },
            FewDigits.Train.Shape,
            seed: 4
        );
        vae.Fit(FewDigits.Train, Quick with { Binarize = Binarization.Threshold }, validation: FewDigits.Test);
        vae.Save(folder.File("saved"));
        using var loaded = Autoencoder.Load(folder.File("saved"));
        Assert.Equal(
            ModelCatalog.Get(model).Write(vae.Options).ToJsonString(),
            ModelCatalog.Get(model).Write(loaded.Options).ToJsonString()
        );
        Assert.Equal(
            (vae.ImageShape, vae.LatentDim, vae.ParameterCount),
            (loaded.ImageShape, loaded.LatentDim, loaded.ParameterCount)
        );
        float[] codes = vae.Encode(FewDigits.Test);
        Bits.AssertEqual(codes, loaded.Encode(FewDigits.Test));
        Bits.AssertEqual(vae.Decode(codes), loaded.Decode(codes));
        Bits.AssertEqual(vae.Reconstruct(FewDigits.Test), loaded.Decode(codes));
        Assert.Equal(vae.Evaluate(FewDigits.Test).Loss, loaded.Evaluate(FewDigits.Test).Loss);
        Assert.Equal(["train", "validation", "train", "validation"], loaded.History.Select(r => r.Split));
    }

    [Fact]
    public void What_a_killed_process_was_replacing_is_loaded()
    {
        using var folder = new TemporaryFolder();
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        vae.Save(folder.Path);
        string old = folder.File($".saving-{Guid.NewGuid():N}.tmp/old");
        Directory.CreateDirectory(old);
        foreach (string name in (string[])["config.json", "model.safetensors"])
            File.Move(folder.File(name), Path.Combine(old, name));
        using var loaded = Autoencoder.Load(folder.Path);
        Assert.Equal(vae.Generate(1, seed: 3)[0].ToArray(), loaded.Generate(1, seed: 3)[0].ToArray());
        Assert.Empty(Directory.GetDirectories(folder.Path));
    }

    [Fact]
    public void Commands_use_what_is_saved()
    {
        using var folder = new TemporaryFolder();
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        vae.Fit(FewDigits.Train, Quick);
        vae.Save(folder.Path);
        using var loaded = LoadedRun.Open(folder.Path);
        GenerateWorkflow.Run(
            loaded,
            new GenerateOptions(),
            new GridOptions
            {
                Rows = 2,
                Columns = 2,
                Seed = 3,
                Separate = true,
            }
        );
        Assert.Equal(
            vae.Generate(4, seed: 3)[0].ToArray().Select(x => (byte)Math.Round(x * 255)),
            ImageDecoder.Read(folder.File("images/generate-random/00000.png")).Pixels
        );
        Assert.Equal(2_000, EmbedWorkflow.Run(loaded, ImageChoice.OfSplit("test"), null, overwrite: false).Count);
        Assert.True(File.Exists(PlotWorkflow.Run(loaded, new PlotOptions { Kind = PlotKind.Curves }).Path));
    }

    [Fact]
    public void Images_of_no_catalog_are_generated_but_not_looked_for()
    {
        using var folder = new TemporaryFolder();
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        vae.Fit(FewDigits.Train.Pixels, Quick with { Epochs = 1 });
        vae.Save(folder.Path);
        using var loaded = LoadedRun.Open(folder.Path);
        Assert.True(
            File.Exists(
                GenerateWorkflow.Run(
                    loaded,
                    new GenerateOptions { Mode = GenerationMode.Uniform },
                    new GridOptions { Rows = 2, Columns = 2 }
                )
            )
        );
        Assert.StartsWith(
            "there is no dataset 'images'; there are digits,",
            Assert
                .Throws<ArgumentException>(() =>
                    EmbedWorkflow.Run(loaded, ImageChoice.OfSplit("test"), null, overwrite: false)
                )
                .Message
        );
        using var again = Autoencoder.Load(folder.Path);
        Bits.AssertEqual(vae.Generate(2), again.Generate(2));
    }

    [Fact]
    public void Datasets_bytes_and_floats_are_the_same_images()
    {
        using var ofDataset = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        using var ofBytes = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        using var ofFloats = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        float[] intensities = FewDigits.Train.ToIntensities();
        ofDataset.Fit(FewDigits.Train, Quick);
        ofBytes.Fit(FewDigits.Train.Pixels.ToArray(), Quick);
        ofFloats.Fit(intensities, Quick);
        float[] codes = ofDataset.Encode(FewDigits.Train);
        Bits.AssertEqual(codes, ofBytes.Encode(FewDigits.Train.Pixels));
        Bits.AssertEqual(codes, ofFloats.Encode(intensities));
        Bits.AssertEqual(codes, ofFloats.Encode(new ReadOnlyMemory<float>(intensities)));
        Assert.Equal(ofDataset.Evaluate(FewDigits.Train).Loss, ofFloats.Evaluate(intensities).Loss);
    }

    [Fact]
    public void A_given_device_is_used_and_left_to_its_owner()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        using (var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape, device: device))
            Assert.Same(device, vae.Model.Device);
        Assert.Equal(3, device.Full([3], 1).Shape.Count);
        var own = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        own.Dispose();
        own.Dispose();
        Assert.Throws<ObjectDisposedException>(() => own.Generate(1));
    }

    [Fact]
    public void Noise_is_that_of_training_and_its_images_may_leave_the_unit_interval()
    {
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        float[] noisy = vae.AddNoise(FewDigits.Test);
        Assert.Contains(noisy, x => x < 0);
        Bits.AssertEqual(vae.AddNoise(FewDigits.Test.ToIntensities(), NoiseKind.Gaussian, 0.7f), noisy);
        Assert.NotEqual(vae.AddNoise(FewDigits.Test, seed: 1).ToArray(), noisy);
        Assert.Equal(noisy.Length, vae.Reconstruct(ImageInput.Noisy(noisy)).Length);
        Assert.Contains(
            "pass noisy images as ImageInput.Noisy(images)",
            Assert.Throws<ArgumentException>(() => vae.Reconstruct(noisy)).Message
        );
    }

    [Fact]
    public void Wrong_input_is_refused_in_words()
    {
        using var folder = new TemporaryFolder();
        using var vae = new Autoencoder(TinyRun.Network, FewDigits.Train.Shape);
        void AssertRefused(string complaint, Action action) =>
            Assert.StartsWith(complaint, Assert.ThrowsAny<ArgumentException>(action).Message);
        var colour = new ImageDataset("photos", new ImageShape(3, 8, 8), new byte[192]);
        AssertRefused("the images of photos are 8×8×3; this autoencoder is for 28×28.", () => vae.Fit(colour));
        AssertRefused("the images of photos are 8×8×3; this autoencoder is for 28×28.", () => vae.Encode(colour));
        AssertRefused("there are no images to train on.", () => vae.Fit(Array.Empty<byte>()));
        AssertRefused("the test split has no images.", () => vae.Evaluate(Array.Empty<byte>()));
        AssertRefused("783 bytes are not a whole number", () => vae.Fit(new byte[783]));
        AssertRefused("783 values are not a whole number of 28×28 images of 784.", () => vae.Encode(new float[783]));
        AssertRefused(
            "value 1 is 255; intensities must be in [0, 1].",
            () => vae.Fit((float[])[0, 255, .. new float[782]])
        );
        AssertRefused("3 values are not a whole number of rows of 2.", () => vae.Decode([0, 0, 0]));
        AssertRefused("epochs is 0;", () => vae.Fit(FewDigits.Train, new FitOptions { Epochs = 0 }));
        AssertRefused(
            "latent-dim is 0;",
            () => new Autoencoder(new CnnVaeOptions { LatentDim = 0 }, FewDigits.Train.Shape).Dispose()
        );
        AssertRefused("noise-factor is -1;", () => vae.AddNoise(FewDigits.Test, factor: -1));
        Assert.StartsWith(
            $"{run.Folder.Path} holds a run of 'elbo train' with its checkpoints;",
            Assert.Throws<IOException>(() => vae.Save(run.Folder.Path)).Message
        );
        Assert.Throws<DirectoryNotFoundException>(() => Autoencoder.Load(folder.File("nowhere")));
        File.Copy(run.Folder.Config, folder.File("config.json"));
        Assert.Equal(
            $"{folder.Path} has no weights: there is no model.safetensors.",
            Assert.Throws<InvalidDataException>(() => Autoencoder.Load(folder.Path)).Message
        );
    }

    [Fact]
    public void A_linear_decoder_and_any_weight_of_the_divergence_can_be_said()
    {
        // A decoder without activations, and the mean over dimensions instead of the sum.
        var options = new VaeOptions
        {
            LatentDim = 4,
            Network = DenseOptions.WithLayers([32, 16], [16, 32]) with
            {
                DecoderActivations = [Elbo.Engine.Autograd.Activation.None],
            },
        };
        using var vae = new Autoencoder(options, FewDigits.Train.Shape);
        var figures = vae.Fit(FewDigits.Train, Quick with { Beta = 1f / 4 })[^1];
        Assert.Equal(figures.Loss, figures.Terms[0].Value + figures.Terms[1].Value / 4, 1e-3);
        // Of an affine map into logits, the middle of two codes has the mean of their logits.
        float[] images = vae.Decode([-1, 0, 0, 0, 3, 0, 0, 0, 1, 0, 0, 0]);
        static double Logit(float p) => Math.Log(p / (1.0 - p));
        for (int i = 0; i < 784; i++)
            Assert.Equal((Logit(images[i]) + Logit(images[784 + i])) / 2, Logit(images[(2 * 784) + i]), 0.01);
    }

    /// <summary>Tells at once, on the thread that reports.</summary>
    private sealed class Listener(Action<FitProgress> heard) : IProgress<FitProgress>
    {
        public void Report(FitProgress value) => heard(value);
    }
}
