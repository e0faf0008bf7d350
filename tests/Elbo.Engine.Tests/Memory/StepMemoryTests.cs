using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Memory;

/// <summary>A training step takes no tensor memory after the first, and next to no garbage.</summary>
public class StepMemoryTests
{
    private const int Batch = 16,
        Pixels = 100,
        Hidden = 32,
        Latent = 4;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_training_step_takes_no_tensor_memory_after_the_first_and_little_garbage(int threads)
    {
        using var device = TestDevices.Create(threads: threads);
        var parameters = Parameters(
            device,
            [Hidden, Pixels],
            [Hidden],
            [Latent, Hidden],
            [Latent],
            [Latent, Hidden],
            [Latent],
            [Hidden, Latent],
            [Hidden],
            [Pixels, Hidden],
            [Pixels]
        );
        Tensor[] first = [.. parameters.Select(p => device.Zeros(p.Shape))],
            second = [.. parameters.Select(p => device.Zeros(p.Shape))];
        var pixels = device.Full([Batch, Pixels], 0.3f);
        var rng = new Rng(1);
        AssertSettles(device, 10_000, () => Step(device, parameters, first, second, pixels, rng));
    }

    [Theory]
    [InlineData(ImageLayout.ChannelsFirst)]
    [InlineData(ImageLayout.ChannelsLast)]
    public void A_convolutional_step_takes_no_tensor_memory_after_the_first_and_little_garbage(ImageLayout layout)
    {
        using var device = TestDevices.Create(threads: 2);
        Shape[] kernels =
            layout == ImageLayout.ChannelsFirst
                ?
                [
                    [16, 1, 4, 4],
                    [16, 16, 4, 4],
                    [16, 1, 4, 4],
                ]
                :
                [
                    [4, 4, 1, 16],
                    [4, 4, 16, 16],
                    [4, 4, 1, 16],
                ];
        var parameters = Parameters(device, [kernels[0], [16], kernels[1], [16], kernels[2], [1], [16], [16]]);
        var running = (device.Zeros([16]), device.Full([16], 1));
        var images = device.Full(layout == ImageLayout.ChannelsFirst ? [4, 1, 12, 12] : [4, 12, 12, 1], 0.3f);
        // Channels in front are rearranged by operations of their own, each with its record and its shapes.
        AssertSettles(
            device,
            20_000,
            () =>
                ConvolutionalStep(
                    device,
                    parameters,
                    running,
                    images,
                    new()
                    {
                        Stride = 2,
                        Same = true,
                        Layout = layout,
                    }
                )
        );
    }

    private static void AssertSettles(Device device, int mostGarbage, Action step)
    {
        for (int i = 0; i < 3; i++)
            step();
        long bytes = device.TensorBytes,
            garbage = GC.GetAllocatedBytesForCurrentThread();
        const int Steps = 50;
        for (int i = 0; i < Steps; i++)
            step();
        garbage = GC.GetAllocatedBytesForCurrentThread() - garbage;
        Assert.Equal(bytes, device.TensorBytes);
        Assert.True(garbage / Steps < mostGarbage, $"{garbage / Steps} bytes of garbage a step");
    }

    private static Tensor[] Parameters(Device device, params Shape[] shapes)
    {
        var rng = new Rng(2);
        var parameters = shapes.Select(s => Ops.Affine(Ops.RandomNormal(device, s, rng), 0.1f)).ToArray();
        foreach (var p in parameters)
            p.UseGradientBuffer(device.Zeros(p.Shape));
        return parameters;
    }

    /// <summary>
    /// A small VAE: encoder with dropout, reparameterisation, decoder, cross-entropy and KL, backward and Adam.
    /// </summary>
    private static void Step(Device device, Tensor[] p, Tensor[] first, Tensor[] second, Tensor pixels, Rng rng)
    {
        using var step = device.BeginStep();
        foreach (var parameter in p)
            parameter.ClearGradient();
        var hidden = Ops.Dropout(Ops.Linear(pixels, p[0], p[1], Activation.Elu), 0.1f, rng);
        var mean = Ops.Linear(hidden, p[2], p[3]);
        var deviation = Ops.Affine(Ops.Linear(hidden, p[4], p[5], Activation.Softplus), 1, 1e-6f);
        var z = Ops.Add(mean, Ops.Multiply(deviation, Ops.RandomNormal(device, mean.Shape, rng)));
        var logits = Ops.Linear(Ops.Linear(z, p[6], p[7], Activation.Tanh), p[8], p[9]);
        var loss = Ops.Add(
            Ops.Mean(Ops.CrossEntropyWithLogits(logits, pixels)),
            Ops.Mean(Ops.StandardNormalKl(mean, deviation))
        );
        device.Tape.Backward(loss);
        for (int i = 0; i < p.Length; i++)
            ParameterUpdate.Adam(
                p[i],
                p[i].Gradient!,
                first[i],
                second[i],
                null,
                1,
                1e-3f,
                0.9f,
                0.999f,
                1e-8f,
                0,
                false
            );
    }

    /// <summary>Down to a quarter of the size and up to a half, with batch normalisation between.</summary>
    private static void ConvolutionalStep(
        Device device,
        Tensor[] p,
        (Tensor Mean, Tensor Variance) running,
        Tensor images,
        ConvolutionOptions options
    )
    {
        using var step = device.BeginStep();
        foreach (var parameter in p)
            parameter.ClearGradient();
        var half = Ops.Conv2d(images, p[0], p[1], options, Activation.Relu);
        var normalized = Ops.BatchNorm(
            half,
            p[6],
            p[7],
            running.Mean,
            running.Variance,
            training: true,
            activation: Activation.LeakyRelu,
            layout: options.Layout
        );
        var quarter = Ops.Conv2d(normalized, p[2], p[3], options, Activation.Silu);
        device.Tape.Backward(Ops.Mean(Ops.Square(Ops.ConvTranspose2d(quarter, p[4], p[5], options))));
    }
}
