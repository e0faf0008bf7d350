using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Networks;

namespace Elbo.Tests.Models;

public class InferenceTests
{
    [Fact]
    public void More_images_than_a_piece_give_each_the_code_it_has_alone()
    {
        using var device = new Device();
        var model = Create(device);
        int[] indices = [.. Enumerable.Range(0, 1203).Select(i => i % 260)];
        float[] codes = Inference.Encode(model, FewDigits.Train, indices);
        Assert.Equal(1203 * 2, codes.Length);
        float[] alone = Inference.Encode(model, FewDigits.Train, [indices[1202]]);
        for (int z = 0; z < 2; z++)
            Assert.Equal(alone[z], codes[1202 * 2 + z], 1e-5);
    }

    [Fact]
    public void Nothing_is_computed_of_nothing()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(device);
        Assert.Empty(Inference.Encode(model, []));
        Assert.Empty(Inference.Decode(model, []));
    }

    [Fact]
    public void Values_that_are_no_whole_rows_are_refused()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(device);
        Assert.StartsWith(
            "785 values are not a whole number of rows of 784.",
            Assert.Throws<ArgumentException>(() => Inference.Encode(model, new float[785])).Message
        );
        Assert.StartsWith(
            "3 values are not a whole number of rows of 2.",
            Assert.Throws<ArgumentException>(() => Inference.Decode(model, new float[3])).Message
        );
    }

    [Fact]
    public void Intensities_are_bytes_over_255()
    {
        var images = new ImageDataset("two", new ImageShape(1, 1, 2), new byte[] { 0, 255, 51, 102 });
        Assert.Equal([0.2f, 0.4f, 0, 1], images.ToIntensities([1, 0]), (a, b) => MathF.Abs(a - b) < 1e-7f);
    }

    [Fact]
    public void Intensities_are_to_the_bit_those_of_training()
    {
        using var device = new Device();
        byte[] all = [.. Enumerable.Range(0, 256).Select(i => (byte)i)];
        Bits.AssertEqual(
            device.Images(all, [0], 256).AsSpan(),
            new ImageDataset("all", new ImageShape(1, 16, 16), all).ToIntensities([0])
        );
    }

    [Fact]
    public void Sampled_images_stay_within_the_range_of_intensities()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        float[] images = Inference.DecodeSampled(Create(device, DecoderKind.Gaussian), [0, 0, 1, 1], new Rng(4));
        Assert.All(images, x => Assert.InRange(x, 0, 1));
        Assert.Contains(0, images);
        Assert.Contains(1, images);
    }

    [Fact]
    public void No_tensor_memory_is_kept_and_nothing_is_recorded()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = Create(device);
        Inference.Reconstruct(model, new float[784 * 20]);
        long before = device.TensorBytes;
        for (int i = 0; i < 20; i++)
            Inference.Reconstruct(model, new float[784 * 20]);
        Assert.Equal(before, device.TensorBytes);
        Assert.All(model.Parameters.All, p => Assert.False(p.Value.HasGradient));
    }

    private static GenerativeModel Create(Device device, DecoderKind decoder = DecoderKind.Bernoulli) =>
        new(
            new VaeOptions
            {
                Network = new DenseOptions { EncoderHidden = [12, 12], DecoderHidden = [12, 12] },
                Likelihood = new LikelihoodOptions { Decoder = decoder },
            },
            new ImageShape(1, 28, 28),
            device,
            new Rng(1)
        );
}
