using System.Text.Json.Nodes;
using Elbo.Training.Runs;
using Elbo.Workflows.Reports;

namespace Elbo.Tests.Workflows.Reports;

public class TrainCommandLineTests
{
    [Theory]
    [InlineData("{}", "elbo train")]
    [InlineData(
        """{"model": "cnn-vae", "latent-dim": 10, "decoder": "gaussian"}""",
        "elbo train --model cnn-vae --latent-dim 10 --decoder gaussian"
    )]
    [InlineData("""{"hidden": [512, 128]}""", "elbo train --encoder-hidden 512,128")]
    [InlineData(
        """{"encoder-hidden": [512, 128], "decoder-hidden": [64]}""",
        "elbo train --encoder-hidden 512,128 --decoder-hidden 64"
    )]
    // Of the default network alone is this the default.
    [InlineData("""{"hidden": [64], "dropout": 0.1}""", "elbo train --encoder-hidden 64 --dropout 0.1")]
    [InlineData(
        """{"hidden": [64], "activation": ["elu"], "decoder-activation": ["none"]}""",
        "elbo train --encoder-hidden 64 --activation elu --decoder-activation none"
    )]
    [InlineData("""{"noise": "dropout"}""", "elbo train --noise dropout")]
    [InlineData("""{"noise": "dropout", "noise-factor": 0.25}""", "elbo train --noise dropout --noise-factor 0.25")]
    [InlineData(
        """{"lr-schedule": "step", "lr-milestones": [6, 12], "learning-rate": 0.005}""",
        "elbo train --learning-rate 0.005 --lr-schedule step --lr-milestones 6,12"
    )]
    [InlineData(
        """{"name": "it's a run", "seed": 18446744073709551615}""",
        "elbo train --seed 18446744073709551615 --name 'it'\\''s a run'"
    )]
    [InlineData("""{"name": "-x"}""", "elbo train --name=-x")]
    [InlineData(
        """{"dataset": "image-folder", "images": "/my pictures", "strict": true}""",
        "elbo train --dataset image-folder --images '/my pictures' --strict"
    )]
    [InlineData(
        """{"condition": "labels", "condition-classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]}""",
        "elbo train --condition labels"
    )]
    [InlineData("""{"condition": "labels", "condition-classes": ["b", "a"]}""", "elbo train --condition-classes b,a")]
    public void The_command_has_the_options_that_differ_from_the_default_and_no_others(string json, string expected)
    {
        var config = RunSettings.Combine(("test", JsonNode.Parse(json)!.AsObject()));
        Assert.Equal(
            expected.Replace("/my pictures", Path.GetFullPath("/my pictures"), StringComparison.Ordinal),
            TrainCommandLine.Of(config)
        );
    }

    [Theory]
    [InlineData("runs/vae-mnist-z2", "runs/vae-mnist-z2")]
    [InlineData("", "''")]
    [InlineData("$(rm x)", "'$(rm x)'")]
    [InlineData("a b", "'a b'")]
    [InlineData("ä", "'ä'")]
    public void A_shell_takes_a_quoted_word_as_it_is(string word, string expected) =>
        Assert.Equal(expected, TrainCommandLine.Quoted(word));
}
