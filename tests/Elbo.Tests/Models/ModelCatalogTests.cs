using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Nn;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models;

/// <summary>What every model of the catalog has to do, with every decoder.</summary>
public partial class ModelCatalogTests
{
    private const string Classes = """
        "condition": "labels", "condition-classes": ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
        """;

    /// <summary>
    /// Networks small enough to train in a moment; after the model's name, what is special about them.
    /// </summary>
    private static readonly Dictionary<string, string> Small = new()
    {
        ["vae"] = """
            {
              "encoder-hidden": [24, 12], "decoder-hidden": [10, 20], "activation": ["elu", "tanh"], "dropout": 0.1
            }
            """,
        ["vae with separate networks"] = """
            {
              "encoder-hidden": [24, 12], "decoder-hidden": [10, 20], "activation": ["relu"],
              "encoder-networks": "separate"
            }
            """,
        ["cnn-vae"] = """{ "channels": [4, 6] }""",
        ["cnn-vae without normalisation"] = """{ "network": "plain", "dense": 0 }""",
        ["gmvae"] = """{ "hidden": [24, 12], "clusters": 4, "dropout": 0.1, "pretrain-epochs": 0 }""",
        ["gmvae with a network for the posterior"] =
            """{ "hidden": [24], "clusters": 4, "cluster-posterior": "network", "pretrain-epochs": 0 }""",
        ["cnn-gmvae"] = """{ "dense": 12, "clusters": 3, "pretrain-epochs": 0 }""",
        ["vae with importance samples"] = """
            {
              "hidden": [12], "importance-samples": 4, "importance-bound": "piwae", "importance-groups": 2,
              "min-std": 0.1
            }
            """,
        ["vae with a VampPrior"] =
            """{ "hidden": [24, 12], "dropout": 0.1, "prior": "vamp", "pseudo-inputs": 6, "min-std": 0.1 }""",
        ["cnn-vae with a VampPrior and importance samples"] =
            """{ "channels": [4, 6], "prior": "vamp", "pseudo-inputs": 6, "importance-samples": 2, "min-std": 0.1 }""",
        ["vade"] = """{ "hidden": [24, 12], "clusters": 4, "pretrain-epochs": 0, "min-std": 0.1 }""",
        ["vade with importance samples"] = """
            { "hidden": [24], "clusters": 4, "pretrain-epochs": 0, "importance-samples": 3, "min-std": 0.1 }
            """,
        ["cnn-vae with the prior of vade"] =
            """{ "channels": [4, 6], "prior": "vade", "clusters": 3, "pretrain-epochs": 0, "min-std": 0.1 }""",
        ["vae with two stochastic layers"] =
            """{ "hidden": [24], "top-dim": 2, "prior-hidden": [8, 6], "min-std": 0.1 }""",
        ["cnn-vae with two stochastic layers and importance samples"] = """
            {
              "channels": [4, 6], "prior": "hierarchical", "top-dim": 2, "prior-hidden": [8], "importance-samples": 3,
              "min-std": 0.1
            }
            """,
        ["vae with convolutions and free bits"] = """{ "network": "dcgan", "channels": [4, 6], "free-bits": 0.05 }""",
        ["gmvae with batch normalisation"] =
            """{ "network": "dcgan", "channels": [3, 4], "clusters": 3, "pretrain-epochs": 0 }""",
        ["vae conditional on classes"] = $$"""{ "hidden": [24, 12], "dropout": 0.1, {{Classes}} }""",
        ["cnn-vae conditional on classes, with a VampPrior"] =
            $$"""{ "channels": [4, 6], "prior": "vamp", "pseudo-inputs": 6, "min-std": 0.1, {{Classes}} }""",
        ["vae conditional on classes, with convolutions and importance samples"] =
            $$"""{ "network": "plain", "dense": 8, "importance-samples": 2, "min-std": 0.1, {{Classes}} }""",
        ["cnn-vae with a learned variance"] = """{ "channels": [4, 6], "variance": "learned" }""",
        ["gmvae with a learned variance"] =
            """{ "hidden": [24], "clusters": 4, "pretrain-epochs": 0, "variance": "learned" }""",
    };

    public static TheoryData<string> Names => [.. ModelCatalog.All.Select(m => m.Name)];

