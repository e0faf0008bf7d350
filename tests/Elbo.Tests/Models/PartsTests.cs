using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Nn;

namespace Elbo.Tests.Models;

/// <summary>Models are combinations of parts, and a name is one of them.</summary>
public class PartsTests
{
    /// <summary>The parts of one preset, given to another.</summary>
    public static TheoryData<string, string, string, string> SameModels =>
        new()
        {
            { "vae", """{ "network": "dcgan", "channels": [3] }""", "cnn-vae", """{ "channels": [3] }""" },
            {
                "cnn-vae",
                """{ "network": "dense", "hidden": [9], "latent-dim": 4 }""",
                "vae",
                """{ "hidden": [9], "latent-dim": 4 }"""
            },
            {
                "vae",
                """
                    { "prior": "mixture", "hidden": [9, 8], "activation": ["relu"], "encoder-networks": "separate",
                      "output-layers": "joint", "weight-init": "glorot-uniform", "latent-dim": 10, "variance": 0.03,
                      "decoder": "gaussian" }
                    """,
                "gmvae",
                """{ "hidden": [9, 8] }"""
            },
            { "gmvae", """{ "network": "plain", "dense": 8 }""", "cnn-gmvae", """{ "dense": 8 }""" },
            {
                "vae",
                """
                    { "prior": "vade", "hidden": [9, 8, 7], "latent-dim": 10 }
                    """,
                "vade",
                """{ "hidden": [9, 8, 7] }"""
            },
            {
                "cnn-gmvae",
                """{ "prior": "standard-normal", "dense": 8, "decoder": "bernoulli", "latent-dim": 2 }""",
                "cnn-vae",
                """{ "network": "plain", "dense": 8 }"""
            },
        };

