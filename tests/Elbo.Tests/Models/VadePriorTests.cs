using Elbo.Clustering;
using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Tests.Training;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Models;

public sealed class VadePriorTests : IDisposable
{
    private const int Clusters = 3;

    private static readonly ImageShape Shape = new(1, 2, 3);

    private static readonly ForwardContext Training = new(new Rng(1), Training: true);

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void The_divergence_and_the_ratio_are_those_of_double_precision()
    {
        var model = Create();
        using var scope = _device.BeginStep();
        var (q, z) = Codes(rows: 5);
        var terms = model.Prior.Divergence(Nothing, q, z, Training);
        Assert.Equal(["kl-z", "kl-y"], terms.Select(t => t.Name));
        float[] ratios = model.Prior.LogRatio(Nothing, q, z, Nothing, Training).ToArray();
        var (weights, means, deviations) = Mixture(model);
        double klZ = 0,
            klY = 0;
        for (int i = 0; i < 5; i++)
        {
            var (code, mu, sigma) = (Row(z, i), Row(q.Mean, i), Row(q.Deviation, i));
            double[] joint =
            [
                .. Enumerable.Range(0, Clusters).Select(k => weights[k] * Density(code, means[k], deviations[k])),
            ];
            Assert.Equal(Math.Log(joint.Sum()) - Math.Log(Density(code, mu, sigma)), ratios[i], 1e-4);
            for (int k = 0; k < Clusters; k++)
            {
                double gamma = joint[k] / joint.Sum();
                klY += gamma * Math.Log(gamma / weights[k]) / 5;
                for (int d = 0; d < 2; d++)
                {
                    double variance = deviations[k][d] * deviations[k][d],
                        difference = mu[d] - means[k][d];
                    klZ +=
                        gamma
                        * (
                            Math.Log(deviations[k][d] / sigma[d])
                            + (((sigma[d] * sigma[d]) + (difference * difference)) / (2 * variance))
                            - 0.5
                        )
                        / 5;
                }
            }
        }
        Assert.Equal(klZ, terms[0].Value.ToScalar(), 1e-4);
        Assert.Equal(klY, terms[1].Value.ToScalar(), 1e-4);
    }

    [Fact]
    public void The_divergence_is_an_upper_bound_of_the_exact_one_and_reaches_it_for_one_cluster()
    {
        const int Samples = 20_000;
        foreach (int clusters in (int[])[1, Clusters])
        {
            var model = Create(clusters);
            using var pause = _device.Tape.Pause();
            using var scope = _device.BeginStep();
            // The same q in every row, so that means over rows are expectations.
            var q = new DiagonalGaussian(
                Ops.Add(_device.Zeros([Samples, 2]), _device.Tensor([0.4f, -0.3f], [2])),
                Ops.Add(_device.Zeros([Samples, 2]), _device.Tensor([0.9f, 0.6f], [2]))
            );
            var z = q.Sample(new Rng(3));
            float[] ratios = model.Prior.LogRatio(Nothing, q, z, Nothing, Training).ToArray();
            double exact = -ratios.Average(r => (double)r),
                error = Math.Sqrt(ratios.Average(r => (r + exact) * (r + exact)) / Samples);
            double bound = model.Prior.Divergence(Nothing, q, z, Training).Sum(t => (double)t.Value.ToScalar());
            if (clusters == 1)
                Assert.Equal(exact, bound, 4 * error);
            else
                Assert.True(bound > exact + (4 * error), $"{bound} against {exact} ± {error}");
        }
    }

    [Theory]
    [InlineData("elbo")]
    [InlineData("iwae")]
    public void Gradients_of_the_loss_are_those_of_finite_differences(string objective)
    {
        var model = Create(
            objective: objective == "elbo" ? new EvidenceLowerBound() : new ImportanceWeighted { Samples = 3 }
        );
        FiniteDifferences.AssertGradients(model);
    }

