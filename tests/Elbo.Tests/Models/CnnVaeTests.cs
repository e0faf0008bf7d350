using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Nn;

namespace Elbo.Tests.Models;

public class CnnVaeTests
{
    private static readonly ForwardContext Evaluation = new(new Rng(1), Training: false);

    [Fact]
    public void Images_of_28_by_28_get_the_usual_network_for_mnist()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        Assert.Equal(
            [
                "encoder.conv.0.weight (4, 4, 1, 64)",
                "encoder.conv.0.bias (64)",
                "encoder.conv.1.weight (4, 4, 64, 128)",
                "encoder.conv.1.norm.weight (128)",
                "encoder.conv.1.norm.bias (128)",
                "encoder.dense.weight (1024, 6272)",
                "encoder.dense.norm.weight (1024)",
                "encoder.dense.norm.bias (1024)",
                "encoder.mean.weight (10, 1024)",
                "encoder.mean.bias (10)",
                "encoder.deviation.weight (10, 1024)",
                "encoder.deviation.bias (10)",
                "decoder.dense.0.weight (1024, 10)",
                "decoder.dense.0.norm.weight (1024)",
                "decoder.dense.0.norm.bias (1024)",
                "decoder.dense.1.weight (6272, 1024)",
                "decoder.dense.1.norm.weight (6272)",
                "decoder.dense.1.norm.bias (6272)",
                "decoder.conv.0.weight (4, 4, 64, 128)",
                "decoder.conv.0.norm.weight (64)",
                "decoder.conv.0.norm.bias (64)",
                "decoder.output.weight (4, 4, 1, 64)",
                "decoder.output.bias (1)",
                "encoder.conv.1.norm.running_mean (128)",
                "encoder.conv.1.norm.running_variance (128)",
                "encoder.dense.norm.running_mean (1024)",
                "encoder.dense.norm.running_variance (1024)",
                "decoder.dense.0.norm.running_mean (1024)",
                "decoder.dense.0.norm.running_variance (1024)",
                "decoder.dense.1.norm.running_mean (6272)",
                "decoder.dense.1.norm.running_variance (6272)",
                "decoder.conv.0.norm.running_mean (64)",
                "decoder.conv.0.norm.running_variance (64)",
            ],
            new GenerativeModel(
                new CnnVaeOptions { LatentDim = 10 },
                new ImageShape(1, 28, 28),
                device,
                new Rng(1)
            ).Tensors.Select(t => $"{t.Name} {t.Value.Shape}")
        );
    }

    [Fact]
    public void Images_of_32_by_32_get_the_usual_network_for_cifar()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        Assert.Equal(
            [
                "encoder.conv.0.weight (4, 4, 3, 64)",
                "encoder.conv.0.bias (64)",
                "encoder.conv.1.weight (4, 4, 64, 128)",
                "encoder.conv.1.norm.weight (128)",
                "encoder.conv.1.norm.bias (128)",
                "encoder.conv.2.weight (4, 4, 128, 256)",
                "encoder.conv.2.norm.weight (256)",
                "encoder.conv.2.norm.bias (256)",
                "encoder.mean.weight (10, 4096)",
                "encoder.mean.bias (10)",
                "encoder.deviation.weight (10, 4096)",
                "encoder.deviation.bias (10)",
                "decoder.dense.0.weight (1792, 10)",
                "decoder.dense.0.norm.weight (1792)",
                "decoder.dense.0.norm.bias (1792)",
                "decoder.conv.0.weight (4, 4, 256, 448)",
                "decoder.conv.0.norm.weight (256)",
                "decoder.conv.0.norm.bias (256)",
                "decoder.conv.1.weight (4, 4, 128, 256)",
                "decoder.conv.1.bias (128)",
                "decoder.conv.2.weight (4, 4, 64, 128)",
                "decoder.conv.2.bias (64)",
                "decoder.output.weight (4, 4, 6, 64)",
                "decoder.output.bias (6)",
            ],
            new GenerativeModel(
                new CnnVaeOptions
                {
                    LatentDim = 10,
                    Likelihood = new LikelihoodOptions { Decoder = DecoderKind.GaussianSigma },
                },
                new ImageShape(3, 32, 32),
                device,
                new Rng(1)
            ).Parameters.All.Select(p => $"{p.Name} {p.Shape}")
        );
    }

    /// <summary>Images and the maps that decoder and encoder make of them.</summary>
    public static TheoryData<int, int, int, string> Sizes =>
        new()
        {
            { 1, 8, 8, "64@4×4 | 112@2×2 64@4×4" },
            { 1, 28, 20, "64@14×10 128@7×5 | 128@7×5 64@14×10" },
            { 3, 33, 47, "64@16×23 128@8×11 256@4×5 | 256@4×5 128@8×11 64@16×23" },
            { 3, 9, 15, "64@4×7 | 64@4×7" },
            { 3, 64, 64, "64@32×32 128@16×16 256@8×8 512@4×4 | 896@2×2 512@4×4 256@8×8 128@16×16 64@32×32" },
            { 1, 8, 300, "64@4×150 | 112@2×75 64@4×150" },
            {
                1,
                900,
                240,
                "64@450×120 128@225×60 256@112×30 512@56×15 512@28×7 | 512@28×7 512@56×15 256@112×30 128@225×60 "
                    + "64@450×120"
            },
        };

    [Theory]
    [MemberData(nameof(Sizes))]
    public void The_maps_follow_from_the_size_of_the_images(int channels, int height, int width, string maps)
    {
        var layout = new DcganLayout(new ImageShape(channels, height, width), new DcganOptions());
        static string Text(IEnumerable<ImageShape> list) =>
            string.Join(' ', list.Select(m => $"{m.Channels}@{m.Height}×{m.Width}"));
        Assert.Equal(maps, $"{Text(layout.EncoderMaps.Skip(1))} | {Text(layout.DecoderMaps.SkipLast(1))}");
        Assert.Equal(new ImageShape(channels, height, width), layout.DecoderMaps[^1]);
    }

    [Fact]
    public void Base_channels_scale_every_map()
    {
        var layout = new DcganLayout(new ImageShape(3, 128, 128), new DcganOptions { BaseChannels = 6 });
        Assert.Equal([3, 6, 12, 24, 48, 48], layout.EncoderMaps.Select(map => map.Channels));
        Assert.Equal([84, 48, 48, 24, 12, 6, 3], layout.DecoderMaps.Select(map => map.Channels));
    }

    /// <summary>Sizes whose sides are odd at different stages, with every decoder.</summary>
    public static TheoryData<int, int, int, DecoderKind> Shapes
    {
        get
        {
            var cases = new TheoryData<int, int, int, DecoderKind>();
            foreach (var decoder in Enum.GetValues<DecoderKind>())
            foreach (
                var (channels, height, width) in ((int, int, int)[])
                    [(1, 8, 8), (1, 9, 14), (3, 14, 9), (3, 33, 47), (2, 19, 19)]
            )
                cases.Add(channels, height, width, decoder);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Images_of_any_size_come_back_in_their_size_whatever_dimensions_are_in_front(
        int channels,
        int height,
        int width,
        DecoderKind decoder
    )
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var shape = new ImageShape(channels, height, width);
        var model = new GenerativeModel(
            new CnnVaeOptions
            {
                LatentDim = 3,
                Network = new DcganOptions { Channels = [4, 6] },
                Likelihood = new LikelihoodOptions { Decoder = decoder },
            },
            shape,
            device,
            new Rng(1)
        );
        var x = Ops.RandomUniform(device, [2, 3, shape.PixelCount], new Rng(2));
        var q = model.Encode(x, Evaluation);
        Assert.Equal([2, 3, 3], q.Mean.Shape);
        Assert.Equal([2, 3, 3], q.Deviation.Shape);
        var p = model.Decode(q.Mean, Evaluation);
        Assert.Equal([2, 3, shape.PixelCount], p.Mean.Shape);
        Assert.Equal([2, 3], p.NegativeLogProb(x).Shape);
        // The same images in one row of six give the same numbers.
        var flat = model.Encode(Ops.Reshape(x, [6, shape.PixelCount]), Evaluation);
        Bits.AssertEqual(flat.Mean.AsSpan(), q.Mean.AsSpan());
        Bits.AssertEqual(
            model.Decode(flat.Mean, Evaluation).NegativeLogProb(Ops.Reshape(x, [6, shape.PixelCount])).AsSpan(),
            p.NegativeLogProb(x).AsSpan()
        );
    }

    [Fact]
    public void Images_hold_one_channel_after_the_other_and_deviations_are_apart_from_means()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = new GenerativeModel(
            new CnnVaeOptions
            {
                Network = new DcganOptions { Channels = [4] },
                Likelihood = new LikelihoodOptions { Decoder = DecoderKind.GaussianSigma },
            },
            new ImageShape(3, 8, 8),
            device,
            new Rng(1)
        );
        var values = model.Parameters.All.ToDictionary(p => p.Name, p => p.Value);
        values["decoder.output.weight"].AsSpan().Clear();
        float[] bias = [-2, -1, 0, 1, 2, 3];
        bias.CopyTo(values["decoder.output.bias"].AsSpan());
        var p = Assert.IsType<GaussianLikelihood>(model.Decode(device.Zeros([1, 2]), Evaluation));
        for (int c = 0; c < 3; c++)
        for (int i = 0; i < 64; i++)
        {
            double mean = 1 / (1 + Math.Exp(-bias[c])),
                deviation = 1e-6 + Math.Log(1 + Math.Exp(bias[3 + c]));
            Assert.Equal(mean, p.Mean.AsSpan()[c * 64 + i], 1e-6);
            Assert.Equal(
                deviation,
                (p.Sample(new Rng(5)).AsSpan()[c * 64 + i] - mean)
                    / Ops.RandomNormal(device, [1, 192], new Rng(5)).AsSpan()[c * 64 + i],
                1e-3
            );
        }

        // A network that looks at the second channel only is blind to the others.
        var first = values["encoder.conv.0.weight"];
        for (int i = 0; i < first.Count; i++)
            if (i / 4 % 3 != 1)
                first.AsSpan()[i] = 0;
        float[] Code(params float[] channels) =>
            model
                .Encode(device.Tensor([.. channels.SelectMany(c => Enumerable.Repeat(c, 64))], [1, 192]), Evaluation)
                .Mean.ToArray();
        Bits.AssertEqual(Code(0, 1, 0), Code(0.5f, 1, 0.25f));
        Assert.NotEqual(Code(0, 1, 0), Code(0, 0.5f, 0));
    }

    [Theory]
    [InlineData(3, 16, 16)]
    [InlineData(3, 17, 12)]
    [InlineData(1, 8, 8)]
    public void Every_parameter_gets_a_gradient_with_and_without_wide_layers(int channels, int height, int width)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = new GenerativeModel(
            new CnnVaeOptions
            {
                Network = new DcganOptions { Channels = [4, 6] },
                Likelihood = new LikelihoodOptions { Decoder = DecoderKind.GaussianSigma },
            },
            new ImageShape(channels, height, width),
            device,
            new Rng(1)
        );
        using var scope = device.BeginStep();
        var x = Ops.RandomUniform(device, [8, model.ImageShape.PixelCount], new Rng(2));
        var terms = model.Objective.ComputeLoss(model, x, x, new ForwardContext(new Rng(3), Training: true));
        model.Parameters.ClearGradients();
        device.Tape.Backward(terms.Loss);
        foreach (var parameter in model.Parameters.All)
        {
            Assert.True(parameter.Value.HasGradient, $"{parameter.Name} was not reached");
            Assert.True(
                Array.Exists(parameter.Value.Gradient!.ToArray(), g => g != 0),
                $"the gradient of {parameter.Name} is zero"
            );
        }
    }

    [Fact]
    public void What_does_not_go_with_the_images_is_refused()
    {
        AssertRefused(
            new CnnVaeOptions(),
            new ImageShape(1, 28, 7),
            "the images are 28×7; the network dcgan needs 8 pixels or more along each side. The network dense takes "
                + "any size."
        );
        AssertRefused(
            new CnnVaeOptions { Network = new DcganOptions { Channels = [8, 8, 8, 8, 8] } },
            new ImageShape(1, 28, 28),
            "channels has 5 entries; images of 28×28 can be halved 4 times at most."
        );
        AssertRefused(
            new CnnVaeOptions { Network = new DcganOptions { Channels = [] } },
            new ImageShape(1, 28, 28),
            "channels has 0 entries; give one for each convolution, 1 to 16."
        );
        AssertRefused(
            new CnnVaeOptions { Network = new DcganOptions { Channels = [8, 0] } },
            new ImageShape(1, 28, 28),
            "a convolution has 0 channels; it must have between 1 and 4096."
        );
        AssertRefused(
            new CnnVaeOptions
            {
                Network = new DcganOptions { Channels = [8, 8], BaseChannels = 32 },
            },
            new ImageShape(1, 28, 28),
            "base-channels is 32 and channels has 2 entries; give one of them."
        );
        AssertRefused(
            new CnnVaeOptions { Network = new DcganOptions { BaseChannels = 0 } },
            new ImageShape(1, 28, 28),
            "base-channels is 0; it must be"
        );
        AssertRefused(
            new CnnVaeOptions { Network = new DcganOptions { Channels = [5000] } },
            new ImageShape(1, 28, 28),
            "a convolution has 5000 channels;"
        );
        AssertRefused(new CnnVaeOptions { LatentDim = 0 }, new ImageShape(1, 28, 28), "latent-dim is 0;");
        AssertRefused(
            new CnnVaeOptions { Likelihood = new LikelihoodOptions { Variance = float.NaN } },
            new ImageShape(1, 28, 28),
            "variance is NaN;"
        );
    }

    [Fact]
    public void Input_of_another_size_is_refused()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = new GenerativeModel(
            new CnnVaeOptions { Network = new DcganOptions { Channels = [2] } },
            new ImageShape(3, 8, 8),
            device,
            new Rng(1)
        );
        Assert.StartsWith(
            "x is (5, 64); the encoder needs (…, 192), images of 8×8×3.",
            Assert.Throws<ArgumentException>(() => model.Encode(device.Zeros([5, 64]), Evaluation)).Message
        );
        Assert.StartsWith(
            "z is (5, 3); the decoder needs (…, 2).",
            Assert.Throws<ArgumentException>(() => model.Decode(device.Zeros([5, 3]), Evaluation)).Message
        );
    }

    private static void AssertRefused(CnnVaeOptions options, ImageShape images, string complaint)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        Assert.StartsWith(
            complaint,
            Assert.Throws<ArgumentException>(() => new GenerativeModel(options, images, device, new Rng(1))).Message
        );
    }
}
