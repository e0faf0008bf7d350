using System.Text.Json.Nodes;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;

namespace Elbo.Tests.Models;

/// <summary>The network that options on the command line stand for.</summary>
public class VaeOptionsTests
{
    [Fact]
    public void Nothing_given_is_the_classic_network()
    {
        var options = Read("{}");
        Assert.Equal([500, 500], options.EncoderHidden);
        Assert.Equal([Activation.Elu, Activation.Tanh], options.EncoderActivations);
        Assert.Equal([Activation.Tanh, Activation.Elu], options.DecoderActivations);
        Assert.Equal(0.1f, options.Dropout);
        Assert.Equal(0.1f, Read("""{ "latent-dim": 20, "decoder": "gaussian" }""").Dropout);
    }

    [Fact]
    public void The_decoder_mirrors_the_encoder_unless_it_has_its_own()
    {
        var options = Read("""{ "hidden": [512, 128, 64] }""");
        Assert.Equal([64, 128, 512], options.DecoderHidden);
        Assert.Equal([Activation.Relu], options.EncoderActivations);
        Assert.Equal([Activation.Relu], options.DecoderActivations);
        Assert.Equal(0, options.Dropout);
        Assert.Equal([3, 4], Read("""{ "encoder-hidden": [4, 3] }""").DecoderHidden);
        var own = Read("""{ "hidden": [10], "decoder-hidden": [5] }""");
        Assert.Equal([10], own.EncoderHidden);
        Assert.Equal([5], own.DecoderHidden);
        var alone = Read("""{ "hidden": [10, 11], "encoder-hidden": [4, 3] }""");
        Assert.Equal([4, 3], alone.EncoderHidden);
        Assert.Equal([11, 10], alone.DecoderHidden);
    }

    [Fact]
    public void The_classic_activations_are_for_two_layers_and_any_others_for_the_decoder_in_reverse()
    {
        Assert.Equal([Activation.Elu, Activation.Tanh], Read("""{ "hidden": [20, 10] }""").EncoderActivations);
        var mixed = Read("""{ "hidden": [10, 20], "activation": ["relu", "tanh"] }""");
        Assert.Equal([Activation.Tanh, Activation.Relu], mixed.DecoderActivations);
        var linear = Read("""{ "hidden": [10], "decoder-activation": ["none"] }""");
        Assert.Equal([Activation.Relu], linear.EncoderActivations);
        Assert.Equal([Activation.None], linear.DecoderActivations);
    }

    [Fact]
    public void Dropout_is_for_the_default_network_unless_it_is_given()
    {
        foreach (
            string other in (string[])
                [
                    """{ "hidden": [500, 500] }""",
                    """{ "encoder-hidden": [9] }""",
                    """{ "decoder-hidden": [9] }""",
                    """{ "activation": ["relu"] }""",
                    """{ "decoder-activation": ["relu"] }""",
                ]
        )
            Assert.Equal(0, Read(other).Dropout);
        Assert.Equal(0.3f, Read("""{ "hidden": [10], "dropout": 0.3 }""").Dropout);
    }

    private static DenseOptions Read(string json) =>
        Assert.IsType<DenseOptions>(ModelCatalog.Get("vae").Read(JsonNode.Parse(json)!.AsObject()).Network);
}
