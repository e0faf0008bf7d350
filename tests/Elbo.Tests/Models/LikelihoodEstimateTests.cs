using System.Numerics;
using CsCheck;
using Elbo.Models;

namespace Elbo.Tests.Models;

public class LikelihoodEstimateTests
{
    /// <summary>Logarithms of the importance weights of one image.</summary>
    private static readonly Gen<float[]> LogWeights = Gen.Float[-80, 20].Array[2, 8];

    [Fact]
    public void With_one_sample_the_estimate_is_the_bound() =>
        Gen.Float[-1e4f, 1e4f]
            .Sample(weight =>
            {
                var one = LikelihoodEstimate.Of([weight], [weight - 1]);
                Assert.Equal((double)weight, one.LogLikelihood);
                Assert.Equal(one.Bound, one.LogLikelihood);
                Assert.Equal(1, one.EffectiveSamples);
            });

    /// <remarks>Burda et al. 2016, theorem 1: a sample of k + 1 weights is the mean of its subsets of k.</remarks>
    [Fact]
    public void The_mean_over_all_subsets_of_samples_grows_with_their_size() =>
        LogWeights.Sample(weights =>
        {
            double[] means =
            [
                .. Enumerable.Range(1, weights.Length).Select(size => Subsets(weights, size).Average(LogLikelihood)),
            ];
            Assert.Equal(LikelihoodEstimate.Of(weights, weights).Bound, means[0], 1e-9);
            Assert.Equal(LogLikelihood(weights), means[^1], 1e-9);
            foreach (var (smaller, larger) in means.Zip(means.Skip(1)))
                Assert.True(smaller <= larger + 1e-9, $"{smaller} > {larger}");
        });

    [Fact]
    public void Effective_samples_and_the_order_of_samples_are_as_defined() =>
        LogWeights.Sample(weights =>
        {
            var estimate = LikelihoodEstimate.Of(weights, weights);
            Assert.InRange(estimate.EffectiveSamples, 1 - 1e-9, weights.Length + 1e-9);
            Assert.True(estimate.Bound <= estimate.LogLikelihood + 1e-9);
            Assert.Equal(estimate.LogLikelihood, LogLikelihood([.. weights.Reverse()]), 1e-9);
            // Equal weights count fully.
            float[] equal = [.. weights.Select(_ => weights[0])];
            Assert.Equal(weights.Length, LikelihoodEstimate.Of(equal, equal).EffectiveSamples, 1e-9);
        });

    private static double LogLikelihood(float[] weights) => LikelihoodEstimate.Of(weights, weights).LogLikelihood;

    private static IEnumerable<float[]> Subsets(float[] weights, int size) =>
        Enumerable
            .Range(0, 1 << weights.Length)
            .Where(mask => BitOperations.PopCount((uint)mask) == size)
            .Select(mask => weights.Where((_, i) => (mask >> i & 1) == 1).ToArray());
}
