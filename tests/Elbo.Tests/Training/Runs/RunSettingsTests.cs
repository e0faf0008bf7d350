using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Engine.Autograd;
using Elbo.Imaging;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Nn;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo.Tests.Training.Runs;

public class RunSettingsTests
{
    [Fact]
    public void Without_layers_every_option_has_its_default() =>
        Assert.Equal(Written(new RunConfig()), Written(RunSettings.Combine()));

    [Fact]
    public void Every_option_is_read()
    {
        var config = RunSettings.Merge(
            (
                "file",
                Json(
                    """
                    {
                      "model": "vae", "dataset": "arrays", "images": "/pictures", "image-size": "64x48", "layout": "nchw",
                      "colour": "rgb", "background": "#40e0d0", "white-16": 4095, "strict": true,
                      "test-fraction": 0.2,
                      "data-dir": "/data", "latent-dim": 3, "condition": "labels", "hidden": [7], "encoder-hidden": [8], "decoder-hidden": [9],
                      "activation": ["leaky-relu"], "decoder-activation": ["none"], "decoder": "gaussian-sigma",
                      "variance": 0.5, "min-std": 0.01, "dropout": 0.25, "weight-init": "kaiming-normal",
                      "beta": 2, "kl-warmup": 1.5, "augment": ["flip", "crop"], "noise": "salt-pepper", "noise-factor": 0.1, "binarize": "threshold",
                      "epochs": 4, "batch-size": 5,
                      "learning-rate": 0.01, "optimizer": "sgd", "lr-schedule": "step", "lr-milestones": [6],
                      "lr-factor": 0.5, "clip-grad-norm": 6, "early-stopping": 7, "early-stopping-delta": 0.3,
                      "only-classes": ["a"], "without-classes": ["b", "2"], "validation-fraction": 0.1,
                      "seed": 18446744073709551615, "threads": 2, "device": "cuda:1", "tf32": true, "checkpoint-every": 3, "keep-checkpoints": 8,
                      "image-every": 0, "reconstruction-grid": "12x4", "manifold-grid": "30x15", "manifold-range": 3,
                      "latent-points": 0, "evaluate-every": 2, "evaluate-samples": 9, "evaluate-count": 7, "tensorboard": "all", "name": "x",
                    }
                    """
                )
            )
        );
        var (network, likelihood) = (Network(config), config.ModelOptions.Likelihood);
        Assert.Equal(
            (3, DecoderKind.GaussianSigma, 0.5f, 0.01f, 0.25f, Initialization.KaimingNormal),
            (
                config.ModelOptions.LatentDim,
                likelihood.Decoder,
                likelihood.Variance,
                likelihood.MinStd,
                network.Dropout,
                network.WeightInit
            )
        );
        Assert.Empty(config.ModelOptions.Condition!);
        Assert.Equal([8], network.EncoderHidden);
        Assert.Equal([9], network.DecoderHidden);
        Assert.Equal([Activation.LeakyRelu], network.EncoderActivations);
        Assert.Equal([Activation.None], network.DecoderActivations);
        Assert.Equal((NoiseKind.SaltPepper, Binarization.Threshold), (config.Noise, config.Binarize));
        Assert.Equal((ulong.MaxValue, 0.1f, 1.5f), (config.Seed, config.NoiseFactor, config.KlWarmup));
        Assert.Equal(Augmentations.Flip | Augmentations.Crop, config.Augment);
        Assert.Equal(
            (new ImageSize(64, 48), ImageColour.Rgb, 4095),
            (config.DatasetOptions.ImageSize, config.DatasetOptions.Colour, config.DatasetOptions.White16)
        );
        Assert.Equal(new BackgroundColour(0x40, 0xE0, 0xD0), config.DatasetOptions.Background);
        Assert.Equal(["a", "b", "2"], config.OnlyClasses!.Concat(config.WithoutClasses!));
        // A name missing above would keep its default.
        foreach (var option in RunConfig.List.Where(o => o.Name is not ("model" or "lr-period" or "lr-patience")))
            Assert.False(JsonNode.DeepEquals(option.Get(new RunConfig()), option.Get(config)), option.Name);
    }

    [Fact]
    public void A_folder_of_images_starts_from_the_recipe_photos_beneath_every_layer()
    {
        const string Folder = """{ "dataset": "image-folder", "images": "/x" }""";
        var config = RunSettings.Combine(("the command line", Json(Folder)));
        Assert.Equal(
            Written(
                RunSettings.Combine(("recipe", RunSettings.ReadRecipe("photos")), ("the command line", Json(Folder)))
            ),
            Written(config)
        );
        Assert.Equal(
            ("cnn-vae", 64, DecoderKind.Gaussian, (float?)null),
            (
                config.Model,
                config.ModelOptions.LatentDim,
                config.ModelOptions.Likelihood.Decoder,
                config.ModelOptions.Likelihood.Variance
            )
        );
        Assert.IsType<DcganOptions>(config.ModelOptions.Network);
        // A stronger layer that chooses the dataset decides, and a given option wins.
        Assert.Equal(
            "vae",
            RunSettings
                .Combine(("file", Json(Folder)), ("line", Json("""{ "dataset": "digits", "images": null }""")))
                .Model
        );
        var own = RunSettings.Combine(
            ("file", Json("""{ "epochs": 7, "variance": 0.25 }""")),
            ("the command line", Json("""{ "dataset": "Image-Folder", "images": "/x", "latent-dim": 5 }"""))
        );
        Assert.Equal(
            (7, 0.25f, 5, config.BatchSize),
            (own.Epochs, own.ModelOptions.Likelihood.Variance, own.ModelOptions.LatentDim, own.BatchSize)
        );
        Assert.Equal(DecoderKind.Gaussian, own.ModelOptions.Likelihood.Decoder);
    }

