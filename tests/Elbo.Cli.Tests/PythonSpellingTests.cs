namespace Elbo.Cli.Tests;

/// <summary>Options as Python programs spell them get the right suggestion.</summary>
public class PythonSpellingTests
{
    [Theory]
    [InlineData("--dim_z 4", "--dim_z", "--latent-dim")]
    [InlineData("--latent_dim=4", "--latent_dim=4", "--latent-dim")]
    [InlineData("--z 4", "--z", "--latent-dim")]
    [InlineData("--add_noise", "--add_noise", "--noise")]
    [InlineData("--noise_factor 0.7", "--noise_factor", "--noise-factor")]
    [InlineData("-lr 3e-4", "-lr", "--learning-rate")]
    [InlineData("-ls CE", "-ls", "--decoder")]
    [InlineData("--save-every 20", "--save-every", "--checkpoint-every")]
    [InlineData("--K_clusters 8", "--K_clusters", "--clusters")]
    [InlineData("--w_dim 2", "--w_dim", "--style-dim")]
    [InlineData("--hidden_dim 64", "--hidden_dim", "--hidden")]
    [InlineData("--num_layers 2", "--num_layers", "--hidden")]
    [InlineData("--drop_prob 0.3", "--drop_prob", "--dropout")]
    [InlineData("--sigma 0.1", "--sigma", "--variance")]
    [InlineData("--model_type 2", "--model_type", "--model")]
    [InlineData("--PRR_n_img_x 10", "--PRR_n_img_x", "--reconstruction-grid")]
    [InlineData("--PMLR_n_img_y 20", "--PMLR_n_img_y", "--manifold-grid")]
    [InlineData("--PMLR_z_range 2", "--PMLR_z_range", "--manifold-range")]
    [InlineData("--PMLR_n_samples 5000", "--PMLR_n_samples", "--latent-points")]
    [InlineData("--early_stopping 1", "--early_stopping", "--early-stopping")]
    public void A_spelling_of_a_python_program_gets_the_option(string typed, string unknown, string option)
    {
        var result = Run("train " + typed);
        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith($"elbo: 'elbo train' has no option '{unknown.Split('=')[0]}", result.Error);
        Assert.Contains($"Did you mean {option}? ", result.Error);
    }

    [Fact]
    public void Help_and_version_are_commands_too()
    {
        Assert.Equal(Run("embed --help").Output, Run("help embed").Output);
        Assert.Equal(Run("--help").Output, Run("help").Output);
        string version = Version("version");
        Assert.Equal(version, Version("--version"));
        Assert.Equal(version, Version("-v"));
        Assert.StartsWith("elbo: there is no command 'embet'; ", Run("help embet").Error);
    }

    [Fact]
    public void A_missing_run_and_an_unknown_recipe_are_explained()
    {
        Assert.Equal(
            "elbo: 'elbo embed' needs a RUN: the folder of a trained model, such as runs/vae-mnist-z2, which 'elbo train' "
                + "prints when it is done. See 'elbo embed --help'.\n",
            Run("embed").Error
        );
        Assert.Matches(
            "^elbo: there is no recipe 'frey'; the most similar are cnn-gmvae-frey, [a-z0-9-]+, [a-z0-9-]+\\. "
                + "'elbo recipes' lists all [0-9]+\\.\n$",
            Run("train --recipe frey").Error
        );
    }

    /// <summary>Of a process: the option prints the version of the program that runs.</summary>
    private static string Version(string spelling) => RunningCommand.Run(Path.GetTempPath(), spelling).Output;

    private static CommandResult Run(string line) => CalledCommand.Run(Path.GetTempPath(), line.Split(' '));
}
