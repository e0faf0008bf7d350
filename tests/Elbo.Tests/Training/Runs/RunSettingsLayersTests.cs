using System.Text.Json.Nodes;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Training.Runs;

namespace Elbo.Tests.Training.Runs;

/// <summary>What a stronger layer of options replaces in a weaker one.</summary>
public class RunSettingsLayersTests
{
    [Fact]
    public void The_command_line_wins_over_the_config_file_and_that_over_the_recipe()
    {
        var config = RunSettings.Combine(
            ("recipe", Json("""{ "description": "for readers", "epochs": 1, "batch-size": 11, "latent-dim": 5 }""")),
            ("file", Json("""{ "epochs": 2, "batch-size": 12 }""")),
            ("the command line", Json("""{ "epochs": 3 }"""))
        );
        Assert.Equal((3, 12, 5, "vae"), (config.Epochs, config.BatchSize, config.ModelOptions.LatentDim, config.Model));
    }

    [Fact]
    public void The_classes_of_a_condition_give_way_to_another_condition_and_to_another_dataset()
    {
        var file = ("file", Json("""{ "dataset": "mnist", "condition": "labels", "condition-classes": ["a", "b"] }"""));
        IReadOnlyList<string>? With(string options) =>
            RunSettings.Merge(file, ("the command line", Json(options))).ModelOptions.Condition;
        Assert.Equal(["a", "b"], With("{}"));
        Assert.Null(With("""{ "condition": "none" }"""));
        Assert.Empty(With("""{ "dataset": "fashion-mnist" }""")!);
        Assert.Equal(["c"], With("""{ "condition-classes": ["c"] }"""));
    }

    [Fact]
    public void Classes_give_way_to_a_stronger_choice_of_them_and_to_another_dataset()
    {
        var file = ("file", Json("""{ "dataset": "mnist", "only-classes": ["3"] }"""));
        var without = RunSettings.Combine(file, ("line", Json("""{ "without-classes": ["1"] }""")));
        Assert.Null(without.OnlyClasses);
        Assert.Equal(["1"], without.WithoutClasses);
        Assert.Null(RunSettings.Combine(file, ("line", Json("""{ "dataset": "digits" }"""))).OnlyClasses);
        Assert.StartsWith(
            "only-classes and without-classes were both given;",
            Assert
                .Throws<ArgumentException>(() =>
                    RunSettings
                        .Combine(("line", Json("""{ "only-classes": ["1"], "without-classes": ["2"] }""")))
                        .Validate()
                )
                .Message
        );
    }

    [Theory]
    [InlineData("""{ "model": "gmvae" }""", "gmvae", 10)]
    [InlineData("""{ "model": "vae" }""", "vae", 2)]
    [InlineData("""{ "hidden": [8] }""", "vae", 2)]
    [InlineData("""{ "network": "plain" }""", "cnn-vae", 64)]
    [InlineData("""{ "model": "CNN-VAE" }""", "cnn-vae", 64)]
    public void The_recipe_of_a_dataset_gives_way_to_another_model(string json, string model, int latentDim)
    {
        var config = RunSettings.Combine(
            ("file", Json("""{ "dataset": "image-folder", "images": "/x" }""")),
            ("the command line", Json(json))
        );
        Assert.Equal((model, latentDim), (config.Model, config.ModelOptions.LatentDim));
        Assert.Equal(model != "vae", config.ModelOptions.Likelihood.Decoder == DecoderKind.Gaussian);
    }

    [Fact]
    public void Another_decoder_drops_the_variance_of_a_weaker_layer() =>
        Assert.Equal(
            1,
            RunSettings
                .Combine(
                    ("file", Json("""{ "decoder": "gaussian", "variance": "learned" }""")),
                    ("the command line", Json("""{ "decoder": "bernoulli" }"""))
                )
                .ModelOptions.Likelihood.Variance
        );

