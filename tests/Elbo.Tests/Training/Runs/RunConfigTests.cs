using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Training.Runs;

public class RunConfigTests
{
    [Fact]
    public void Without_options_the_model_is_the_classic_network()
    {
        var config = new RunConfig();
        Assert.Equal("vae", config.Model);
        Assert.Equal([500, 500], Assert.IsType<DenseOptions>(config.ModelOptions.Network).EncoderHidden);
    }

    [Fact]
    public void Resolving_twice_changes_nothing_more()
    {
        var once = new RunConfig { Noise = NoiseKind.Dropout }.Resolve();
        Assert.Equal(0.5f, once.NoiseFactor);
        Assert.Equal(once, once.Resolve());
    }

    [Fact]
    public void Noise_takes_the_usual_strength_of_its_kind()
    {
        Assert.Equal(0.7f, new RunConfig { Noise = NoiseKind.Gaussian }.NoiseFactor);
        Assert.Equal(0.25f, new RunConfig { Noise = NoiseKind.Gaussian, NoiseFactor = 0.25f }.NoiseFactor);
        Assert.Equal(0, new RunConfig().NoiseFactor);
    }

    [Fact]
    public void What_an_image_folder_turned_out_to_be_is_spelled_out()
    {
        var config = new RunConfig
        {
            Dataset = "image-folder",
            DatasetOptions = new() { Images = "pictures" },
        }
            .Resolve()
            .ResolveImages(Images(new ImageShape(3, 20, 28)) with { White16 = 4095, TestFraction = 0.1f });
        Assert.Equal(Path.GetFullPath("pictures"), config.DatasetOptions.Images);
        Assert.Equal(
            (new Elbo.Imaging.ImageSize(28, 20), ImageColour.Rgb, 4095, 0.1f),
            (
                config.DatasetOptions.ImageSize,
                config.DatasetOptions.Colour,
                config.DatasetOptions.White16,
                config.DatasetOptions.TestFraction
            )
        );
        var digits = new RunConfig().Resolve().ResolveImages(Images(new ImageShape(1, 28, 28)));
        Assert.Empty(digits.DatasetOptions.Given);

        static DatasetSplits Images(ImageShape shape)
        {
            var one = new ImageDataset("one", shape, new byte[shape.PixelCount]);
            return new DatasetSplits(one, one);
        }
    }

