using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Tests.Nn;

public class BatchNormTests
{
    private static readonly ForwardContext Training = new(new Rng(1), Training: true);
    private static readonly ForwardContext Evaluation = new(new Rng(1), Training: false);

    [Fact]
    public void At_first_it_scales_by_one_shifts_by_nothing_and_remembers_a_standard_normal()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var norm = new BatchNorm("norm", 2);
        Placed.On(device, norm);
        Assert.Equal(
            ["norm.weight 1,1", "norm.bias 0,0"],
            norm.Parameters.Select(p => $"{p.Name} {string.Join(',', p.Value.ToArray())}")
        );
        Assert.Equal(
            ["norm.running_mean 0,0", "norm.running_variance 1,1"],
            norm.Buffers.Select(b => $"{b.Name} {string.Join(',', b.Value.ToArray())}")
        );
    }

    [Fact]
    public void Training_normalises_by_the_batch_and_moves_the_running_statistics_by_a_tenth()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var norm = new BatchNorm("norm", 1);
        Placed.On(device, norm);
        float[] y = norm.Forward(device.Tensor([1, 2, 3, 6], [4, 1]), Training).ToArray();
        // Mean 3, variance 3.5, unbiased 14/3.
        double deviation = Math.Sqrt(3.5 + 1e-5);
        Assert.Equal(
            [-2 / deviation, -1 / deviation, 0, 3 / deviation],
            y.Select(v => (double)v),
            (a, b) => Math.Abs(a - b) < 1e-6
        );
        Assert.Equal(0.3, norm.Buffers.First().Value.ToScalar(), 1e-6);
        Assert.Equal(0.9 + 0.1 * 14 / 3, norm.Buffers.Last().Value.ToScalar(), 1e-6);
    }

    [Fact]
    public void Evaluation_normalises_by_the_running_statistics_and_leaves_them()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var norm = new BatchNorm("norm", 1, Activation.Relu);
        Placed.On(device, norm);
        norm.Buffers.First().Value.AsSpan()[0] = 2;
        norm.Buffers.Last().Value.AsSpan()[0] = 4;
        float[] y = norm.Forward(device.Tensor([1, 2, 3, 6], [4, 1]), Evaluation).ToArray();
        Assert.Equal([0, 0, 0.5, 2], y.Select(v => (double)v), (a, b) => Math.Abs(a - b) < 1e-5);
        Assert.Equal([2, 4], norm.Buffers.Select(b => b.Value.ToScalar()));
    }

    [Fact]
    public void A_buffer_without_memory_says_what_is_missing() =>
        Assert.Equal(
            "buffer 'norm.running_mean' has no memory yet; place its module on a device first.",
            Assert.Throws<InvalidOperationException>(() => new BatchNorm("norm", 1).Buffers.First().Value).Message
        );
}
