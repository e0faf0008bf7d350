using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Objectives;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training;

public class StepLossesTests
{
    [Fact]
    public void The_processor_reads_every_loss_at_once()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var losses = new StepLosses(device);
        Assert.False(losses.IsFull);
        Add(losses, device, step: 7, 3, 1, 2);
        Assert.True(losses.IsFull);
        var step = Assert.Single(losses.Take());
        Assert.Equal((7, 10, 3f), (step.Step, step.Images, step.Loss));
        Assert.Equal([("a", 1f), ("b", 2f)], step.Terms);
        Assert.False(losses.IsFull);
        Assert.Empty(losses.Take());
    }

    [Fact]
    public void Another_device_keeps_64_after_the_first()
    {
        var accelerator = new CountingAccelerator();
        using var device = accelerator.CreateDevice();
        var losses = new StepLosses(device);
        Add(losses, device, step: 0, 3, 1, 2);
        Assert.Single(losses.Take());
        int before = accelerator.Reads;
        for (int step = 1; step <= StepLosses.Most; step++)
        {
            Assert.False(losses.IsFull);
            Add(losses, device, step, 3 * step, step, 2 * step);
        }
        Assert.True(losses.IsFull);
        Assert.Equal(before, accelerator.Reads);
        var steps = losses.Take();
        Assert.Equal(before + 1, accelerator.Reads);
        Assert.Equal(Enumerable.Range(1, StepLosses.Most).Select(i => (long)i), steps.Select(step => step.Step));
        foreach (var step in steps)
        {
            Assert.Equal(3f * step.Step, step.Loss);
            Assert.Equal([("a", (float)step.Step), ("b", 2f * step.Step)], step.Terms);
        }
    }

    [Fact]
    public void Another_number_of_terms_is_read_at_once_and_in_order()
    {
        using var device = new CountingAccelerator().CreateDevice();
        var losses = new StepLosses(device);
        Add(losses, device, step: 1, 1, 2);
        losses.Take();
        Add(losses, device, step: 2, 3, 4);
        Add(losses, device, step: 3, 5, 6, 7);
        Add(losses, device, step: 4, 8, 9);
        Assert.Equal([(2L, 3f), (3L, 5f), (4L, 8f)], losses.Take().Select(step => (step.Step, step.Loss)));
        Add(losses, device, step: 5, 1, 1, 1);
        Assert.Equal([("a", 1f), ("b", 1f)], Assert.Single(losses.Take()).Terms);
    }

    [Fact]
    public void Cleared_losses_are_forgotten()
    {
        using var device = new CountingAccelerator().CreateDevice();
        var losses = new StepLosses(device);
        Add(losses, device, step: 1, 1, 2);
        losses.Clear();
        Assert.Empty(losses.Take());
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_reported_with_the_step_of_the_processor()
    {
        using var here = new Device(new DeviceOptions { Threads = 1 });
        using var there = new CountingAccelerator().CreateDevice();
        Assert.Equal(Failure(here), Failure(there));
        Assert.StartsWith("the loss became NaN at step 4 (epoch 1); earlier checkpoints", Failure(there));
    }

    [Fact]
    public void The_state_within_an_epoch_has_every_step()
    {
        using var device = new CountingAccelerator().CreateDevice();
        var trainer = Trainer(device, new EvidenceLowerBound());
        trainer.RunEpoch(progress => Assert.Equal(10 * progress.Batch, trainer.State.EpochImages));
    }

    private static string Failure(Device device)
    {
        var trainer = Trainer(device, new Failing(3));
        return Assert.Throws<TrainingFailedException>(() => trainer.RunEpoch()).Message;
    }

    private static Trainer Trainer(Device device, IObjective objective)
    {
        var options = VaeOptions.WithLayers([4], [4], latentDim: 2) with { Objective = objective };
        var model = new GenerativeModel(options, FewDigits.Train.Shape, device, new Rng(1));
        return new Trainer(
            model,
            new Sgd(model.Parameters),
            new ConstantSchedule(1e-3f),
            new TrainerOptions { BatchSize = 10 },
            FewDigits.Train,
            FewDigits.First(60),
            new Rng(1)
        );
    }

    private static void Add(StepLosses losses, Device device, long step, float loss, params float[] terms)
    {
        losses.Reserve();
        using var scope = device.BeginStep();
        var named = terms.Select((value, i) => ($"{(char)('a' + i)}", device.Full([], value)));
        losses.Add(new LossTerms(device.Full([], loss), [.. named]), images: 10, step);
    }

    /// <summary>The bound, times NaN after some steps.</summary>
    private sealed class Failing(int steps) : IObjective
    {
        private int _done;

        public LossTerms ComputeLoss(GenerativeModel model, Tensor input, Tensor target, Elbo.Nn.ForwardContext context)
        {
            var terms = new EvidenceLowerBound().ComputeLoss(model, input, target, context);
            return _done++ < steps
                ? terms
                : terms with
                {
                    Loss = Elbo.Engine.Autograd.Ops.Affine(terms.Loss, float.NaN),
                };
        }
    }
}