    [Fact]
    public void Every_option_out_of_range_is_refused_by_its_name()
    {
        AssertRefused(new() { Dataset = "foo" }, "there is no dataset 'foo';");
        AssertRefused(new() { Optimizer = "foo" }, "there is no optimizer 'foo';");
        AssertRefused(new() { LrSchedule = "foo" }, "there is no schedule 'foo';");
        AssertRefused(new() { ModelOptions = new VaeOptions { LatentDim = 0 } }, "latent-dim is 0;");
        AssertRefused(
            new() { ModelOptions = new VaeOptions { Network = new DenseOptions { Dropout = 1 } } },
            "dropout is 1;"
        );
        AssertRefused(new() { Beta = -1 }, "beta is -1;");
        AssertRefused(new() { KlWarmup = float.NaN }, "kl-warmup is NaN;");
        AssertRefused(new() { NoiseFactor = -1 }, "noise-factor is -1;");
        AssertRefused(new() { Noise = NoiseKind.Dropout, NoiseFactor = 1.5f }, "noise-factor is 1.5;");
        AssertRefused(new() { Epochs = 0 }, "epochs is 0;");
        AssertRefused(new() { BatchSize = 0 }, "batch-size is 0;");
        AssertRefused(new() { LearningRate = -1 }, "learning-rate is -1;");
        AssertRefused(new() { ClipGradNorm = -1 }, "clip-grad-norm is -1;");
        AssertRefused(new() { EarlyStopping = -1 }, "early-stopping is -1;");
        AssertRefused(new() { ValidationFraction = 1 }, "validation-fraction is 1;");
        AssertRefused(new() { ValidationFraction = float.NaN }, "validation-fraction is NaN;");
        AssertRefused(new() { Threads = -1 }, "threads is -1;");
        AssertRefused(new() { CheckpointEvery = 0 }, "checkpoint-every is 0;");
        AssertRefused(new() { KeepCheckpoints = -1 }, "keep-checkpoints is -1;");
        AssertRefused(
            new()
            {
                LrSchedule = "step",
                ScheduleSettings = new() { Period = 0 },
            },
            "lr-period is 0;"
        );
        AssertRefused(
            new()
            {
                LrSchedule = "step",
                ScheduleSettings = new() { Factor = 1 },
            },
            "lr-factor is 1;"
        );
        AssertRefused(
            new()
            {
                LrSchedule = "step",
                ScheduleSettings = new() { Milestones = [] },
            },
            "lr-milestones are ;"
        );
        AssertRefused(
            new()
            {
                LrSchedule = "step",
                ScheduleSettings = new() { Milestones = [6, 6] },
            },
            "lr-milestones are 6,6;"
        );
        AssertRefused(
            new()
            {
                LrSchedule = "step",
                ScheduleSettings = new() { Milestones = [0, 6] },
            },
            "lr-milestones are 0,6;"
        );
        AssertRefused(
            new()
            {
                LrSchedule = "step",
                ScheduleSettings = new() { Milestones = [6], Period = 6 },
            },
            "lr-period and lr-milestones were both given;"
        );
        AssertRefused(
            new()
            {
                LrSchedule = "plateau",
                ScheduleSettings = new() { Patience = -1 },
            },
            "lr-patience is -1;"
        );
        AssertRefused(
            new()
            {
                LrSchedule = "plateau",
                ScheduleSettings = new() { Period = 3 },
            },
            "the plateau schedule takes no lr-period; step can."
        );
        AssertRefused(new() { ImageEvery = -1 }, "image-every is -1;");
        AssertRefused(new() { Dataset = "image-folder" }, "the dataset image-folder is a folder of your own images;");
        AssertRefused(
            new()
            {
                Dataset = "image-folder",
                DatasetOptions = new() { Images = " " },
            },
            "the dataset image-folder is a folder of your own images;"
        );
        AssertRefused(
            new()
            {
                Dataset = "image-folder",
                DatasetOptions = new() { Images = "x", TestFraction = 1 },
            },
            "test-fraction is 1;"
        );
        AssertRefused(new() { DatasetOptions = new() { Images = "x" } }, "images is given with the dataset digits;");
        AssertRefused(new() { DatasetOptions = new() { Strict = true } }, "strict is given with the dataset digits;");
        foreach (string name in (string[])["", ".", "..", "a/b", "/abs"])
            AssertRefused(new() { Name = name }, $"name is '{name}';");
    }

    [Fact]
    public void Every_recipe_holds_valid_options_and_says_what_it_shows()
    {
        Assert.NotEmpty(RecipeCatalog.All);
        foreach (var recipe in RecipeCatalog.All)
        {
            // The recipe of a dataset leaves the folder to the user.
            var user = new JsonObject();
            if (DatasetCatalog.Get((string)recipe.Values["dataset"]!).StartsFrom == recipe.Name)
                user["images"] = "/pictures";
            RunSettings.Combine(($"recipe {recipe.Name}", recipe.Values), ("the command line", user));
            SelectSettings.Read(recipe.Values, recipe.Name)?.Validate();
            Assert.True(recipe.Description.Length > 10, recipe.Name);
            Assert.Same(recipe, RecipeCatalog.Get(recipe.Name));
        }
        Assert.StartsWith(
            "there is no recipe 'mnist-manifol'; the most similar are mnist-manifold, ",
            Assert.Throws<ArgumentException>(() => RecipeCatalog.Get("mnist-manifol")).Message
        );
        Assert.EndsWith(
            $"'elbo recipes' lists all {RecipeCatalog.All.Count}.",
            Assert.Throws<ArgumentException>(() => RecipeCatalog.Get("mnist-manifol")).Message
        );
    }

    private static void AssertRefused(RunConfig config, string complaint)
    {
        var e = Assert.ThrowsAny<ArgumentException>(config.Validate);
        Assert.StartsWith(complaint, e.Message);
        Assert.DoesNotContain("Parameter", e.Message);
    }
}
