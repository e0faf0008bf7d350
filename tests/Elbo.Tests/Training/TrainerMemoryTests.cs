using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training;

public class TrainerMemoryTests
{
    /// <summary>
    /// Of a step of the default network, on average; kernels and tensors are pooled, closures and small lists are not.
    /// </summary>
    private const long GarbagePerStep = 10_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void After_the_first_step_training_takes_no_tensor_memory_and_next_to_no_garbage(int threads)
    {
        using var device = new Device(new DeviceOptions { Threads = threads });
        var model = new GenerativeModel(new VaeOptions(), FewDigits.Train.Shape, device, new Rng(1));
        var trainer = new Trainer(
            model,
            new Adam(model.Parameters),
            new ConstantSchedule(1e-3f),
            new TrainerOptions
            {
                BatchSize = 64,
                Noise = NoiseKind.Gaussian,
                NoiseFactor = 0.5f,
            },
            FewDigits.Train,
            FewDigits.First(256),
            new Rng(1)
        );
        var (bytes, garbage) = (new List<long>(), new List<long>());
        void Measure(StepProgress progress)
        {
            bytes.Add(device.TensorBytes);
            garbage.Add(GC.GetAllocatedBytesForCurrentThread());
        }

        for (int epoch = 0; epoch < 4; epoch++)
            trainer.RunEpoch(Measure);
        Assert.All(bytes, b => Assert.Equal(bytes[0], b));
        // The first epoch compiles methods and fills lists. A step that waits for another thread takes a little more.
        const int First = 4;
        Assert.InRange((garbage[^1] - garbage[First]) / (garbage.Count - 1 - First), 0, GarbagePerStep);
    }

    [Fact]
    public void A_smaller_last_batch_takes_no_memory_after_the_first_epoch()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var model = new GenerativeModel(
            new VaeOptions
            {
                Network = new DenseOptions { EncoderHidden = [40, 20], DecoderHidden = [20, 40] },
            },
            FewDigits.Train.Shape,
            device,
            new Rng(1)
        );
        var trainer = new Trainer(
            model,
            new Adam(model.Parameters),
            new ConstantSchedule(1e-3f),
            new TrainerOptions { BatchSize = 100 },
            FewDigits.Train,
            FewDigits.First(260),
            new Rng(1)
        );
        trainer.RunEpoch();
        long after = device.TensorBytes;
        for (int epoch = 0; epoch < 3; epoch++)
            trainer.RunEpoch();
        Assert.Equal(after, device.TensorBytes);
    }
}
