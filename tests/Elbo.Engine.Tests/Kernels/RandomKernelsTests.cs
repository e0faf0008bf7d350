using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Kernels;

/// <summary>Random tensors: which bits they are made of, and whether they are distributed as they should be.</summary>
public class RandomKernelsTests
{
    private const int Many = 100_003;

    public static TheoryData<string> Sets => TestDevices.BySet;

    [Theory]
    [MemberData(nameof(Sets))]
    public void Every_element_is_made_of_the_bits_of_its_philox_block(string set)
    {
        const ulong Seed = 0x1234_5678_9ABC_DEF0;
        var rng = new Rng(Seed);
        for (uint draw = 0; draw < 3; draw++)
        {
            var uniform = Draw(set, 2, rng, Ops.RandomUniform, Many);
            for (int i = 0; i < Many; i++)
            {
                var block = PhiloxBlock.Compute(Seed, (uint)(i / 64 * 16 + i % 16), 0, draw, 0);
                uint bits = (i % 64 / 16) switch
                {
                    0 => block.R0,
                    1 => block.R1,
                    2 => block.R2,
                    _ => block.R3,
                };
                Assert.Equal((bits >> 8) / (float)(1 << 24), uniform[i]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Any_number_of_threads_draws_the_same_bits(string set)
    {
        foreach (int count in new[] { 1, 100, Many })
        {
            var one = Draw(set, 1, new Rng(3), Ops.RandomNormal, count);
            foreach (int threads in new[] { 2, 3, 4 })
                NumericAssert.SameBits(
                    one,
                    Draw(set, threads, new Rng(3), Ops.RandomNormal, count),
                    $"{threads} threads"
                );
        }
    }

    [Fact]
    public void Uniforms_and_choices_have_the_same_bits_on_every_instruction_set()
    {
        static Tensor Choices(Device device, Shape shape, Rng rng) => Ops.RandomBernoulli(device, shape, 0.7f, rng, 3);
        var uniform = Draw("scalar", 1, new Rng(9), Ops.RandomUniform, Many);
        var choices = Draw("scalar", 1, new Rng(9), Choices, Many);
        foreach (string set in TestDevices.InstructionSets)
        {
            NumericAssert.SameBits(uniform, Draw(set, 1, new Rng(9), Ops.RandomUniform, Many), set);
            NumericAssert.SameBits(choices, Draw(set, 1, new Rng(9), Choices, Many), set);
        }
    }

    [Fact]
    public void A_longer_draw_begins_like_a_shorter_one_and_the_next_differs()
    {
        var rng = new Rng(4);
        var first = Draw(null, 1, rng, Ops.RandomUniform, 1000);
        Assert.NotEqual(first, Draw(null, 1, rng, Ops.RandomUniform, 1000));
        Assert.Equal(first[..77], Draw(null, 1, new Rng(4), Ops.RandomUniform, 77));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Normals_are_distributed_normally(string set)
    {
        var draws = Draw(set, 1, new Rng(21), Ops.RandomNormal, Many);
        Assert.All(draws, v => Assert.True(float.IsFinite(v)));
        // Five standard errors of each moment: √(1/n), √(2/n), √(15/n), √(96/n) bound a false alarm at 1e-6.
        double error = 5 / Math.Sqrt(Many);
        Assert.InRange(Moment(draws, 1), -error, error);
        Assert.InRange(Moment(draws, 2) - 1, -error * 1.42, error * 1.42);
        Assert.InRange(Moment(draws, 3), -error * 3.9, error * 3.9);
        Assert.InRange(Moment(draws, 4) - 3, -error * 9.8, error * 9.8);
        AssertDistributed(draws, ReferenceMath.NormalCdf);
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Uniforms_are_distributed_uniformly_on_0_to_1(string set)
    {
        var draws = Draw(set, 1, new Rng(22), Ops.RandomUniform, Many);
        Assert.All(draws, v => Assert.InRange(v, 0, MathF.BitDecrement(1)));
        AssertDistributed(draws, v => v);
    }

    [Fact]
    public void Neighbours_are_uncorrelated()
    {
        var draws = Draw(null, 1, new Rng(23), Ops.RandomNormal, Many);
        // 16 apart are the two halves of one Box–Muller pair. Five standard errors.
        foreach (int lag in new[] { 1, 2, 16, 32, 64 })
        {
            double sum = 0;
            for (int i = lag; i < draws.Length; i++)
                sum += draws[i] * draws[i - lag];
            Assert.InRange(sum / Many, -5 / Math.Sqrt(Many), 5 / Math.Sqrt(Many));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.1f)]
    [InlineData(0.5f)]
    [InlineData(0.9f)]
    public void Dropout_drops_at_its_rate_and_scales_the_rest(float rate)
    {
        var device = TestDevices.Shared();
        using var step = device.BeginStep();
        var kept = Ops.Dropout(device.Full([Many], 2), rate, new Rng(24)).ToArray().Where(v => v != 0).ToArray();
        Assert.All(kept, v => Assert.Equal(2 / (1 - rate), v, 1e-5f));
        // Five standard errors, each √(¼/n) at most.
        Assert.InRange(kept.Length / (double)Many - (1 - rate), -2.5 / Math.Sqrt(Many), 2.5 / Math.Sqrt(Many));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 3)]
    public void Certainty_has_no_exceptions(float probability, float expected)
    {
        var device = TestDevices.Shared();
        using var step = device.BeginStep();
        Assert.All(
            Ops.RandomBernoulli(device, [Many], probability, new Rng(25), 3).ToArray(),
            v => Assert.Equal(expected, v)
        );
    }

    private static double Moment(float[] draws, int order) => draws.Average(v => Math.Pow(v, order));

    /// <summary>
    /// Kolmogorov and Smirnov's distance, below the value that one sample in a million exceeds: √(ln(2e6)/2n).
    /// </summary>
    private static void AssertDistributed(float[] draws, Func<double, double> distribution)
    {
        var sorted = draws.Order().ToArray();
        double distance = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            double p = distribution(sorted[i]);
            distance = Math.Max(distance, Math.Max((i + 1.0) / sorted.Length - p, p - (double)i / sorted.Length));
        }
        Assert.InRange(distance, 0, Math.Sqrt(Math.Log(2e6) / 2 / sorted.Length));
    }

    private static float[] Draw(string? set, int threads, Rng rng, Func<Device, Shape, Rng, Tensor> draw, int count)
    {
        var device = TestDevices.Shared(set, threads);
        using var step = device.BeginStep();
        return draw(device, [count], rng).ToArray();
    }
}