    [Fact]
    public void Samples_come_from_the_clusters_in_proportion_to_their_weights()
    {
        var model = Create();
        Find(model, "decoder.prior.variance.weight").Fill(-9);
        var means = Find(model, "decoder.prior.mean.weight");
        for (int k = 0; k < Clusters; k++)
            means[2 * k] = 10 * k;
        var (weights, _, _) = Mixture(model);
        const int Samples = 4000;
        float[] codes = Inference.SamplePrior(model, Samples, new Rng(4));
        for (int k = 0; k < Clusters; k++)
        {
            double share = Enumerable.Range(0, Samples).Count(i => MathF.Abs(codes[2 * i] - (10 * k)) < 1);
            // Four standard deviations of a binomial distribution.
            Assert.Equal(weights[k], share / Samples, 4 * Math.Sqrt(weights[k] * (1 - weights[k]) / Samples));
            float[] own = Inference.SampleCluster(model, k, 5, new Rng(2));
            Assert.All(Enumerable.Range(0, 5), i => Assert.Equal(10 * k, own[2 * i], 0.1));
        }
        Assert.StartsWith(
            "clusters are counted from 0 to 2.",
            Assert.Throws<ArgumentOutOfRangeException>(() => Inference.SampleCluster(model, 3, 1, new Rng(1))).Message
        );
    }

    [Fact]
    public void Pretraining_is_an_autoencoder_whose_codes_are_fitted_by_the_mixture()
    {
        var options = new VadePriorOptions { Clusters = 4, PretrainEpochs = 2 };
        var trainer = Begin(options, new EvidenceLowerBound(), out var model);
        float[] deviation = Find(model, "encoder.deviation.weight").ToArray();
        var metrics = trainer.RunEpoch()!;
        Assert.Equal(metrics.Terms.First(t => t.Name == "reconstruction").Value, metrics.Loss, 1e-4);
        Assert.Equal(deviation, Find(model, "encoder.deviation.weight").ToArray());
        trainer.RunEpoch();
        float[] codes = Inference.Encode(model, FewDigits.Train.ToIntensities(FewDigits.First(260)));
        // A rate so small that the third epoch shows the fitted mixture.
        trainer.RunEpoch();
        Assert.NotEqual(deviation, Find(model, "encoder.deviation.weight").ToArray());
        var (weights, means, deviations) = Mixture(model);
        var best = GaussianMixture.Fit(
            codes,
            2,
            new GaussianMixtureOptions
            {
                Components = 4,
                Covariance = Covariance.Diagonal,
                Restarts = 20,
                Tolerance = 1e-7,
                MaxIterations = 1000,
                Regularization = 1e-4,
            },
            new Rng(1)
        );
        double likelihood = Enumerable
            .Range(0, 260)
            .Average(i =>
                Math.Log(
                    Enumerable
                        .Range(0, 4)
                        .Sum(k => weights[k] * Density([codes[2 * i], codes[(2 * i) + 1]], means[k], deviations[k]))
                )
            );
        // Runs of expectation-maximisation end at slightly different optima.
        Assert.Equal(best.MeanLogLikelihood, likelihood, 0.02);
    }

    [Theory]
    [InlineData(false, Pretraining.Deterministic)]
    [InlineData(true, Pretraining.Deterministic)]
    [InlineData(false, Pretraining.Vae)]
    public void Training_in_stages_continues_from_anywhere_to_the_same_bits(bool importance, Pretraining pretraining)
    {
        var options = new VadePriorOptions
        {
            Clusters = 4,
            PretrainEpochs = 2,
            MixtureEpochs = 1,
            Pretraining = pretraining,
        };
        IObjective objective = importance ? new ImportanceWeighted { Samples = 2 } : new EvidenceLowerBound();
        Trainer First(out GenerativeModel model) => Begin(options, objective, out model);
        var whole = First(out var trained);
        while (whole.Epoch < 4)
            whole.RunEpoch();
        float[] end = Resumption.Tensors(trained);
        foreach (int steps in (int[])[2, 10, 11, 15])
            Resumption.AssertEnds(end, First, steps, epochs: 4);
    }

