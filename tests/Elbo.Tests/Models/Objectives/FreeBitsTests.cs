using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models.Objectives;

public sealed class FreeBitsTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 4, 6);

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_dimension_below_the_free_nats_costs_them_and_one_above_its_divergence()
    {
        var model = Create(new FreeBits { Nats = 0.4f }, hidden: []);
        // The posterior of every image is N(μ, σ²) with these parameters.
        float[] means = [0.1f, 1, -2],
            deviations = [0.9f, 0.5f, 1];
        Find(model, "encoder.mean.weight").Clear();
        Find(model, "encoder.deviation.weight").Clear();
        means.CopyTo(Find(model, "encoder.mean.bias"));
        for (int j = 0; j < 3; j++)
            Find(model, "encoder.deviation.bias")[j] = MathF.Log(MathF.Exp(deviations[j] - 1e-6f) - 1);
        double[] kl = [.. means.Zip(deviations, (m, d) => 0.5 * (((double)m * m) + ((double)d * d) - 1) - Math.Log(d))];
        Assert.Equal([true, false, false], kl.Select(k => k < 0.4));

        using var scope = _device.BeginStep();
        var (loss, terms) = Loss(model, klWeight: 2);
        // Terms of a few nats in single precision.
        Assert.Equal(kl.Sum(), terms["kl"], 1e-5);
        Assert.Equal(terms["reconstruction"] + (2 * kl.Sum(k => Math.Max(0.4, k))), loss, 1e-4);
    }

    [Fact]
    public void Gradients_of_the_loss_are_those_of_finite_differences()
    {
        var model = Create(new FreeBits { Nats = 0.4f }, hidden: [5]);
        float[] means = [0.1f, 1, -2];
        means.CopyTo(Find(model, "encoder.mean.bias"));
        using (_device.BeginStep())
        {
            var q = model.Encode(Images(), Context(training: true));
            var kl = Ops.Mean(((IFactorizedPrior)model.Prior).DivergenceByDimension(q), 0).ToArray();
            // One dimension is free, and none so near the bend that a difference would cross it.
            Assert.Equal([true, false, false], kl.Select(k => k < 0.4f));
            Assert.All(kl, k => Assert.True(Math.Abs(k - 0.4f) > 0.05f, $"{k} is too near 0.4"));
        }

        var gradients = new List<float[]>();
        using (_device.BeginStep())
        {
            var x = Images();
            var terms = model.Objective.ComputeLoss(model, x, x, Context(training: true));
            model.Parameters.ClearGradients();
            _device.Tape.Backward(terms.Loss);
            gradients.AddRange(model.Parameters.All.Select(p => p.Value.Gradient!.ToArray()));
        }
        const float Step = 1e-2f;
        foreach (var (parameter, gradient) in model.Parameters.All.Zip(gradients))
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 7))
            {
                var value = parameter.Value.AsSpan();
                float before = value[i];
                value[i] = before + Step;
                double up = Value(model);
                value = parameter.Value.AsSpan();
                value[i] = before - Step;
                double difference = (up - Value(model)) / (2 * Step);
                parameter.Value.AsSpan()[i] = before;
                // Losses of about 20 nats have rounding errors of 2e-6, a hundred times that after the division; the
                // rest is the third derivative times the step squared.
                Assert.True(
                    Math.Abs(difference - gradient[i]) < 1e-3 + (2e-3 * Math.Abs(difference)),
                    $"{parameter.Name}[{i}]: the gradient is {gradient[i]}, the difference {difference}"
                );
            }
    }

    [Fact]
    public void Without_free_nats_training_gives_the_bits_of_the_evidence_lower_bound()
    {
        float[] Trained(IObjective objective)
        {
            var model = new VaeOptions { Network = DenseOptions.WithLayers([8], [8]), Objective = objective }.Create(
                FewDigits.Train.Shape,
                _device,
                new Rng(1)
            );
            new Trainer(
                model,
                new Adam(model.Parameters),
                new ConstantSchedule(1e-3f),
                new TrainerOptions { BatchSize = 52 },
                FewDigits.Train,
                FewDigits.First(260),
                new Rng(5)
            ).RunEpoch();
            return model.Parameters.Values.ToArray();
        }

        float[] bound = Trained(new EvidenceLowerBound());
        Bits.AssertEqual(bound, Trained(new FreeBits { Nats = 0 }));
        Assert.NotEqual(bound, Trained(new FreeBits { Nats = 2 }));
    }

    [Fact]
    public void Evaluation_gives_the_bound_itself()
    {
        using var scope = _device.BeginStep();
        var free = Loss(Create(new FreeBits { Nats = 5 }, [5]), klWeight: 1, training: false);
        var bound = Loss(Create(new EvidenceLowerBound(), [5]), klWeight: 1, training: false);
        Assert.Equal(bound.Loss, free.Loss);
        Assert.Equal(bound.Terms, free.Terms);
        Assert.True(Loss(Create(new FreeBits { Nats = 5 }, [5]), klWeight: 1).Loss > bound.Loss + 1);
    }

    [Fact]
    public void Nats_that_mean_nothing_are_refused()
    {
        void AssertRefused(ModelOptions options, string complaint) =>
            Assert.StartsWith(complaint, Assert.Throws<ArgumentException>(options.Validate).Message);

        AssertRefused(
            new VaeOptions { Objective = new FreeBits { Nats = -1 } },
            "free-bits is -1; it must be 0 or more nats."
        );
        AssertRefused(new VaeOptions { Objective = new FreeBits { Nats = float.NaN } }, "free-bits is NaN;");
        AssertRefused(
            new GmvaeOptions { Objective = new FreeBits() },
            "free-bits needs a prior with independent dimensions, such as standard-normal; the cluster term of the "
                + "prior mixture has --cluster-free-bits."
        );
    }

    private GenerativeModel Create(IObjective objective, IReadOnlyList<int> hidden) =>
        new VaeOptions
        {
            LatentDim = 3,
            Network = DenseOptions.WithLayers(hidden, hidden, Activation.Tanh),
            Objective = objective,
        }.Create(Shape, _device, new Rng(1));

    private static Span<float> Find(GenerativeModel model, string name) =>
        model.Parameters.All.Single(p => p.Name == name).Value.AsSpan();

    private static ForwardContext Context(bool training, float klWeight = 1) => new(new Rng(7), training, klWeight);

    private Tensor Images() => Ops.RandomUniform(_device, [9, Shape.PixelCount], new Rng(3));

    private (double Loss, Dictionary<string, double> Terms) Loss(
        GenerativeModel model,
        float klWeight,
        bool training = true
    )
    {
        var x = Images();
        var terms = model.Objective.ComputeLoss(model, x, x, Context(training, klWeight));
        return (terms.Loss.ToScalar(), terms.Terms.ToDictionary(t => t.Name, t => (double)t.Value.ToScalar()));
    }

    private double Value(GenerativeModel model)
    {
        using var pause = _device.Tape.Pause();
        using var scope = _device.BeginStep();
        return Loss(model, klWeight: 1).Loss;
    }
}
