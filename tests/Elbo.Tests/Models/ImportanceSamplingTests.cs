using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Distributions;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Nn.Graphs;
using MathNet.Numerics.LinearAlgebra;

namespace Elbo.Tests.Models;

public sealed class ImportanceSamplingTests : IDisposable
{
    private const float Variance = 0.5f;
    private const float Deviation = 0.7f;

    private static readonly ImageShape Shape = new(1, 2, 3);

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Theory]
    [InlineData(1, 1000)]
    [InlineData(10, 400)]
    [InlineData(1000, 50)]
    public void The_estimated_likelihood_of_a_linear_gaussian_model_is_unbiased(int samples, int repeats)
    {
        var (model, x) = LinearGaussian();
        double exact = LogLikelihood(model, x);
        // Not log p, whose estimate is biased for finite K, but p itself, relative to the exact value.
        double[] ratios =
        [
            .. Enumerable
                .Range(0, repeats)
                .Select(i => Math.Exp(Estimate(model, x, samples, (ulong)i).LogLikelihood - exact)),
        ];
        AssertMean(1, ratios);
    }

    [Fact]
    public void A_thousand_samples_give_the_likelihood_of_a_linear_gaussian_model_and_the_bound_grows_with_them()
    {
        var (model, x) = LinearGaussian();
        double exact = LogLikelihood(model, x);
        double Mean(int samples) =>
            Enumerable.Range(0, 100).Average(i => Estimate(model, x, samples, (ulong)i).LogLikelihood);
        double one = Mean(1),
            ten = Mean(10),
            thousand = Mean(1000);
        Assert.True(one < ten - 0.02 && ten < thousand - 0.002, $"{one}, {ten}, {thousand}");
        // The bias falls as 1/K: a few thousandths of a nat.
        Assert.Equal(exact, thousand, 0.01);
    }

    [Fact]
    public void One_sample_gives_the_evidence_lower_bound()
    {
        var (model, x) = LinearGaussian();
        var (mean, deviation, weight, bias) = Parts(model, x);
        // E_q[log p(x|z)] of a linear decoder: the error at the mean of q, and the variance that q adds.
        var residual = x - (weight * mean) - bias;
        double reconstruction = 0.5 * x.Count * Math.Log(2 * Math.PI * Variance);
        reconstruction += (residual.DotProduct(residual) + Trace(weight, deviation)) / (2 * Variance);
        double divergence = mean.Zip(deviation, (m, s) => (0.5 * ((m * m) + (s * s) - 1)) - Math.Log(s)).Sum();
        LikelihoodEstimate[] estimates = [.. Enumerable.Range(0, 1000).Select(i => Estimate(model, x, 1, (ulong)i))];
        AssertMean(reconstruction, [.. estimates.Select(e => e.Reconstruction)]);
        AssertMean(divergence, [.. estimates.Select(e => e.Divergence)]);
        Assert.All(estimates, e => Assert.Equal(e.Bound, e.LogLikelihood, 1e-9));
        Assert.All(estimates, e => Assert.Equal(1, e.EffectiveSamples, 1e-9));
    }

    [Theory]
    [InlineData("vae", 1)]
    [InlineData("vae", 300)]
    [InlineData("cnn-vae", 3)]
    [InlineData("gmvae", 30)]
    public void The_estimate_of_an_image_depends_neither_on_the_others_nor_on_the_threads(string name, int samples)
    {
        float[] images = FewDigits.Test.ToIntensities(FewDigits.First(24));
        JsonObject options = name == "cnn-vae" ? new() { ["base-channels"] = 4 } : [];
        int size = FewDigits.Test.Shape.PixelCount;
        LikelihoodEstimate[] Estimates(int threads, ReadOnlySpan<float> some)
        {
            using var device = new Device(new DeviceOptions { Threads = threads });
            var model = ModelCatalog.Get(name).Read(options).Create(FewDigits.Test.Shape, device, new Rng(3));
            return ImportanceSampling.Estimate(model, some, samples, new Rng(4));
        }

        var all = Estimates(1, images);
        Assert.Equal(all, Estimates(4, images));
        Assert.Equal(all[7..12], Estimates(2, images.AsSpan(7 * size, 5 * size)));
        Assert.Equal(all[20], Estimates(2, images.AsSpan(20 * size, size))[0]);
        Assert.All(all, e => Assert.True(e.LogLikelihood >= e.Bound && e.EffectiveSamples >= 1 - 1e-9));
    }

    [Fact]
    public void The_density_ratio_of_a_mixture_prior_has_mean_one()
    {
        var options = new MixtureOptions
        {
            Clusters = 3,
            StyleDim = 1,
            PretrainEpochs = 0,
        };
        var model = new ModelOptions
        {
            LatentDim = 1,
            Network = DenseOptions.WithLayers([4], [4]),
            Prior = options,
        }.Create(Shape, _device, new Rng(1));
        // q(w|x) = N(0, 2²), wider than the prior N(0, 1), so that the ratio has a small variance.
        Find(model, "encoder.style.mean.weight").Clear();
        Find(model, "encoder.style.deviation.weight").Clear();
        Find(model, "encoder.style.deviation.bias").Fill(MathF.Log(MathF.Exp(2f) - 1));
        const int Samples = 200_000;
        using var pause = _device.Tape.Pause();
        using var scope = _device.BeginStep();
        var q = new DiagonalGaussian(_device.Full([1, 1], 0.3f), _device.Full([1, 1], 5));
        var z = q.Sample(Ops.RandomNormal(_device, [Samples, 1, 1], new Rng(2)));
        var noise = Ops.RandomNormal(_device, [Samples, 1, 1], new Rng(3));
        var ratio = Ops.Exp(
            model.Prior.LogRatio(
                _device.Full([1, Shape.PixelCount], 0.5f),
                q,
                z,
                noise,
                new ForwardContext(new Rng(0), Training: false)
            )
        );
        AssertMean(1, [.. ratio.ToArray().Select(r => (double)r)]);
    }

    [Fact]
    public void A_cancelled_estimate_stops_and_impossible_arguments_are_refused()
    {
        var (model, x) = LinearGaussian();
        float[] image = [.. x.Select(v => (float)v)];
        Assert.Throws<OperationCanceledException>(() =>
            ImportanceSampling.Estimate(
                model,
                image,
                10,
                new Rng(0),
                cancellation: new CancellationToken(canceled: true)
            )
        );
        Assert.Throws<ArgumentOutOfRangeException>(() => ImportanceSampling.Estimate(model, image, 0, new Rng(0)));
        Assert.Equal(
            "5 values are not a whole number of images of 6 pixels. (Parameter 'images')",
            Assert
                .Throws<ArgumentException>(() => ImportanceSampling.Estimate(model, image.AsSpan(0, 5), 1, new Rng(0)))
                .Message
        );
        Assert.Empty(ImportanceSampling.Estimate(model, [], 1, new Rng(0)));
    }

    /// <summary>A model p(x|z) = N(Wz + b, v), whose q is not the exact posterior, and an image.</summary>
    private (GenerativeModel Model, Vector<double> X) LinearGaussian()
    {
        var model = new ModelOptions
        {
            LatentDim = 2,
            Network = new LinearNetwork(),
            Likelihood = new LikelihoodOptions { Decoder = DecoderKind.Gaussian, Variance = Variance },
        }.Create(Shape, _device, new Rng(7));
        return (model, Vector<double>.Build.Dense([0.4, -0.2, 0.9, 0.1, 0.5, -0.6]));
    }

    private static LikelihoodEstimate Estimate(GenerativeModel model, Vector<double> x, int samples, ulong seed) =>
        ImportanceSampling.Estimate(model, [.. x.Select(v => (float)v)], samples, new Rng(seed))[0];

    /// <summary>log N(x; b, WWᵀ + vI) in double precision.</summary>
    private static double LogLikelihood(GenerativeModel model, Vector<double> x)
    {
        var (_, _, weight, bias) = Parts(model, x);
        var covariance =
            (weight * weight.Transpose()) + (Matrix<double>.Build.DenseIdentity(x.Count) * (double)Variance);
        var residual = x - bias;
        return -0.5
            * (
                residual.DotProduct(covariance.Solve(residual))
                + Math.Log(covariance.Determinant())
                + (x.Count * Math.Log(2 * Math.PI))
            );
    }

    /// <summary>Mean and standard deviation of q(z|x), and W and b of the decoder.</summary>
    private static (Vector<double> Mean, Vector<double> Deviation, Matrix<double> Weight, Vector<double> Bias) Parts(
        GenerativeModel model,
        Vector<double> x
    )
    {
        Matrix<double> Weights(string name, int rows) =>
            Matrix<double>.Build.DenseOfRowMajor(
                rows,
                Find(model, name).Length / rows,
                Find(model, name).ToArray().Select(v => (double)v)
            );
        var decoder = Weights("decoder.linear.weight", Shape.PixelCount);
        return (
            Weights("encoder.linear.weight", 2) * x,
            Vector<double>.Build.Dense(2, Deviation),
            decoder,
            Vector<double>.Build.Dense(Shape.PixelCount)
        );
    }

    private static double Trace(Matrix<double> weight, Vector<double> deviation) =>
        weight.EnumerateColumns().Zip(deviation, (w, s) => w.DotProduct(w) * s * s).Sum();

    private static Span<float> Find(GenerativeModel model, string name) =>
        model.Tensors.Single(t => t.Name == name).Value.AsSpan();

    /// <summary>Asserts that the mean of samples is within three standard errors of a value.</summary>
    private static void AssertMean(double expected, double[] samples)
    {
        double mean = samples.Average();
        double error = Math.Sqrt(samples.Average(s => (s - mean) * (s - mean)) / samples.Length);
        Assert.True(Math.Abs(mean - expected) < 3 * error, $"{mean} ± {error}, expected {expected}");
    }

    /// <summary>Linear maps without an activation in both directions, and a constant σ.</summary>
    private sealed record LinearNetwork : NetworkOptions
    {
        public override void Validate() { }

        public override Encoder CreateEncoder(string name, ImageShape image, int outputs, int classes = 0) =>
            new(new Sequential([]), new ConstantDeviation(name, image.PixelCount, outputs));

        public override IDecoder CreateDecoder(
            string name,
            int latentDim,
            ImageShape image,
            LikelihoodOptions likelihood
        ) => new LinearDecoder(name, latentDim, image.PixelCount);
    }

    private sealed class ConstantDeviation(string name, int inputs, int outputs) : IPosterior
    {
        private readonly Linear _mean = new($"{name}.linear", inputs, outputs, Initializers.GlorotNormal);

        public IEnumerable<Parameter> Parameters => _mean.Parameters;

        public DiagonalGaussian Forward(Tensor features, ForwardContext context)
        {
            var mean = _mean.Forward(features);
            return new DiagonalGaussian(mean, mean.Device.Full(mean.Shape, Deviation));
        }

        public (Node Mean, Node Deviation) Describe(NetworkGraph graph, Node features)
        {
            var mean = graph.Apply(_mean, features);
            return (mean, graph.Affine(mean, 0, Deviation));
        }
    }

    private sealed class LinearDecoder(string name, int inputs, int outputs) : IDecoder
    {
        private readonly Linear _mean = new($"{name}.linear", inputs, outputs, Initializers.GlorotNormal);

        public IEnumerable<Parameter> Parameters => _mean.Parameters;

        public IReadOnlyList<Tensor> Forward(Tensor z, ForwardContext context) => [_mean.Forward(z)];

        public IReadOnlyList<Node> Describe(NetworkGraph graph, Node z) => [graph.Apply(_mean, z)];
    }
}