    [Fact]
    public void The_mixture_prior_can_begin_as_an_autoencoder_too()
    {
        var model = (
            GmvaeOptions.WithLayers(16) with
            {
                LatentDim = 2,
                Prior = new MixtureOptions { Clusters = 4, Pretraining = Pretraining.Deterministic },
            }
        ).Create(FewDigits.Train.Shape, _device, new Rng(1));
        var metrics = TrainerOf(model).RunEpoch()!;
        Assert.Equal(metrics.Terms.First(t => t.Name == "reconstruction").Value, metrics.Loss, 1e-4);
    }

    private static Tensor Nothing => null!;

    /// <summary>A model whose prior has random weights, means and variances.</summary>
    private GenerativeModel Create(int clusters = Clusters, IObjective? objective = null)
    {
        var model = new VadeOptions
        {
            LatentDim = 2,
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Prior = new VadePriorOptions { Clusters = clusters, PretrainEpochs = 0 },
            Objective = objective ?? new EvidenceLowerBound(),
        }.Create(Shape, _device, new Rng(1));
        var rng = new Rng(8);
        foreach (string name in (string[])["cluster.bias", "mean.weight", "variance.weight"])
        foreach (ref float value in Find(model, $"decoder.prior.{name}"))
            value = 0.7f * rng.NextNormal();
        return model;
    }

    private Trainer Begin(VadePriorOptions prior, IObjective objective, out GenerativeModel model)
    {
        model = new VadeOptions
        {
            LatentDim = 2,
            Network = DenseOptions.WithLayers([16], [16]),
            Prior = prior,
            Objective = objective,
        }.Create(FewDigits.Train.Shape, _device, new Rng(1));
        return TrainerOf(model);
    }

    private static Trainer TrainerOf(GenerativeModel model) =>
        new(
            model,
            new Sgd(model.Parameters),
            new ConstantSchedule(1e-4f),
            new TrainerOptions { BatchSize = 52 },
            FewDigits.Train,
            FewDigits.First(260),
            new Rng(5)
        );

    /// <summary>Posteriors and one sample of each, (rows, 2).</summary>
    private (DiagonalGaussian Q, Tensor Z) Codes(int rows)
    {
        var q = new DiagonalGaussian(
            Ops.RandomNormal(_device, [rows, 2], new Rng(5)),
            Ops.Affine(Ops.RandomUniform(_device, [rows, 2], new Rng(6)), 1, 0.2f)
        );
        return (q, q.Sample(new Rng(2)));
    }

    private static (double[] Weights, double[][] Means, double[][] Deviations) Mixture(GenerativeModel model)
    {
        double[] Row(string name, int k, Func<float, double> map) =>
            [.. Find(model, name).Slice(2 * k, 2).ToArray().Select(map)];
        double[] weights = [.. Find(model, "decoder.prior.cluster.bias").ToArray().Select(l => Math.Exp(l))];
        double sum = weights.Sum();
        var clusters = Enumerable.Range(0, weights.Length);
        return (
            [.. weights.Select(w => w / sum)],
            [.. clusters.Select(k => Row("decoder.prior.mean.weight", k, m => m))],
            [.. clusters.Select(k => Row("decoder.prior.variance.weight", k, v => Math.Exp(v / 2)))]
        );
    }

    private static double[] Row(Tensor rows, int i) =>
        [.. rows.AsSpan().Slice(2 * i, 2).ToArray().Select(v => (double)v)];

    private static double Density(double[] z, double[] mean, double[] deviation)
    {
        double product = 1;
        for (int d = 0; d < z.Length; d++)
        {
            double error = (z[d] - mean[d]) / deviation[d];
            product *= Math.Exp(-0.5 * error * error) / (deviation[d] * Math.Sqrt(2 * Math.PI));
        }
        return product;
    }

    private static Span<float> Find(GenerativeModel model, string name) =>
        model.Parameters.All.Single(p => p.Name == name).Value.AsSpan();
}