    [Fact]
    public void All_hidden_widths_at_once_replace_what_a_weaker_layer_said_of_a_side()
    {
        var config = RunSettings.Combine(
            ("file", Json("""{ "encoder-hidden": [300], "decoder-hidden": [200], "activation": ["relu"] }""")),
            ("the command line", Json("""{ "hidden": [100, 50] }"""))
        );
        Assert.Equal([100, 50], Network(config).EncoderHidden);
        Assert.Equal([50, 100], Network(config).DecoderHidden);
        Assert.Equal(
            [30],
            Network(
                RunSettings.Combine(
                    ("file", Json("""{ "hidden": [100] }""")),
                    ("the command line", Json("""{ "decoder-hidden": [30] }"""))
                )
            ).DecoderHidden
        );
    }

    [Fact]
    public void Activations_of_both_sides_replace_what_a_weaker_layer_said_of_the_decoder()
    {
        var config = RunSettings.Combine(
            ("file", Json("""{ "decoder-activation": ["none"] }""")),
            ("the command line", Json("""{ "activation": ["relu"] }"""))
        );
        Assert.Equal([Activation.Relu], Network(config).DecoderActivations);
    }

    [Fact]
    public void Another_part_in_a_stronger_layer_forgets_the_options_of_the_one_before()
    {
        var file = (
            "file",
            Json("""{ "encoder-hidden": [8], "decoder-hidden": [8], "dropout": 0.2, "free-bits": 1 }""")
        );
        var config = RunSettings.Combine(file, ("the command line", Json("""{ "network": "plain" }""")));
        // Dropout is an option of both networks.
        Assert.Equal(new PlainOptions { Dropout = 0.2f }, config.ModelOptions.Network);
        Assert.Equal(new FreeBits { Nats = 1 }, config.ModelOptions.Objective);
        config = RunSettings.Combine(file, ("the command line", Json("""{ "objective": "elbo" }""")));
        Assert.Equal(new EvidenceLowerBound(), config.ModelOptions.Objective);
        Assert.Equal([8], Network(config).EncoderHidden);
    }

    [Fact]
    public void Another_kind_of_noise_takes_its_own_strength()
    {
        var file = ("file", Json("""{ "noise": "gaussian", "noise-factor": 0.2 }"""));
        Assert.Equal(
            0.5f,
            RunSettings.Combine(file, ("the command line", Json("""{ "noise": "dropout" }"""))).NoiseFactor
        );
        Assert.Equal(
            0.2f,
            RunSettings.Combine(file, ("the command line", Json("""{ "noise": "gaussian" }"""))).NoiseFactor
        );
        Assert.Equal(
            0.9f,
            RunSettings
                .Combine(file, ("the command line", Json("""{ "noise": "dropout", "noise-factor": 0.9 }""")))
                .NoiseFactor
        );
        Assert.Equal(
            0.4f,
            RunSettings.Combine(file, ("the command line", Json("""{ "noise-factor": 0.4 }"""))).NoiseFactor
        );
    }

    [Fact]
    public void Another_schedule_forgets_the_settings_of_the_one_before_and_milestones_a_period()
    {
        var file = ("file", Json("""{ "lr-schedule": "step", "lr-period": 6, "lr-factor": 0.2 }"""));
        Assert.Equal((6, 0.2f), Settings("""{ "epochs": 3 }"""));
        Assert.Equal((6, 0.2f), Settings("""{ "lr-schedule": "step" }"""));
        Assert.Equal((null, null), Settings("""{ "lr-schedule": "plateau" }"""));
        Assert.Equal((null, 0.2f), Settings("""{ "lr-milestones": [6] }"""));
        Assert.Equal(
            [6],
            RunSettings
                .Combine(file, ("the command line", Json("""{ "lr-milestones": [6] }""")))
                .ScheduleSettings.Milestones
        );
        Assert.Equal(
            7,
            RunSettings
                .Combine(("file", Json("""{ "lr-schedule": "plateau", "lr-patience": 7 }""")))
                .ScheduleSettings.Patience
        );

        (int?, float?) Settings(string json)
        {
            var config = RunSettings.Combine(file, ("the command line", Json(json)));
            return (config.ScheduleSettings.Period, config.ScheduleSettings.Factor);
        }
    }

    private static DenseOptions Network(RunConfig config) => Assert.IsType<DenseOptions>(config.ModelOptions.Network);

    private static JsonObject Json(string text) => RunSettings.Parse(text, "test");
}
