using Elbo.Engine;
using Elbo.Training;

namespace Elbo.Tests.Training;

public class GradientClippingTests
{
    [Fact]
    [Trait("Category", "Reference")]
    public void Clipping_by_norm_is_that_of_PyTorch()
    {
        using var golden = Golden.Open("optim");
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var gradient = golden.ReadFloats("clip_grad_norm_1/grad");
        var tensor = device.Tensor(gradient.Values, gradient.Shape);
        GradientClipping.ByNorm(tensor, 1);
        Golden.AssertNear(golden.ReadFloats("clip_grad_norm_1/clipped").Values, tensor.AsSpan());
    }

    [Fact]
    public void A_long_gradient_is_shortened_in_its_direction_and_the_old_norm_returned()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var gradient = device.Tensor([3, 0, -4], [3]);
        Assert.Equal(5, GradientClipping.ByNorm(gradient, 0.5f));
        // 1e-6 is added to the norm that is divided by.
        Assert.Equal([0.3f, 0, -0.4f], gradient.ToArray(), (a, b) => MathF.Abs(a - b) <= 2e-7f);
    }

    [Fact]
    public void A_short_gradient_stays_as_it_is()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var gradient = device.Tensor([0.3f, -0.4f], [2]);
        Assert.Equal(0.5f, GradientClipping.ByNorm(gradient, 1), 1e-7f);
        Assert.Equal([0.3f, -0.4f], gradient.ToArray());
    }

    [Fact]
    public void Squares_beyond_float_do_not_make_the_norm_infinite()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var gradient = device.Full([50], 1e30f);
        Assert.Equal(MathF.Sqrt(50) * 1e30f, GradientClipping.ByNorm(gradient, 1), 1e24f);
        Assert.All(gradient.ToArray(), value => Assert.Equal(1 / MathF.Sqrt(50), value, 1e-6f));
    }

    [Fact]
    public void NaN_is_passed_on_to_be_noticed()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var gradient = device.Tensor([1, float.NaN, 2], [3]);
        Assert.Equal(float.NaN, GradientClipping.ByNorm(gradient, 1));
        Assert.All(gradient.ToArray(), value => Assert.Equal(float.NaN, value));
    }

    [Theory]
    [InlineData(0.5f)]
    [InlineData(5)]
    [InlineData(50)]
    public void Another_device_clips_as_the_processor_and_reads_nothing_but_a_norm_that_is_asked_for(float limit)
    {
        var accelerator = new CountingAccelerator();
        using var here = new Device(new DeviceOptions { Threads = 1 });
        using var there = accelerator.CreateDevice();
        float[] values = [.. Enumerable.Range(0, 100).Select(i => (i - 40) * 0.03f)];
        var (expected, actual, limited) = (
            here.Tensor(values, [100]),
            there.Tensor(values, [100]),
            there.Tensor(values, [100])
        );
        GradientClipping.LimitNorm(limited, limit);
        Assert.Equal(0, accelerator.Reads);
        float norm = GradientClipping.ByNorm(expected, limit);
        Assert.Equal(norm, GradientClipping.ByNorm(actual, limit), 1e-5f * norm); // of single precision
        Assert.Equal(1, accelerator.Reads);
        Assert.Equal(actual.ToArray(), limited.ToArray());
        Assert.Equal(expected.ToArray(), actual.ToArray(), (a, b) => MathF.Abs(a - b) <= 1e-6f);
        GradientClipping.ByValue(expected, 0.2f);
        GradientClipping.ByValue(actual, 0.2f);
        Assert.Equal(expected.ToArray(), actual.ToArray(), (a, b) => MathF.Abs(a - b) <= 1e-6f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(1e30f)]
    public void A_norm_that_is_not_finite_on_another_device_makes_the_gradients_so(float value)
    {
        using var device = new CountingAccelerator().CreateDevice();
        var gradient = device.Tensor([1, value, 2], [3]);
        Assert.False(float.IsFinite(GradientClipping.ByNorm(gradient, 1)));
        Assert.All(gradient.ToArray(), x => Assert.Equal(float.NaN, x));
    }

    [Fact]
    public void Clipping_by_value_holds_every_element()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var gradient = device.Zeros([37]);
        for (int i = 0; i < 37; i++)
            gradient.AsSpan()[i] = i - 18;
        gradient.AsSpan()[2] = gradient.AsSpan()[36] = float.NaN;
        GradientClipping.ByValue(gradient, 2.5f);
        for (int i = 0; i < 37; i++)
            Assert.Equal(i is 2 or 36 ? float.NaN : Math.Clamp(i - 18, -2.5f, 2.5f), gradient.AsSpan()[i]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(float.NaN)]
    public void An_impossible_limit_is_refused(float limit)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var gradient = device.Zeros([1]);
        Assert.Throws<ArgumentException>(() => GradientClipping.ByNorm(gradient, limit));
        Assert.Throws<ArgumentException>(() => GradientClipping.ByValue(gradient, limit));
    }
}