    [Theory]
    [MemberData(nameof(SameModels))]
    public void Presets_with_the_same_parts_are_the_same_model(string one, string given, string other, string itsOwn)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var (first, second) = (Create(one, given, device), Create(other, itsOwn, device));
        Assert.Equal(
            first.Tensors.Select(t => $"{t.Name} {t.Value.Shape}"),
            second.Tensors.Select(t => $"{t.Name} {t.Value.Shape}")
        );
        float[] images = FewDigits.Test.ToIntensities(FewDigits.First(3));
        float[] codes = Inference.Encode(first, images);
        Bits.AssertEqual(codes, Inference.Encode(second, images));
        Bits.AssertEqual(Inference.Decode(first, codes), Inference.Decode(second, codes));
    }

    [Theory]
    [MemberData(nameof(SameModels))]
    public void A_combination_is_saved_and_opened_from_its_file_alone(
        string one,
        string given,
        string other,
        string itsOwn
    )
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        using var folder = new TemporaryFolder();
        float[] images = FewDigits.Test.ToIntensities(FewDigits.First(3));
        foreach (var (name, options) in new[] { (one, given), (other, itsOwn) })
        {
            string path = folder.File($"{name}.safetensors");
            var saved = Create(name, options, device);
            ModelFile.Save(saved, path);
            var opened = ModelFile.Open(path, device);
            Assert.Equal(Written(saved), Written(opened));
            Bits.AssertEqual(Inference.Encode(saved, images), Inference.Encode(opened, images));
        }
    }

    [Fact]
    public void A_preset_writes_its_own_options_and_a_combination_what_differs()
    {
        var cnn = ModelCatalog.Get("cnn-vae");
        Assert.Equal(
            """{"latent-dim":2,"network":"dcgan","decoder":"bernoulli","variance":1,""" + "\"min-std\":1E-06}",
            cnn.Write(cnn.Read([])).ToJsonString()
        );
        var vae = ModelCatalog.Get("vae");
        Assert.DoesNotContain(vae.Write(vae.Read([])), o => o.Key is "network" or "prior" or "objective");
        Assert.Equal(
            """{"network":"dcgan","objective":"free-bits","latent-dim":2,"decoder":"bernoulli","variance":1,"""
                + "\"min-std\":1E-06,\"channels\":[4],\"free-bits\":0.25}",
            vae.Write(vae.Read(Json("""{ "network": "dcgan", "channels": [4], "free-bits": 0.25 }"""))).ToJsonString()
        );
    }

    [Fact]
    public void The_former_name_of_a_network_is_read_and_what_was_written_beside_it_says_nothing()
    {
        var options = ModelCatalog.Get("cnn-vae").Read(Json("""{ "network": "batch-norm", "dense": 64 }"""));
        Assert.Equal(new DcganOptions(), options.Network);
        Assert.Equal(new CnnVaeOptions(), options);
    }

    [Fact]
    public void An_option_of_free_bits_chooses_them_and_one_of_a_part_that_is_not_chosen_is_refused()
    {
        var vae = ModelCatalog.Get("vae");
        Assert.Equal(new FreeBits { Nats = 0.25f }, vae.Read(Json("""{ "free-bits": 0.25 }""")).Objective);
        Assert.Equal(new FreeBits { Nats = 0.5f }, vae.Read(Json("""{ "objective": "free-bits" }""")).Objective);
        Assert.Equal(
            "clusters is an option of the prior mixture or vade; this vae has the prior standard-normal. Choose with --prior "
                + "mixture.",
            Assert.Throws<ArgumentException>(() => vae.Read(Json("""{ "clusters": 3 }"""))).Message
        );
        Assert.Equal(
            "network: 'resnet' is not one of dense, dcgan, plain.",
            Assert.Throws<ArgumentException>(() => vae.Read(Json("""{ "network": "resnet" }"""))).Message
        );
    }

    [Fact]
    public void A_network_that_cannot_take_the_images_says_so_in_any_model()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        foreach (string name in ModelCatalog.All.Select(m => m.Name))
            Assert.Equal(
                "the images are 4×6; the network dcgan needs 8 pixels or more along each side. The network dense takes "
                    + "any size.",
                Assert
                    .Throws<ArgumentException>(() =>
                        Create(name, """{ "network": "dcgan" }""", device, new ImageShape(1, 4, 6))
                    )
                    .Message
            );
    }

    [Fact]
    public void A_part_of_ones_own_trains_and_says_that_it_cannot_be_saved()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        using var folder = new TemporaryFolder();
        var model = new VaeOptions
        {
            Network = DenseOptions.WithLayers([4], [4]),
            Objective = new ReconstructionOnly(),
        }.Create(FewDigits.Train.Shape, device, new Rng(1));
        using var scope = device.BeginStep();
        var x = device.Images(FewDigits.Train.Pixels.Span, FewDigits.First(5), 784);
        var terms = model.Objective.ComputeLoss(model, x, x, new ForwardContext(new Rng(1), Training: true));
        Assert.True(float.IsFinite(terms.Loss.ToScalar()));
        Assert.Equal(
            "the objective is ReconstructionOnly, which has no name in the catalog; there are elbo, free-bits, iwae.",
            Assert.Throws<ArgumentException>(() => ModelFile.Save(model, folder.File("model.safetensors"))).Message
        );
    }

    private static JsonObject Json(string text) => JsonNode.Parse(text)!.AsObject();

    private static string Written(GenerativeModel model) =>
        ModelCatalog.Of(model.Options).Write(model.Options).ToJsonString();

    private static GenerativeModel Create(string name, string options, Device device, ImageShape? images = null) =>
        ModelCatalog.Get(name).Read(Json(options)).Create(images ?? FewDigits.Train.Shape, device, new Rng(3));

    /// <summary>An objective as a program might write one.</summary>
    private sealed class ReconstructionOnly : IObjective
    {
        public LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, ForwardContext context)
        {
            var loss = model.Reconstruction(target, model.Encode(input, context).Mean, context);
            return new LossTerms(loss, ("reconstruction", loss));
        }
    }
}
