using Elbo.Engine;
using Elbo.Models.Priors;
using Elbo.Nn;
using Elbo.Workflows.Exploring;

namespace Elbo.Tests.Workflows.Exploring;

[Collection(TinyRunTests.Name)]
public sealed class TraverseTests(TinyRun tiny) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_divergence_of_a_diagonal_Gaussian_is_that_of_its_closed_form()
    {
        // Two images, two dimensions: means, then standard deviations.
        float[] posteriors = [1, 0, 0.5f, 1, -3, 0, 2, 1];
        var statistics = TraverseStatistics.Of(posteriors, 2, standardNormal: true);
        double first = (1 + 0.25 - Math.Log(0.25) - 1) / 2,
            second = (9 + 4 - Math.Log(4) - 1) / 2;
        Assert.Equal((first + second) / 2, statistics.Divergences[0], 12);
        Assert.Equal(0, statistics.Divergences[1], 12);
        Assert.Equal([-1, 0], statistics.Means);
        Assert.Equal([1, 1], statistics.Deviations);
    }

    [Fact]
    public void Without_a_standard_normal_prior_the_reference_is_the_aggregate_posterior()
    {
        float[] posteriors = [1, 0.5f, -3, 2];
        var statistics = TraverseStatistics.Of(posteriors, 1, standardNormal: false);
        // Variance of the means 4, mean variance (¼ + 4) / 2.
        double variance = 4 + 2.125;
        double Divergence(double mean, double deviation) =>
            (Math.Log(variance) / 2)
            - Math.Log(deviation)
            + (((deviation * deviation) + ((mean + 1) * (mean + 1))) / (2 * variance))
            - 0.5;
        Assert.Equal(Math.Sqrt(variance), statistics.Deviations[0], 12);
        Assert.Equal((Divergence(1, 0.5) + Divergence(-3, 2)) / 2, statistics.Divergences[0], 12);
    }

    [Fact]
    public void Divergences_are_those_of_the_models_prior_and_rows_are_sorted_by_them()
    {
        var run = tiny.Loaded;
        var images = run.Data.Test;
        using var pause = run.Model.Device.Tape.Pause();
        using var scope = run.Model.Device.BeginStep();
        var q = run.Model.Encode(
            run.Model.Device.Tensor(images.ToIntensities(), [images.Count, images.Shape.PixelCount]),
            new ForwardContext(new Rng(0), Training: false)
        );
        float[] all = ((IFactorizedPrior)run.Model.Prior).DivergenceByDimension(q).ToArray();
        double[] expected =
        [
            .. Enumerable.Range(0, 2).Select(d => all.Where((_, i) => i % 2 == d).Average(v => (double)v)),
        ];
        var summary = TraverseWorkflow.Run(run, new TraverseOptions { Output = _folder.File("t.png") });
        // The kernel sums in single precision.
        Assert.Equal(expected[0], summary.Divergences[0], 1e-3);
        Assert.Equal(expected[1], summary.Divergences[1], 1e-3);
        Assert.Equal(expected[0] > expected[1] ? [1, 2] : [2, 1], summary.Dims);
        Assert.True(summary.IsOfPrior);
        Assert.True(new FileInfo(_folder.File("t.png")).Length > 1000);
    }

    [Fact]
    public void A_prior_with_clusters_takes_its_unit_from_the_codes()
    {
        using var run = MixtureRun.Train(_folder.Path);
        var summary = TraverseWorkflow.Run(run, new TraverseOptions { Index = 3, Dims = [4, 1] });
        Assert.False(summary.IsOfPrior);
        Assert.Equal([4, 1], summary.Dims.OrderByDescending(d => d));
        Assert.All(summary.Divergences, kl => Assert.InRange(kl, 0, 10));
        Assert.Equal(run.Folder.Image("traverse-test-image-3.png"), summary.Path);
    }

    [Theory]
    [InlineData(8, null, "steps is 8; it must be odd, so that the middle image is that of the unchanged code.")]
    [InlineData(9, 3, "dims are 3; they must be different latent dimensions from 1 to 2.")]
    public void Wrong_steps_and_dimensions_are_refused_before_anything_is_written(int steps, int? dim, string message)
    {
        var options = new TraverseOptions
        {
            Steps = steps,
            Dims = dim is { } d ? [d] : null,
            Output = _folder.File("t.png"),
        };
        Assert.Equal(
            message,
            Assert.Throws<ArgumentException>(() => TraverseWorkflow.Run(tiny.Loaded, options)).Message
        );
        Assert.False(File.Exists(_folder.File("t.png")));
    }
}
