using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Nn;

namespace Elbo.Tests.Models;

public class VaeTests
{
    private static readonly ForwardContext Evaluation = new(new Rng(1), Training: false);

    [Fact]
    [Trait("Category", "Reference")]
    public void Loss_terms_and_every_gradient_match_the_reference()
    {
        using var golden = Golden.Open("models");
        using var device = new Device();
        var model = new GenerativeModel(
            new VaeOptions
            {
                LatentDim = 3,
                Network = new DenseOptions
                {
                    EncoderHidden = [16, 16],
                    DecoderHidden = [16, 16],
                    Dropout = 0,
                },
            },
            new ImageShape(1, 4, 6),
            device,
            new Rng(1)
        );
        foreach (var parameter in model.Parameters.All)
            Reference(golden, parameter.Name, "").CopyTo(parameter.Value.AsSpan());

        using var scope = device.BeginStep();
        Tensor Given(string name) => golden.ReadTensor(device, $"vae/{name}");

        var x = Given("x");
        var q = model.Encode(x, Evaluation);
        Golden.AssertNear(golden.ReadFloats("vae/mu").Values, q.Mean.AsSpan());
        Golden.AssertNear(golden.ReadFloats("vae/sigma").Values, q.Deviation.AsSpan());
        var likelihood = model.Decode(q.Sample(Given("eps")), Evaluation);
        Golden.AssertNear(Ops.Sigmoid(Given("logits")).AsSpan(), likelihood.Mean.AsSpan());
        var terms = LossTerms.FromBound(
            Ops.Mean(likelihood.NegativeLogProb(x)),
            [("kl", Ops.Mean(q.KlToStandardNormal()))],
            klWeight: 1
        );
        Golden.AssertNear(golden.ReadFloats("vae/reconstruction").Values, terms.Terms[0].Value.AsSpan());
        Golden.AssertNear(golden.ReadFloats("vae/kl").Values, terms.Terms[1].Value.AsSpan());

        model.Parameters.ClearGradients();
        device.Tape.Backward(terms.Loss);
        foreach (var parameter in model.Parameters.All)
            Golden.AssertNear(Reference(golden, parameter.Name, "grad_"), parameter.Value.Gradient!.AsSpan());
    }

