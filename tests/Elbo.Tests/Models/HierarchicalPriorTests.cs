using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;
using Elbo.Nn;

namespace Elbo.Tests.Models;

public sealed class HierarchicalPriorTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 2, 3);

    private static readonly ForwardContext Training = new(new Rng(1), Training: true);

    // p(z|z₂) = N(W·z₂ + B, S²·I) with one top dimension, so that p(z) = N(B, W·Wᵀ + S²·I).
    private static readonly double[] W = [0.8, -0.5];
    private static readonly double[] B = [0.3, 0.1];
    private const double S = 0.6;
    private const float MinVariance = 0.05f;

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void With_the_exact_posterior_of_the_top_code_the_ratio_is_that_of_the_marginal()
    {
        var model = Linear();
        using var pause = _device.Tape.Pause();
        using var scope = _device.BeginStep();
        var q = Posteriors(3);
        var z = q.Sample(Ops.RandomNormal(_device, [4, 3, 2], new Rng(2)));
        Assert.Equal(1, model.Prior.AuxiliaryDim);
        var ratio = model.Prior.LogRatio(z, q, z, Ops.RandomNormal(_device, [4, 3, 1], new Rng(3)), Training);
        Assert.Equal([4, 3], ratio.Shape);
        var codes = z.AsSpan();
        float[] own = q.LogProb(z).ToArray();
        for (int i = 0; i < 12; i++)
            Assert.Equal(LogMarginal(codes[2 * i], codes[(2 * i) + 1]) - own[i], ratio.AsSpan()[i], 1e-4);
    }

    [Fact]
    public void With_the_exact_posterior_of_the_top_code_the_divergence_is_exact_in_expectation()
    {
        const int Samples = 100_000;
        var model = Linear();
        using var pause = _device.Tape.Pause();
        using var scope = _device.BeginStep();
        double[] mu = [0.5, -0.2],
            sigma = [0.7, 0.9];
        var q = new DiagonalGaussian(Rows(mu, Samples), Rows(sigma, Samples));
        var terms = model.Prior.Divergence(q.Mean, q, q.Sample(new Rng(4)), Training);
        Assert.Equal(["kl-z", "kl-top"], terms.Select(t => t.Name));
        // KL of two Gaussians, the second with covariance C = W·Wᵀ + S²·I.
        var (a, b, d, determinant) = Covariance();
        double[] e = [B[0] - mu[0], B[1] - mu[1]];
        double trace = ((d * sigma[0] * sigma[0]) + (a * sigma[1] * sigma[1])) / determinant,
            distance = ((d * e[0] * e[0]) - (2 * b * e[0] * e[1]) + (a * e[1] * e[1])) / determinant,
            kl = 0.5 * (trace + distance - 2 + Math.Log(determinant) - (2 * Math.Log(sigma[0] * sigma[1])));
        // The terms of a sample have a standard deviation of about 1.
        Assert.Equal(kl, terms.Sum(t => (double)t.Value.ToScalar()), 4 / Math.Sqrt(Samples));
    }

    [Fact]
    public void Samples_have_the_moments_of_the_marginal()
    {
        const int Samples = 40_000;
        float[] codes = Inference.SamplePrior(Linear(), Samples, new Rng(5));
        var (a, b, d, _) = Covariance();
        double Moment(Func<float, float, double> of) =>
            Enumerable.Range(0, Samples).Average(i => of(codes[2 * i], codes[(2 * i) + 1]));
        double x = Moment((u, _) => u),
            y = Moment((_, v) => v);
        // Four standard errors of means and of products of values with a variance of about 1.
        double tolerance = 4 / Math.Sqrt(Samples);
        Assert.Equal(B[0], x, tolerance);
        Assert.Equal(B[1], y, tolerance);
        Assert.Equal(a, Moment((u, _) => (u - x) * (u - x)), 1.5 * tolerance);
        Assert.Equal(d, Moment((_, v) => (v - y) * (v - y)), 1.5 * tolerance);
        Assert.Equal(b, Moment((u, v) => (u - x) * (v - y)), tolerance);
    }

    [Theory]
    [InlineData("elbo")]
    [InlineData("iwae")]
    public void Gradients_of_the_loss_are_those_of_finite_differences(string objective)
    {
        var model = Create(
            [4, 3],
            topDim: 2,
            objective == "elbo" ? new EvidenceLowerBound() : new ImportanceWeighted { Samples = 3 }
        );
        Assert.Contains("encoder.top.hidden.1.weight (3, 4)", Names(model));
        Assert.Contains("decoder.prior.hidden.0.weight (3, 2)", Names(model));
        FiniteDifferences.AssertGradients(model);
    }

    [Fact]
    public void The_summary_has_the_layers_of_both_networks()
    {
        var model = Create([4, 3], topDim: 2);
        var parts = ModelSummary.Of(model).Parts;
        Assert.Equal(["encoder q(z|x)", "prior p(z)", "decoder p(x|z)"], parts.Select(part => part.Title));
        Assert.Equal(
            [
                "encoder.top.hidden.0",
                "encoder.top.hidden.1",
                "encoder.top.mean",
                "encoder.top.deviation",
                "decoder.prior.hidden.0",
                "decoder.prior.hidden.1",
                "decoder.prior.mean",
                "decoder.prior.deviation",
            ],
            parts[1].Layers.Select(layer => layer.Name)
        );
    }

    [Fact]
    public void Options_out_of_range_are_refused()
    {
        void AssertRefused(HierarchicalOptions prior, IObjective objective, string complaint) =>
            Assert.StartsWith(
                complaint,
                Assert
                    .Throws<ArgumentException>(new VaeOptions { Prior = prior, Objective = objective }.Validate)
                    .Message
            );

        AssertRefused(new() { TopDim = 0 }, new EvidenceLowerBound(), "top-dim is 0; it must be from 1 to 4096.");
        AssertRefused(
            new() { PriorHidden = [5, 0] },
            new EvidenceLowerBound(),
            "prior-hidden has a layer of width 0; it must be between 1 and 65536."
        );
        AssertRefused(new(), new FreeBits { Nats = 1 }, "free-bits needs a prior with independent dimensions");
    }

    private static IEnumerable<string> Names(GenerativeModel model) =>
        model.Parameters.All.Select(p => $"{p.Name} {p.Shape}");

    private GenerativeModel Create(int[] hidden, int topDim, IObjective? objective = null, float minVariance = 0.1f) =>
        new VaeOptions
        {
            LatentDim = 2,
            Network = DenseOptions.WithLayers([5], [5], Activation.Tanh),
            Prior = new HierarchicalOptions
            {
                TopDim = topDim,
                PriorHidden = hidden,
                MinPriorVariance = minVariance,
            },
            Objective = objective ?? new EvidenceLowerBound(),
        }.Create(Shape, _device, new Rng(1));

    /// <summary>
    /// The linear model, with the exact q(z₂|z): precision 1 + W·W/S², mean W·(z − B)/S² over the precision.
    /// </summary>
    private GenerativeModel Linear()
    {
        var model = Create([], topDim: 1, minVariance: MinVariance);
        double precision = 1 + (((W[0] * W[0]) + (W[1] * W[1])) / (S * S)),
            scale = 1 / (S * S * precision);
        Set("decoder.prior.mean.weight", W);
        Set("decoder.prior.mean.bias", B);
        Set("decoder.prior.deviation.weight", [0, 0]);
        double deviation = Math.Sqrt((S * S) - MinVariance);
        Set("decoder.prior.deviation.bias", [InverseSoftplus(deviation), InverseSoftplus(deviation)]);
        Set("encoder.top.mean.weight", [scale * W[0], scale * W[1]]);
        Set("encoder.top.mean.bias", [-scale * ((W[0] * B[0]) + (W[1] * B[1]))]);
        Set("encoder.top.deviation.weight", [0, 0]);
        Set("encoder.top.deviation.bias", [InverseSoftplus(1 / Math.Sqrt(precision))]);
        return model;

        void Set(string name, double[] values)
        {
            var target = model.Parameters.All.Single(p => p.Name == name).Value.AsSpan();
            Assert.Equal(values.Length, target.Length);
            for (int i = 0; i < values.Length; i++)
                target[i] = (float)values[i];
        }

        static double InverseSoftplus(double y) => Math.Log(Math.Exp(y) - 1);
    }

    /// <summary>The covariance of p(z): its elements and its determinant.</summary>
    private static (double A, double B, double D, double Determinant) Covariance()
    {
        double a = (W[0] * W[0]) + (S * S),
            b = W[0] * W[1],
            d = (W[1] * W[1]) + (S * S);
        return (a, b, d, (a * d) - (b * b));
    }

    private static double LogMarginal(double z1, double z2)
    {
        var (a, b, d, determinant) = Covariance();
        double x = z1 - B[0],
            y = z2 - B[1],
            distance = ((d * x * x) - (2 * b * x * y) + (a * y * y)) / determinant;
        return (-0.5 * (distance + Math.Log(determinant))) - Math.Log(2 * Math.PI);
    }

    private DiagonalGaussian Posteriors(int rows) =>
        new(
            Ops.RandomNormal(_device, [rows, 2], new Rng(5)),
            Ops.Affine(Ops.RandomUniform(_device, [rows, 2], new Rng(6)), 1, 0.2f)
        );

    private Tensor Rows(double[] row, int count) =>
        Ops.Add(_device.Zeros([count, 2]), _device.Tensor([(float)row[0], (float)row[1]], [2]));
}
