using Elbo.Engine;
using Elbo.Nn;
using Elbo.Training;
using Elbo.Training.Optimizers;

namespace Elbo.Tests.Training;

public class CheckpointTests
{
    public static TheoryData<string> Optimizers => [.. OptimizerCatalog.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Optimizers))]
    public void A_resumed_run_ends_with_the_bits_of_one_that_never_stopped(string optimizer)
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var store = new CheckpointStore(folder.Path);
        var whole = OptimizerCatalog.Get(optimizer).Options.Create(SmallModel.Create(device));
        Train(whole, steps: 3);
        store.Save(Checkpoint.Of(whole, new TrainingState { Step = 3 }));
        Train(whole, steps: 4);

        var resumed = OptimizerCatalog.Get(optimizer).Options.Create(SmallModel.Create(device, seed: 99));
        Train(resumed, steps: 1); // nothing that was there before may shine through
        var checkpoint = store.LoadNewestSound(out var complaints)!;
        Assert.Empty(complaints);
        checkpoint.Restore(resumed);
        Assert.Equal(3, resumed.Steps);
        Train(resumed, steps: 4);

        Assert.Equal(Bits(whole.Parameters.Values), Bits(resumed.Parameters.Values));
        Assert.Equal(
            whole.State.SelectMany(tensor => Bits(tensor.Value)),
            resumed.State.SelectMany(tensor => Bits(tensor.Value))
        );
    }

    [Fact]
    public void Buffers_of_the_model_are_kept_beside_the_parameters()
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var optimizer = new Adam(SmallModel.Create(device));
        var running = device.Full([4], 0.25f);
        var store = new CheckpointStore(folder.Path);
        store.Save(Checkpoint.Of(optimizer, new TrainingState(), [("encoder.norm.running_mean", running)]));
        running.AsSpan().Clear();
        store.LoadNewestSound(out _)!.Restore(optimizer, [("encoder.norm.running_mean", running)]);
        Assert.Equal([0.25f, 0.25f, 0.25f, 0.25f], running.ToArray());
    }

    [Fact]
    public void Weights_alone_can_be_restored()
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var saved = SmallModel.Create(device);
        var store = new CheckpointStore(folder.Path);
        store.Save(Checkpoint.Of(new Adam(saved), new TrainingState()));
        var other = SmallModel.Create(device, seed: 99);
        store.LoadNewestSound(out _)!.RestoreModel(other);
        Assert.Equal(Bits(saved.Values), Bits(other.Values));
    }

    [Fact]
    public void The_first_parameter_of_another_shape_is_named() =>
        AssertDoesNotFit(
            device => new Adam(SmallModel.Create(device, outputs: 8)),
            "has 'encoder.weight' with shape (7, 5); the model needs (8, 5)."
        );

    [Fact]
    public void The_first_parameter_that_is_missing_is_named() =>
        AssertDoesNotFit(
            device => new Adam(SmallModel.Create(device, name: "decoder")),
            "has no 'decoder.weight', which the model needs with shape (7, 5); it is a checkpoint of another run."
        );

    [Fact]
    public void A_parameter_that_the_model_lacks_is_named() =>
        AssertDoesNotFit(
            device => new Adam(
                new ParameterSet([new Parameter("encoder.weight", [7, 5], Initializers.Zeros)], device, new Rng(0))
            ),
            "has 'encoder.bias', which the model does not have; it is a checkpoint of another run."
        );

    [Fact]
    public void Another_optimizer_is_told_apart()
    {
        AssertDoesNotFit(
            device => new Adam(SmallModel.Create(device, seed: 5), new AdamOptions { AmsGrad = true }),
            "has no 'largest_second_moment.encoder.weight', which the optimizer (Adam) needs with shape (7, 5)"
        );
        AssertDoesNotFit(
            device => new Sgd(SmallModel.Create(device, seed: 5)),
            "has 'first_moment.encoder.weight', which the optimizer (Sgd) does not have"
        );
    }

    /// <summary>
    /// A checkpoint of Adam on the usual model is refused with the path and <paramref name="complaint"/>, and nothing
    /// is changed.
    /// </summary>
    private static void AssertDoesNotFit(Func<Device, Optimizer> create, string complaint)
    {
        using var folder = new TemporaryFolder();
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var store = new CheckpointStore(folder.Path);
        string path = store.Save(Checkpoint.Of(new Adam(SmallModel.Create(device)), new TrainingState { Step = 8 }));
        var optimizer = create(device);
        float[] before = optimizer.Parameters.Values.ToArray();
        var e = Assert.Throws<InvalidDataException>(() => store.LoadNewestSound(out _)!.Restore(optimizer));
        Assert.StartsWith($"{path} {complaint}", e.Message);
        Assert.Equal(before, optimizer.Parameters.Values.ToArray());
        Assert.Equal(0, optimizer.Steps);
    }

    private static void Train(Optimizer optimizer, int steps)
    {
        for (int i = 0; i < steps; i++)
        {
            SmallModel.FillGradients(optimizer.Parameters, optimizer.Steps);
            optimizer.Step(1e-2f);
        }
    }

    private static IEnumerable<int> Bits(Tensor tensor) => tensor.ToArray().Select(BitConverter.SingleToInt32Bits);
}
