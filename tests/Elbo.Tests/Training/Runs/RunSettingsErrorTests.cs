using System.Text.Json.Nodes;
using Elbo.Training.Runs;

namespace Elbo.Tests.Training.Runs;

/// <summary>Wrong options and files are refused with their source.</summary>
public class RunSettingsErrorTests
{
    [Theory]
    [InlineData("\"fixed\"", "file: variance: \"fixed\" has the wrong type; a number or 'learned' is needed.")]
    [InlineData("0", "variance is 0; it must be a positive number.")]
    public void Anything_else_is_refused_as_a_variance(string json, string complaint) =>
        Assert.Equal(
            complaint,
            Assert
                .Throws<ArgumentException>(() =>
                    RunSettings.Combine(("file", Json($$"""{ "decoder": "gaussian", "variance": {{json}} }""")))
                )
                .Message
        );

    [Theory]
    [InlineData("\"big\"", "'big'")]
    [InlineData("0", "'0'")]
    [InlineData("64.5", "'64.5'")]
    [InlineData("true", "'true'")]
    public void Anything_else_is_refused_as_an_image_size(string json, string shown) =>
        Assert.Equal(
            $"file: image-size: {shown} is not an image size; give one side, as in 64, or WIDTHxHEIGHT, as in "
                + "64x48, each from 1 to 4096.",
            Assert
                .Throws<ArgumentException>(() =>
                    RunSettings.Combine(("file", Json($$"""{ "image-size": {{json}} }""")))
                )
                .Message
        );

    [Theory]
    [InlineData(
        """{ "model": "vae" }""",
        """{ "channels": [4] }""",
        "channels is an option of the network dcgan; this vae has the network dense. Choose with --network dcgan."
    )]
    [InlineData(
        """{ "model": "cnn-vae" }""",
        """{ "dropout": 0.1 }""",
        "dropout is an option of the network dense or plain; this cnn-vae has the network dcgan. Choose with "
            + "--network dense."
    )]
    [InlineData(
        """{ "model": "gmvae", "prior": "standard-normal" }""",
        """{ "clusters": 4 }""",
        "clusters is an option of the prior mixture or vade; this gmvae has the prior standard-normal. Choose with --prior "
            + "mixture."
    )]
    [InlineData(
        """{ "objective": "elbo" }""",
        """{ "free-bits": 0.5 }""",
        "free-bits is an option of the objective free-bits; this vae has the objective elbo. Choose with --objective "
            + "free-bits."
    )]
    public void An_option_of_a_part_that_the_model_lacks_is_told_with_its_source(
        string recipe,
        string file,
        string complaint
    ) =>
        Assert.Equal(
            "file: " + complaint,
            Assert
                .Throws<ArgumentException>(() => RunSettings.Combine(("recipe", Json(recipe)), ("file", Json(file))))
                .Message
        );

    [Theory]
    [InlineData("""{ "epoch": 3 }""", "file: there is no option 'epoch'; there are model, dataset, ")]
    [InlineData("""{ "latent_dim": 3 }""", "file: there is no option 'latent_dim'; there are ")]
    [InlineData("""{ "epochs": "3" }""", "file: epochs: \"3\" has the wrong type; a whole number is needed.")]
    [InlineData("""{ "epochs": 1.5 }""", "file: epochs: 1.5 has the wrong type; a whole number is needed.")]
    [InlineData(
        """{ "epochs": 99999999999 }""",
        "file: epochs: 99999999999 has the wrong type; a whole number is needed."
    )]
    [InlineData("""{ "epochs": null }""", "file: epochs: null has the wrong type; a whole number is needed.")]
    [InlineData("""{ "seed": -1 }""", "file: seed: -1 has the wrong type; a whole number, 0 or more, is needed.")]
    [InlineData(
        """{ "learning-rate": "fast" }""",
        "file: learning-rate: \"fast\" has the wrong type; a number is needed."
    )]
    [InlineData("""{ "dropout": true }""", "file: dropout: true has the wrong type; a number is needed.")]
    [InlineData("""{ "model": 3 }""", "file: model: 3 has the wrong type; a text is needed.")]
    [InlineData("""{ "model": null }""", "file: model: null has the wrong type; a text is needed.")]
    [InlineData("""{ "name": ["x"] }""", "file: name: [\"x\"] has the wrong type; a text is needed.")]
    [InlineData("""{ "hidden": 500 }""", "file: hidden: 500 has the wrong type; a list of whole numbers is needed.")]
    [InlineData(
        """{ "hidden": [1, "x"] }""",
        "file: hidden: [1,\"x\"] has the wrong type; a list of whole numbers is needed."
    )]
    [InlineData(
        """{ "lr-milestones": 5 }""",
        "file: lr-milestones: 5 has the wrong type; a list of whole numbers is needed."
    )]
    [InlineData("""{ "channels": 5 }""", "file: channels: 5 has the wrong type; a list of whole numbers is needed.")]
    [InlineData(
        """{ "encoder-hidden": [[1]] }""",
        "file: encoder-hidden: [[1]] has the wrong type; a list of whole numbers is needed."
    )]
    [InlineData(
        """{ "activation": "relu" }""",
        "file: activation: \"relu\" has the wrong type; a list of names is needed."
    )]
    [InlineData(
        """{ "activation": ["relu", "rlu"] }""",
        "file: activation: 'rlu' is not one of none, relu, leaky-relu, elu,"
    )]
    [InlineData(
        """{ "decoder": "gauss" }""",
        "file: decoder: 'gauss' is not one of bernoulli, gaussian, gaussian-sigma."
    )]
    [InlineData("""{ "decoder": 1 }""", "file: decoder: '1' is not one of bernoulli, gaussian, gaussian-sigma.")]
    [InlineData(
        """{ "noise": "Gaussian" }""",
        "file: noise: 'Gaussian' is not one of none, gaussian, dropout, salt-pepper."
    )]
    [InlineData("""{ "binarize": {} }""", "file: binarize: '{}' is not one of none, threshold, dynamic.")]
    public void An_option_that_is_unknown_or_of_the_wrong_type_is_named_with_its_source(
        string json,
        string complaint
    ) =>
        Assert.StartsWith(
            complaint,
            Assert
                .Throws<ArgumentException>(() => RunSettings.Combine(("file", Json(json)), ("the command line", [])))
                .Message
        );

