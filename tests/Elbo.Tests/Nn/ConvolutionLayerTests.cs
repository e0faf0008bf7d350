using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Tests.Nn;

public class ConvolutionLayerTests
{
    private static readonly ConvolutionOptions Halving = new() { Stride = 2, Padding = 1 };

    [Fact]
    public void Weights_are_height_width_in_out_and_transposed_ones_height_width_out_in()
    {
        Assert.Equal(
            ["conv.weight (4, 4, 3, 8)", "conv.bias (8)"],
            new Conv2d("conv", 3, 8, 4, Halving, Initializers.Zeros).Parameters.Select(p => $"{p.Name} {p.Shape}")
        );
        Assert.Equal(
            ["conv.weight (4, 4, 8, 3)", "conv.bias (8)"],
            new ConvTranspose2d("conv", 3, 8, 4, Halving, Initializers.Zeros).Parameters.Select(p =>
                $"{p.Name} {p.Shape}"
            )
        );
        Assert.Equal(
            ["conv.weight"],
            new Conv2d("conv", 3, 8, 4, Halving, Initializers.Zeros, bias: false).Parameters.Select(p => p.Name)
        );
    }

    [Fact]
    public void Images_are_halved_and_doubled()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var (down, up) = (
            new Conv2d("down", 3, 5, 4, Halving, Initializers.KaimingNormal),
            new ConvTranspose2d("up", 5, 2, 4, Halving with { OutputPadding = 1 }, Initializers.KaimingNormal)
        );
        Placed.On(device, down);
        Placed.On(device, up);
        var map = down.Forward(device.Zeros([2, 9, 13, 3]));
        Assert.Equal([2, 4, 6, 5], map.Shape);
        Assert.Equal([2, 9, 13, 2], up.Forward(map).Shape);
    }

    [Fact]
    public void The_kernel_lies_in_memory_as_tensorflow_has_it_and_bias_and_activation_follow()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var layer = new Conv2d(
            "conv",
            2,
            1,
            2,
            new ConvolutionOptions { Layout = ImageLayout.ChannelsFirst },
            Initializers.Zeros,
            Activation.Relu
        );
        var parameters = Placed.On(device, layer);
        // One window of two rows and two columns with two channels each: weights and pixels in the same order.
        parameters.All[0].Value.AsSpan()[0] = 1;
        parameters.All[0].Value.AsSpan()[5] = 10;
        parameters.All[0].Value.AsSpan()[7] = -100;
        parameters.All[1].Value.AsSpan()[0] = 0.5f;
        Assert.Equal(
            1 + 10 * 6 - 100 * 0.25f + 0.5f,
            layer.Forward(device.Tensor([1, 2, 3, 4, 5, 6, 7, 0.25f], [1, 2, 2, 2])).ToScalar(),
            1e-5f
        );
        Assert.Equal(0, layer.Forward(device.Tensor([1, 2, 3, 4, 5, 6, 7, 8], [1, 2, 2, 2])).ToScalar());
    }

    [Fact]
    public void A_crop_cuts_at_the_bottom_and_on_the_right()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var x = device.Tensor([1, 2, 3, 4, 5, 6], [1, 2, 3, 1]);
        float[] Cropped(int height, int width) => new Crop(height, width).Forward(x, default).ToArray();
        Assert.Equal([1, 2, 4, 5], Cropped(2, 2));
        Assert.Equal([1, 2, 3], Cropped(1, 3));
        Assert.Equal([1, 2], Cropped(1, 2));
        Assert.Equal([1, 2, 3, 4, 5, 6], Cropped(2, 3));
    }

    [Fact]
    public void Layers_follow_each_other_and_list_what_they_hold_in_order()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var network = new Sequential([
            new Linear("a", 2, 3, Initializers.Ones, bias: false),
            new BatchNorm("a.norm", 3, Activation.Relu),
            new Linear("b", 3, 1, Initializers.Ones),
        ]);
        Assert.Equal(
            ["a.weight", "a.norm.weight", "a.norm.bias", "b.weight", "b.bias"],
            network.Parameters.Select(p => p.Name)
        );
        Assert.Equal(["a.norm.running_mean", "a.norm.running_variance"], network.Buffers.Select(b => b.Name));
        Placed.On(device, network);
        Assert.Equal(
            3 * 7 / Math.Sqrt(1 + 1e-5),
            network.Forward(device.Tensor([3, 4], [1, 2]), new ForwardContext(new Rng(1), Training: false)).ToScalar(),
            1e-4
        );
    }
}
