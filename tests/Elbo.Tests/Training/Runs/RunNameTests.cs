using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Training.Runs;

namespace Elbo.Tests.Training.Runs;

public class RunNameTests
{
    private static readonly ModelOptions Program = VaeOptions.WithLayers([64, 64], [64, 64], latentDim: 8) with
    {
        Likelihood = new() { Decoder = DecoderKind.Gaussian, Variance = 0.001f },
    };

    [Theory]
    [InlineData(null, "vae-mnist-z8")]
    [InlineData("first", "first")]
    [InlineData("{model}_{dataset}_{variance}_{latent-dim}", "vae_mnist_0.001_8")]
    [InlineData("{encoder-hidden} e{epochs} {noise}-{network}-{binarize}", "64,64 e40 none-dense-none")]
    [InlineData("k{clusters}-{images}-{min-std}", "knone-none-none")]
    [InlineData("s{seed}", "s3")]
    [InlineData("{model", "{model")]
    [InlineData("auto-s4", "V_MNIST_0001_8_64_2")]
    [InlineData("auto-s4_first", "V_MNIST_0001_8_64_2_first")]
    [InlineData("auto-s4_lr{learning-rate}", "V_MNIST_0001_8_64_2_lr0.001")]
    [InlineData("auto-s45", "auto-s45")]
    public void A_name_has_the_values_of_the_options_in_braces(string? pattern, string name) =>
        Assert.Equal(name, NameOf(Program, pattern));

    [Fact]
    public void The_names_of_the_program_have_the_parts_that_the_model_has()
    {
        Assert.Equal("V_MNIST_bernoulli_2_500_2", NameOf(new VaeOptions(), "auto-s4"));
        Assert.Equal("VC_MNIST_bernoulli_2", NameOf(new CnnVaeOptions(), "auto-s4"));
        Assert.Equal("GMV_MNIST_003_10_2_10_500_2", NameOf(new GmvaeOptions(), "auto-s4"));
        Assert.Equal(
            "GMVC_FREY_01_8_2_8",
            RunName.Of(
                new RunConfig
                {
                    Dataset = "frey",
                    Name = "auto-s4",
                    ModelOptions = new CnnGmvaeOptions
                    {
                        LatentDim = 8,
                        Prior = new MixtureOptions { Clusters = 8 },
                        Likelihood = new() { Decoder = DecoderKind.Gaussian, Variance = 0.1f },
                    },
                }
            )
        );
        var learned = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = null };
        Assert.Equal(
            "V_MNIST_learned_5_512-64_2",
            NameOf(VaeOptions.WithLayers([512, 64], [64, 512], 5) with { Likelihood = learned }, "auto-s4")
        );
        Assert.Equal(
            "V_MNIST_10_8_64_2",
            NameOf(Program with { Likelihood = learned with { Variance = 1 } }, "auto-s4")
        );
    }

    [Fact]
    public void Of_a_path_the_name_has_its_last_part_and_no_character_that_a_file_system_forbids() =>
        Assert.Equal(
            "arrays-my-pictures-",
            RunName.Of(
                new RunConfig
                {
                    Dataset = "arrays",
                    DatasetOptions = new() { Images = "data/my:pictures?.npz" },
                    Name = "{dataset}-{images}",
                }
            )
        );

    [Theory]
    [InlineData("{latent_dim}", "{latent_dim}, and there is no option 'latent_dim'. Did you mean {latent-dim}?")]
    [InlineData("{z}", "{z}, and there is no option 'z'. Did you mean {latent-dim}?")]
    [InlineData("{name}", "{name}, and there is no option 'name'. 'elbo train --help' lists them.")]
    [InlineData("x{}", "{}, and there is no option ''. 'elbo train --help' lists them.")]
    public void An_unknown_option_in_braces_is_refused_with_the_nearest(string pattern, string complaint) =>
        Assert.StartsWith(
            $"name has {complaint}",
            Assert.Throws<ArgumentException>(new RunConfig { Name = pattern }.Validate).Message
        );

    [Fact]
    public void Names_of_runs_with_several_seeds_have_the_seed_once()
    {
        Assert.Equal("s{seed}", RunName.WithSeed("s{seed}"));
        Assert.Equal("first-seed{seed}", RunName.WithSeed("first"));
        Assert.Equal("vae-digits-z2-seed5", RunName.Of(new RunConfig { Seed = 5, Name = RunName.WithSeed(null) }));
    }

    private static string NameOf(ModelOptions model, string? pattern) =>
        RunName.Of(
            new RunConfig
            {
                ModelOptions = model,
                Dataset = "mnist",
                Seed = 3,
                Name = pattern,
            }
        );
}