    [Theory]
    [InlineData("\"learned\"", null)]
    [InlineData("0.25", 0.25f)]
    public void A_variance_is_a_number_or_learned(string json, float? variance)
    {
        var config = RunSettings.Combine(("file", Json($$"""{ "decoder": "gaussian", "variance": {{json}} }""")));
        Assert.Equal(variance, config.ModelOptions.Likelihood.Variance);
        Assert.Equal(json, RunSettings.ToJson(config)["variance"]!.ToJsonString());
    }

    [Theory]
    [InlineData("64", 64, 64)]
    [InlineData("\"64\"", 64, 64)]
    [InlineData("\"64x48\"", 64, 48)]
    public void An_image_size_is_a_side_or_width_and_height(string json, int width, int height) =>
        Assert.Equal(
            new ImageSize(width, height),
            RunSettings
                .Combine(("file", Json($$"""{ "dataset": "image-folder", "images": "/x", "image-size": {{json}} }""")))
                .DatasetOptions.ImageSize
        );

    [Fact]
    public void Comments_and_trailing_commas_are_allowed() =>
        Assert.Equal(3, RunSettings.Combine(("file", Json("{ /* three */ \"epochs\": 3, // laps\n }"))).Epochs);

    [Fact]
    public void Options_survive_the_way_through_config_json()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.Path, "run", overwrite: false);
        var config = new RunConfig
        {
            ModelOptions = new VaeOptions
            {
                Network = new DenseOptions
                {
                    EncoderHidden = [9, 8],
                    DecoderHidden = [7],
                    EncoderActivations = [Activation.Gelu],
                    DecoderActivations = [Activation.None],
                },
                Likelihood = new LikelihoodOptions { Decoder = DecoderKind.GaussianSigma },
            },
            LearningRate = 1 / 3f,
            Noise = NoiseKind.SaltPepper,
            Seed = ulong.MaxValue,
            KlWarmup = 0.1f,
            Name = "run",
        };
        RunSettings.Save(config, run);
        var read = RunSettings.Load(run);
        Assert.Equal(config.LearningRate, read.LearningRate);
        Assert.Equal(config.Seed, read.Seed);
        Assert.Equal([7], Network(read).DecoderHidden);
        Assert.Equal([Activation.None], Network(read).DecoderActivations);
        Assert.Equal(0.3f, read.NoiseFactor);
        string first = File.ReadAllText(run.Config);
        RunSettings.Save(read, run);
        Assert.Equal(first, File.ReadAllText(run.Config));
    }

    [Fact]
    public void A_saved_run_without_noise_does_not_weaken_noise_added_later()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.Path, "run", overwrite: false);
        RunSettings.Save(new RunConfig(), run);
        Assert.Equal(
            0.7f,
            RunSettings
                .Combine(
                    (run.Config, RunSettings.ReadFile(run.Config)),
                    ("the command line", Json("""{ "noise": "gaussian" }"""))
                )
                .NoiseFactor
        );
    }

    [Fact]
    public void The_config_of_a_run_of_an_earlier_version_is_read()
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.Path, "run", overwrite: false);
        File.WriteAllText(
            run.Config,
            """
            {
              "model": "vae", "dataset": "digits", "latent-dim": 3, "encoder-hidden": [12, 10], "decoder-hidden": [9],
              "activation": ["gelu"], "decoder": "gaussian", "variance": 0.1,
              "dropout": 0.2, "weight-init": "kaiming-normal", "beta": 0.5, "kl-warmup": 0.5, "noise": "salt-pepper",
              "noise-factor": 0.25, "binarize": "threshold", "epochs": 1,
              "batch-size": 2000, "learning-rate": 0.001, "optimizer": "rmsprop", "lr-schedule": "cosine",
              "clip-grad-norm": 5,
              "early-stopping": 4, "validation-fraction": 0.25,
              "seed": 18446744073709551615, "threads": 1, "checkpoint-every": 2, "image-every": 0, "name": "all"
            }
            """
        );
        var config = RunSettings.Load(run);
        Assert.Equal(
            (3, 0.2f, 0.1f),
            (config.ModelOptions.LatentDim, Network(config).Dropout, config.ModelOptions.Likelihood.Variance)
        );
        Assert.Equal([Activation.Gelu], Network(config).DecoderActivations);
        Assert.Equal((2000, "rmsprop", ulong.MaxValue), (config.BatchSize, config.Optimizer, config.Seed));
    }

    private static DenseOptions Network(RunConfig config) => Assert.IsType<DenseOptions>(config.ModelOptions.Network);

    private static string Written(RunConfig config)
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.Path, "run", overwrite: false);
        RunSettings.Save(config, run);
        return File.ReadAllText(run.Config);
    }

    private static JsonObject Json(string text) => RunSettings.Parse(text, "test");
}