    [Fact]
    public void The_weakest_wrong_layer_is_the_one_that_is_named() =>
        Assert.StartsWith(
            "recipe: ",
            Assert
                .Throws<ArgumentException>(() =>
                    RunSettings.Combine(("recipe", Json("""{ "epoch": 1 }""")), ("file", Json("""{ "epoch": 1 }""")))
                )
                .Message
        );

    [Theory]
    [InlineData("[1]", "here does not hold a JSON object of options.")]
    [InlineData("null", "here does not hold a JSON object of options.")]
    [InlineData("", "here is not valid JSON: line 1, byte 1.")]
    [InlineData("{ \"epochs\": 1,\n  \"name\" \"x\" }", "here is not valid JSON: line 2, byte 10.")]
    [InlineData("{ \"epochs\": 1, \"epochs\": 2 }", "here: line 1, byte 16: the name 'epochs' occurs twice.")]
    [InlineData("{\n \"\\u0061\": 1,\n \"a\": 2 }", "here: line 3, byte 2: the name 'a' occurs twice.")]
    [InlineData(
        "{ \"model\":\n\"\\ud800\" }",
        "here: line 2, byte 1: half of a surrogate pair is not a character; write both halves, or the character."
    )]
    [InlineData(
        "{ \"\\udc00\": 1 }",
        "here: line 1, byte 3: half of a surrogate pair is not a character; write both halves, or the character."
    )]
    [InlineData(
        "{ \"a\": [{ \"b\": \"\\ud83d\" }] }",
        "here: line 1, byte 16: half of a surrogate pair is not a character; write both halves, or the character."
    )]
    public void Text_that_is_no_json_object_is_refused_with_its_place(string text, string complaint) =>
        Assert.Equal(complaint, Assert.Throws<InvalidDataException>(() => RunSettings.Parse(text, "here")).Message);

    [Fact]
    public void A_text_with_half_of_a_surrogate_pair_is_refused() =>
        // In a theory, xUnit would replace the half.
        Assert.StartsWith(
            "here: half of a surrogate pair ",
            Assert.Throws<InvalidDataException>(() => RunSettings.Parse("{ \"a\": \"\ud800\" }", "here")).Message
        );

    [Theory]
    [InlineData("junk", " is not valid JSON: line 1, byte 1.")]
    [InlineData("""{ "model": "foo" }""", ": there is no model 'foo'; there are ")]
    [InlineData("""{ "epochs": 0 }""", ": epochs is 0; it must be from 1 to 1000000.")]
    [InlineData("""{ "speed": 0 }""", ": there is no option 'speed'; there are ")]
    public void A_damaged_config_of_a_run_is_bad_data_and_its_path_is_told(string text, string complaint)
    {
        using var folder = new TemporaryFolder();
        var run = RunFolder.Create(folder.Path, "run", overwrite: false);
        File.WriteAllText(run.Config, text);
        Assert.StartsWith(
            run.Config + complaint,
            Assert.Throws<InvalidDataException>(() => RunSettings.Load(run)).Message
        );
    }

    [Fact]
    public void A_missing_config_file_is_told_by_its_path() =>
        Assert.Equal(
            "there is no config file '/nowhere/x.json'.",
            Assert.Throws<FileNotFoundException>(() => RunSettings.ReadFile("/nowhere/x.json")).Message
        );

    [Theory]
    [InlineData(
        "{ \"variance\": 0.1 }",
        "variance is 0.1; the decoder bernoulli has no fixed variance. Add --decoder gaussian"
    )]
    [InlineData(
        "{ \"decoder\": \"gaussian-sigma\", \"variance\": 0.1 }",
        "variance is 0.1; the decoder gaussian-sigma has"
    )]
    [InlineData("{ \"min-std\": 0.1 }", "min-std is 0.1; the decoder bernoulli outputs no standard deviations.")]
    public void An_option_of_another_decoder_is_refused(string options, string complaint) =>
        Assert.StartsWith(
            complaint,
            Assert
                .Throws<ArgumentException>(() => RunSettings.Combine(("test", RunSettings.Parse(options, "test"))))
                .Message
        );

    private static JsonObject Json(string text) => RunSettings.Parse(text, "test");
}
