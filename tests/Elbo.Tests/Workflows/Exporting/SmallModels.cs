using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Nn;

namespace Elbo.Tests.Workflows.Exporting;

/// <summary>Small models of every kind, for tests of what other programs make of them.</summary>
internal static class SmallModels
{
    private const string Classes = """ "condition": "labels", "condition-classes": ["a", "b", "c", "d"] """;

    /// <summary>A preset, after its name what is special about it, with options and image shape.</summary>
    private static readonly Dictionary<string, (string Options, ImageShape Shape)> All = new()
    {
        ["vae"] = ("{}", new(1, 28, 28)),
        ["vae with all activations"] = (
            """{ "hidden": [8, 7, 6, 5], "activation": ["relu", "leaky-relu", "silu", "gelu"] }""",
            new(1, 28, 28)
        ),
        ["vae without hidden layers"] = (
            """{ "hidden": [], "decoder-hidden": [6], "activation": ["tanh"] }""",
            new(3, 8, 9)
        ),
        ["vae with separate networks"] = (
            """{ "hidden": [12, 7], "encoder-networks": "separate", "output-layers": "joint", "decoder": "gaussian-sigma" }""",
            new(3, 9, 8)
        ),
        ["vae for pixels with their own variances"] = (
            """{ "hidden": [12, 7], "decoder": "gaussian-sigma", "min-std": 0.05 }""",
            new(1, 28, 28)
        ),
        ["vae conditional on classes"] = ($$"""{ "hidden": [12], {{Classes}} }""", new(1, 28, 28)),
        ["cnn-vae"] = ("""{ "base-channels": 8 }""", new(1, 28, 28)),
        ["cnn-vae for even sides"] = ("""{ "base-channels": 4, "decoder": "gaussian" }""", new(3, 32, 32)),
        ["cnn-vae for odd sides"] = ("""{ "channels": [3, 4, 5], "decoder": "gaussian-sigma" }""", new(3, 17, 26)),
        ["cnn-vae conditional on classes"] = ($$"""{ "channels": [3, 4, 5], {{Classes}} }""", new(1, 32, 32)),
        ["cnn-vae with the plain network"] = ("""{ "network": "plain", "dense": 9, "dropout": 0.2 }""", new(3, 13, 30)),
        ["cnn-vae with the plain network, conditional on classes"] = (
            $$"""{ "network": "plain", "dense": 9, "decoder": "gaussian-sigma", {{Classes}} }""",
            new(1, 28, 28)
        ),
        ["vae with the prior vamp"] = ("""{ "hidden": [9], "prior": "vamp", "pseudo-inputs": 5 }""", new(1, 28, 28)),
        ["vae with the prior vamp, conditional on classes"] = (
            $$"""{ "hidden": [9], "prior": "vamp", "pseudo-inputs": 5, {{Classes}} }""",
            new(1, 28, 28)
        ),
        ["vae with two stochastic layers"] = (
            """{ "hidden": [9], "top-dim": 2, "prior-hidden": [8, 6] }""",
            new(1, 28, 28)
        ),
        ["vae with a learned variance"] = (
            """{ "hidden": [9], "decoder": "gaussian", "variance": "learned" }""",
            new(1, 28, 28)
        ),
        ["gmvae"] = ("""{ "hidden": [60, 50] }""", new(1, 28, 28)),
        ["gmvae with a network for the posterior"] = (
            """{ "hidden": [9], "clusters": 4, "cluster-posterior": "network", "pretrain-epochs": 0 }""",
            new(1, 28, 28)
        ),
        ["gmvae with batch normalisation"] = (
            """{ "network": "dcgan", "channels": [3, 4], "clusters": 3 }""",
            new(3, 16, 16)
        ),
        ["cnn-gmvae"] = ("{}", new(1, 28, 28)),
        ["vade"] = ("""{ "hidden": [50, 40, 90] }""", new(1, 28, 28)),
        ["cnn-vae with the prior vade"] = (
            """{ "channels": [3, 4], "prior": "vade", "clusters": 3 }""",
            new(1, 28, 28)
        ),
    };

    public static IReadOnlyCollection<string> AllNames => All.Keys;

    public static TheoryData<string> Names => [.. All.Keys];

    /// <summary>Creates a model as after training: no bias is 0, and no running statistics are as in the beginning.</summary>
    public static GenerativeModel Create(string name, Device device, ulong seed = 1)
    {
        var (options, shape) = All[name];
        var model = ModelCatalog
            .Get(name.Split(' ')[0])
            .Read(JsonNode.Parse(options)!.AsObject())
            .Create(shape, device, new Rng(seed));
        Move(model, new Rng(seed + 1));
        return model;
    }

    /// <summary>Changes all vectors, such as biases and running statistics; variances stay positive.</summary>
    private static void Move(GenerativeModel model, Rng rng)
    {
        foreach (var (_, tensor) in model.Tensors.Where(tensor => tensor.Value.Shape.Rank == 1))
        foreach (ref float value in tensor.AsSpan())
            value = (value * (0.8f + (0.4f * rng.NextSingle()))) + (0.1f * rng.NextSingle());
    }

    /// <summary>Digits if the model is for images of their size, else noise: (count, pixels).</summary>
    public static float[] Images(GenerativeModel model, int count)
    {
        if (model.ImageShape == FewDigits.Test.Shape)
            return FewDigits.Test.ToIntensities(FewDigits.First(count));
        var rng = new Rng(5);
        return [.. Enumerable.Range(0, count * model.ImageShape.PixelCount).Select(_ => rng.NextSingle())];
    }

    /// <summary>A class for each image; empty if the model is not conditional.</summary>
    public static byte[] Labels(GenerativeModel model, int count) =>
        model.IsConditional ? [.. Enumerable.Range(0, count).Select(i => (byte)((i + 1) % 4))] : [];

    /// <summary>The standard deviations of pixels for codes (N, Z): (N, D); null if the decoder outputs none.</summary>
    public static float[]? PixelDeviations(GenerativeModel model, float[] codes, byte[] labels)
    {
        using var pause = model.Device.Tape.Pause();
        using var scope = model.Device.BeginStep();
        var z = model.Device.Tensor(codes, [codes.Length / model.LatentDim, model.LatentDim]);
        var context = new ForwardContext(new Rng(1), Training: false, Condition: model.OneHot(labels));
        return (model.Decode(z, context) as GaussianLikelihood)?.Deviation.ToArray();
    }
}