    [Fact]
    public void The_default_is_the_classic_network_with_weights_as_outputs_by_inputs()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = new GenerativeModel(new VaeOptions(), new ImageShape(1, 28, 28), device, new Rng(1));
        Assert.Equal(
            [
                "encoder.hidden.0.weight (500, 784)",
                "encoder.hidden.0.bias (500)",
                "encoder.hidden.1.weight (500, 500)",
                "encoder.hidden.1.bias (500)",
                "encoder.mean.weight (2, 500)",
                "encoder.mean.bias (2)",
                "encoder.deviation.weight (2, 500)",
                "encoder.deviation.bias (2)",
                "decoder.hidden.0.weight (500, 2)",
                "decoder.hidden.0.bias (500)",
                "decoder.hidden.1.weight (500, 500)",
                "decoder.hidden.1.bias (500)",
                "decoder.mean.weight (784, 500)",
                "decoder.mean.bias (784)",
            ],
            model.Parameters.All.Select(p => $"{p.Name} {p.Shape}")
        );
    }

    [Fact]
    public void Without_hidden_layers_the_decoder_is_affine()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = new GenerativeModel(
            new VaeOptions
            {
                Network = new DenseOptions
                {
                    EncoderHidden = [],
                    DecoderHidden = [],
                    EncoderActivations = [Activation.Relu],
                    DecoderActivations = [Activation.Relu],
                },
            },
            new ImageShape(1, 4, 6),
            device,
            new Rng(1)
        );
        var values = model.Parameters.All.ToDictionary(p => p.Name, p => p.Value.ToArray());
        float logit = values["decoder.mean.weight"][0] * 0.5f + values["decoder.mean.weight"][1] * -2f;
        Assert.Equal(1 / (1 + Math.Exp(-logit)), Inference.Decode(model, [0.5f, -2f])[0], 1e-6);
    }

    [Fact]
    public void Dropout_acts_in_training_only()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = new GenerativeModel(
            new VaeOptions
            {
                Network = new DenseOptions
                {
                    EncoderHidden = [30],
                    DecoderHidden = [30],
                    EncoderActivations = [Activation.Elu],
                    DecoderActivations = [Activation.Elu],
                    Dropout = 0.5f,
                },
            },
            new ImageShape(1, 28, 28),
            device,
            new Rng(1)
        );
        var x = device.Images(FewDigits.Test.Pixels.Span, FewDigits.First(4), 784);
        float[] Means(bool training, ulong seed) =>
            model.Encode(x, new ForwardContext(new Rng(seed), training)).Mean.ToArray();
        Bits.AssertEqual(Means(training: false, 1), Means(training: false, 2));
        Assert.NotEqual(Means(training: true, 1), Means(training: true, 2));
        Bits.AssertEqual(Means(training: true, 1), Means(training: true, 1));
    }

    [Theory]
    [InlineData(0, "latent-dim is 0;")]
    [InlineData(5000, "latent-dim is 5000;")]
    public void A_latent_size_out_of_range_is_refused(int latentDim, string complaint) =>
        AssertRefused(new VaeOptions { LatentDim = latentDim }, complaint);

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        AssertRefused(
            new VaeOptions { Network = new DenseOptions { EncoderHidden = [10, 0] } },
            "a hidden layer of the encoder has width 0;"
        );
        AssertRefused(
            new VaeOptions { Network = new DenseOptions { DecoderHidden = [10, 70_000] } },
            "a hidden layer of the decoder has width 70000;"
        );
        AssertRefused(
            new VaeOptions { Network = new DenseOptions { EncoderHidden = [10] } },
            "activation has 2 entries and the encoder 1 hidden layer;"
        );
        AssertRefused(
            new VaeOptions { Network = new DenseOptions { DecoderActivations = [] } },
            "activation has 0 entries and the decoder 2 hidden layers;"
        );
        AssertRefused(new VaeOptions { Likelihood = new LikelihoodOptions { Variance = 0 } }, "variance is 0;");
        AssertRefused(
            new VaeOptions { Likelihood = new LikelihoodOptions { Variance = float.PositiveInfinity } },
            "variance is Infinity;"
        );
        AssertRefused(new VaeOptions { Network = new DenseOptions { Dropout = 1 } }, "dropout is 1;");
        AssertRefused(new VaeOptions { Network = new DenseOptions { Dropout = float.NaN } }, "dropout is NaN;");
        AssertRefused(
            new VaeOptions { Network = new DenseOptions { WeightInit = (Initialization)9 } },
            "weight-init is 9; it must be one of glorot-normal"
        );
    }

    [Fact]
    public void A_layer_too_wide_for_any_tensor_is_refused_by_its_name() =>
        AssertRefused(
            new VaeOptions
            {
                Network = new DenseOptions { EncoderHidden = [65_536, 65_536], EncoderActivations = [Activation.Relu] },
            },
            "layer encoder.hidden.1 would have 65536 × 65536 weights"
        );

    [Fact]
    public void Weights_of_another_network_are_refused_and_nothing_is_changed()
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        GenerativeModel Create(int latentDim, DecoderKind decoder = DecoderKind.Bernoulli) =>
            new(
                new VaeOptions
                {
                    LatentDim = latentDim,
                    Network = new DenseOptions
                    {
                        EncoderHidden = [8],
                        DecoderHidden = [8],
                        EncoderActivations = [Activation.Elu],
                        DecoderActivations = [Activation.Elu],
                    },
                    Likelihood = new LikelihoodOptions { Decoder = decoder },
                },
                new ImageShape(1, 4, 6),
                device,
                new Rng(1)
            );
        string path = folder.File("model.safetensors");
        ModelFile.Save(Create(2), path);
        var other = Create(3);
        float[] before = other.Parameters.Values.ToArray();
        Assert.Equal(
            $"{path} has 'encoder.mean.weight' with shape (2, 8); this model needs (3, 8).",
            Assert.Throws<InvalidDataException>(() => ModelFile.Load(other, path)).Message
        );
        Assert.Equal(before, other.Parameters.Values.ToArray());
        Assert.Equal(
            $"{path} has no 'decoder.deviation.weight', which this model needs with shape (24, 8).",
            Assert
                .Throws<InvalidDataException>(() => ModelFile.Load(Create(2, DecoderKind.GaussianSigma), path))
                .Message
        );
    }

    private static void AssertRefused(VaeOptions options, string complaint)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        Assert.StartsWith(
            complaint,
            Assert
                .Throws<ArgumentException>(() =>
                    new GenerativeModel(options, new ImageShape(1, 4, 6), device, new Rng(1))
                )
                .Message
        );
    }

    /// <summary>The reference's name for one of our parameters.</summary>
    private static ReadOnlySpan<float> Reference(SafetensorsReader golden, string parameter, string prefix)
    {
        string name = parameter
            .Replace("encoder.hidden.0", "enc1")
            .Replace("encoder.hidden.1", "enc2")
            .Replace("encoder.mean", "mu")
            .Replace("encoder.deviation", "sigma")
            .Replace("decoder.hidden.0", "dec1")
            .Replace("decoder.hidden.1", "dec2")
            .Replace("decoder.mean", "out");
        return golden.ReadFloats($"vae/{prefix}{name}").Values;
    }
}