    public static TheoryData<string, DecoderKind> Cases
    {
        get
        {
            var cases = new TheoryData<string, DecoderKind>();
            foreach (
                string name in (IEnumerable<string>)
                    [.. Small.Keys, .. ModelCatalog.All.Select(m => m.Name).Except(Small.Keys)]
            )
            foreach (
                var decoder in Small.GetValueOrDefault(name, "").Contains("learned", StringComparison.Ordinal)
                    ? [DecoderKind.Gaussian]
                    : Enum.GetValues<DecoderKind>()
            )
                cases.Add(name, decoder);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_model_loaded_from_a_file_computes_the_same_bits(string name, DecoderKind decoder)
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var saved = Create(name, decoder, device, seed: 1);
        var loaded = Create(name, decoder, device, seed: 2);
        float[] images = FewDigits.Test.ToIntensities(FewDigits.First(7));
        Assert.NotEqual(Inference.Encode(saved, images), Inference.Encode(loaded, images));
        Train(saved, epochs: 1, seed: 1); // so that buffers have moved
        ModelFile.Save(saved, folder.File("model.safetensors"));
        ModelFile.Load(loaded, folder.File("model.safetensors"));
        float[] codes = Inference.Encode(saved, images);
        Bits.AssertEqual(codes, Inference.Encode(loaded, images));
        Bits.AssertEqual(Inference.Decode(saved, codes), Inference.Decode(loaded, codes));
        Bits.AssertEqual(
            Inference.DecodeSampled(saved, codes, new Rng(5)),
            Inference.DecodeSampled(loaded, codes, new Rng(5))
        );
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_file_holds_every_parameter_and_buffer_under_encoder_or_decoder(string name, DecoderKind decoder)
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(name, decoder, device, seed: 1);
        ModelFile.Save(model, folder.File("model.safetensors"));
        using var reader = new SafetensorsReader(folder.File("model.safetensors"));
        Assert.Equal(
            [
                .. model.Parameters.All.Select(p => (p.Name, p.Shape)),
                .. model.Buffers.Select(b => (b.Name, b.Value.Shape)),
            ],
            reader.Entries.Select(e => (e.Name, e.Shape))
        );
        Assert.All(
            model.Parameters.All,
            p => Assert.Matches(@"^(encoder|decoder)(\.[a-z]+|\.[0-9]+)*\.(weight|bias)$", p.Name)
        );
        Assert.All(model.Buffers, b => Assert.Matches(@"^(encoder|decoder)(\.[a-z]+|\.[0-9]+)*\.[a-z_]+$", b.Name));
        Assert.Equal(reader.Entries.Count, reader.Entries.Select(e => e.Name).Distinct().Count());
        Assert.Equal(model.Parameters.All.Sum(p => (long)p.Shape.Count), model.Parameters.Count);
        Assert.Contains(reader.Entries, entry => entry.Name.StartsWith("encoder.", StringComparison.Ordinal));
        Assert.Contains(reader.Entries, entry => entry.Name.StartsWith("decoder.", StringComparison.Ordinal));
        Assert.All(
            reader.Entries.Where(e => e.Name.EndsWith(".bias", StringComparison.Ordinal)),
            bias => Assert.Equal(1, bias.Shape.Rank)
        );
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_same_seed_gives_the_same_bits_and_another_seed_others(string name, DecoderKind decoder)
    {
        float[] Trained(ulong seed, int threads)
        {
            using var device = new Device(new DeviceOptions { Threads = threads });
            var model = Create(name, decoder, device, seed);
            Train(model, epochs: 1, seed);
            return All(model);
        }

        float[] first = Trained(seed: 1, threads: 1);
        Bits.AssertEqual(first, Trained(seed: 1, threads: 2));
        Assert.NotEqual(first, Trained(seed: 2, threads: 1));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_parameter_gets_a_gradient(string name, DecoderKind decoder)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(name, decoder, device, seed: 1);
        using var scope = device.BeginStep();
        var x = device.Images(FewDigits.Train.Pixels.Span, FewDigits.First(16), 784);
        var terms = model.Objective.ComputeLoss(model, x, x, new ForwardContext(new Rng(3), Training: true));
        model.Parameters.ClearGradients();
        device.Tape.Backward(terms.Loss);
        foreach (var parameter in model.Parameters.All)
        {
            Assert.True(parameter.Value.HasGradient, $"{parameter.Name} was not reached");
            float[] gradient = parameter.Value.Gradient!.ToArray();
            Assert.All(gradient, g => Assert.True(float.IsFinite(g), $"the gradient of {parameter.Name} has {g}"));
            Assert.True(Array.Exists(gradient, g => g != 0), $"the gradient of {parameter.Name} is zero");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_lowers_the_loss(string name, DecoderKind decoder)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(name, decoder, device, seed: 1);
        double Loss() =>
            BoundEvaluator
                .Evaluate(model, FewDigits.Train, FewDigits.First(104), "train", new TrainerOptions(), new Rng(9))
                .Loss;
        double before = Loss();
        var (trainer, _) = Trainer(model, seed: 1, images: 260);
        // Most models need one or two epochs.
        for (int epoch = 0; epoch < 15; epoch++)
        {
            trainer.RunEpoch();
            if (Loss() < before - 5)
                return;
        }
        Assert.Fail($"{before} nats before training, {Loss()} after 15 epochs");
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Means_lie_within_the_range_of_intensities_and_deviations_are_positive(string name, DecoderKind decoder)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(name, decoder, device, seed: 1);
        using var pause = device.Tape.Pause();
        using var scope = device.BeginStep();
        var context = new ForwardContext(new Rng(1), Training: false);
        DiagonalGaussian q = model.Encode(device.Images(FewDigits.Test.Pixels.Span, FewDigits.First(5), 784), context);
        Assert.Equal([5, 3], q.Mean.Shape);
        Assert.Equal([5, 3], q.Deviation.Shape);
        Assert.All(q.Deviation.ToArray(), d => Assert.True(d > 0));
        var p = model.Decode(q.Mean, context);
        Assert.Equal([5, 784], p.Mean.Shape);
        Assert.All(p.Mean.ToArray(), m => Assert.InRange(m, 0, 1));
        Assert.Equal([5, 784], p.Sample(new Rng(2)).Shape);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_goes_on_from_a_checkpoint_with_the_same_bits(string name, DecoderKind decoder)
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var store = new CheckpointStore(folder.Path);
        var whole = Create(name, decoder, device, seed: 1);
        var (trainer, optimizer) = Trainer(whole, seed: 1);
        trainer.RunEpoch();
        store.Save(Checkpoint.Of(optimizer, trainer.State, whole.Buffers));
        float[] then = All(whole);
        trainer.RunEpoch();

        var resumed = Create(name, decoder, device, seed: 2);
        var (second, restored) = Trainer(resumed, seed: 1);
        var checkpoint = store.LoadNewestSound(out _)!;
        checkpoint.Restore(restored, resumed.Buffers);
        second.State = checkpoint.State;
        Bits.AssertEqual(then, All(resumed));
        second.RunEpoch();
        Bits.AssertEqual(All(whole), All(resumed));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Evaluation_changes_nothing_and_gives_an_image_the_numbers_it_has_alone(string name, DecoderKind decoder)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(name, decoder, device, seed: 1);
        Train(model, epochs: 1, seed: 1);
        float[] before = All(model);
        double Loss() =>
            BoundEvaluator
                .Evaluate(model, FewDigits.Test, FewDigits.First(60), "test", new TrainerOptions(), new Rng(9))
                .Loss;
        Assert.Equal(Loss(), Loss());
        float[] images = FewDigits.Test.ToIntensities(FewDigits.First(60));
        float[] codes = Inference.Encode(model, images);
        float[] decoded = Inference.Decode(model, codes);
        Bits.AssertEqual(before, All(model));

        // Rows of a product may be summed in another order when there are fewer of them.
        float[] alone = Inference.Encode(model, images.AsSpan(59 * 784, 784));
        for (int z = 0; z < 3; z++)
            Assert.Equal(alone[z], codes[59 * 3 + z], 1e-4 * (1 + MathF.Abs(alone[z])));
        float[] one = Inference.Decode(model, codes.AsSpan(59 * 3, 3));
        for (int i = 0; i < 784; i++)
            Assert.Equal(one[i], decoded[59 * 784 + i], 1e-4);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Training_changes_every_buffer(string name, DecoderKind decoder)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(name, decoder, device, seed: 1);
        var before = model.Buffers.ToDictionary(b => b.Name, b => b.Value.ToArray());
        Train(model, epochs: 1, seed: 1);
        foreach (var (buffer, value) in model.Buffers)
        {
            Assert.NotEqual(before[buffer], value.ToArray());
            Assert.All(value.ToArray(), v => Assert.True(float.IsFinite(v), $"{buffer} has {v}"));
        }
    }

    private static GenerativeModel Create(string name, DecoderKind decoder, Device device, ulong seed)
    {
        var values = JsonNode.Parse(Small.GetValueOrDefault(name, "{}"))!.AsObject();
        var model = ModelOf(name);
        foreach (
            var (option, value) in new JsonObject
            {
                ["latent-dim"] = 3,
                ["decoder"] = OptionName.Name(decoder),
                ["variance"] = 0.1f,
            }
        )
            if (!values.ContainsKey(option))
                values[option] = value!.DeepClone();
        // Training uses the labels of the digits, and everything else this class.
        return model.Read(values).Create(new ImageShape(1, 28, 28), device, new Rng(seed)).GivenOr(4);
    }

    private static ModelEntry ModelOf(string name) => ModelCatalog.Get(name.Split(' ')[0]);

    /// <summary>Parameters and buffers, one after the other.</summary>
    private static float[] All(GenerativeModel model) => [.. model.Tensors.SelectMany(t => t.Value.ToArray())];

    private static void Train(GenerativeModel model, int epochs, ulong seed)
    {
        var (trainer, _) = Trainer(model, seed);
        for (int i = 0; i < epochs; i++)
            trainer.RunEpoch();
    }

    /// <summary>A trainer whose epochs have one step for 52 images.</summary>
    private static (Trainer Trainer, Optimizer Optimizer) Trainer(GenerativeModel model, ulong seed, int images = 104)
    {
        var optimizer = new Adam(model.Parameters);
        return (
            new Trainer(
                model,
                optimizer,
                new ConstantSchedule(3e-3f),
                new TrainerOptions { BatchSize = 52 },
                FewDigits.Train,
                FewDigits.First(images),
                new Rng(seed)
            ),
            optimizer
        );
    }
}
