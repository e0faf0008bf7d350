using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Tests.Nn;

public class InitializersTests
{
    /// <summary>
    /// Layers, and the standard deviation that torch.nn.init gives the weights of their like in PyTorch.
    /// </summary>
    public static TheoryData<string, double> Kaiming =>
        new()
        {
            { "linear", Math.Sqrt(2.0 / 64) },
            { "convolution", Math.Sqrt(2.0 / (8 * 16)) },
            // torch.nn.init.kaiming_normal_ counts outputs · kernel² for a transposed convolution.
            { "transposed convolution", Math.Sqrt(2.0 / (32 * 16)) },
        };

    [Theory]
    [MemberData(nameof(Kaiming))]
    public void Kaiming_normal_weights_deviate_by_the_fan_in(string layer, double deviation)
    {
        var weights = Weights(layer, Initializers.KaimingNormal);
        // The deviation of n draws is within 4/√(2n) of its expectation but for one seed in 15,000.
        Assert.Equal(1, Deviation(weights) / deviation, 4 / Math.Sqrt(2.0 * weights.Length));
    }

    [Fact]
    public void Glorot_weights_deviate_by_both_fans()
    {
        double expected = Math.Sqrt(2.0 / (8 * 16 + 32 * 16));
        foreach (var initializer in (Initializer[])[Initializers.GlorotNormal, Initializers.GlorotUniform])
        {
            var weights = Weights("convolution", initializer);
            Assert.Equal(1, Deviation(weights) / expected, 4 / Math.Sqrt(2.0 * weights.Length));
        }
    }

    private static float[] Weights(string layer, Initializer initializer)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var options = new ConvolutionOptions { Stride = 2, Padding = 1 };
        ILayer made = layer switch
        {
            "linear" => new Linear("l", 64, 100, initializer),
            "convolution" => new Conv2d("l", 8, 32, 4, options, initializer),
            _ => new ConvTranspose2d("l", 8, 32, 4, options, initializer),
        };
        return Placed.On(device, made).All[0].Value.ToArray();
    }

    private static double Deviation(float[] values) => Math.Sqrt(values.Average(v => (double)v * v));
}
