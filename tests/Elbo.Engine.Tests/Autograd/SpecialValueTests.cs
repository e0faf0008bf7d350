using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

/// <summary>What infinities, NaN and ties give, on every instruction set and at every place in a register.</summary>
public class SpecialValueTests
{
    private const int Length = 37; // two registers of the widest kind, and a tail

    public static TheoryData<string> Sets => TestDevices.BySet;

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_NaN_anywhere_makes_maximum_and_log_sum_exp_NaN(string set)
    {
        foreach (float rest in new[] { 1, float.PositiveInfinity, float.NegativeInfinity })
            for (int place = 0; place < Length; place++)
            {
                var row = Enumerable.Repeat(rest, Length).ToArray();
                row[place] = float.NaN;
                Assert.Equal(float.NaN, Scalar(set, row, x => Ops.Max(x, 0)));
                Assert.Equal(float.NaN, Scalar(set, row, x => Ops.LogSumExp(x)));
                Assert.Equal(
                    float.NaN,
                    Scalar(set, [.. row, .. row], x => Ops.Max(Ops.Reshape(x, [2, Length]), 0), place)
                );
            }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Log_sum_exp_of_infinities_is_infinite(string set)
    {
        var row = Enumerable.Repeat(float.NegativeInfinity, Length).ToArray();
        Assert.Equal(float.NegativeInfinity, Scalar(set, row, x => Ops.LogSumExp(x)));
        Assert.Equal(float.NegativeInfinity, Scalar(set, row, x => Ops.LogMeanExp(x)));
        row[20] = 3;
        Assert.Equal(3, Scalar(set, row, x => Ops.LogSumExp(x)));
        row[36] = float.PositiveInfinity;
        Assert.Equal(float.PositiveInfinity, Scalar(set, row, x => Ops.LogSumExp(x)));
        Assert.Equal(float.NegativeInfinity, Scalar(set, [], x => Ops.LogSumExp(x)));
        Assert.Equal(float.NegativeInfinity, Scalar(set, [], x => Ops.Max(x, 0)));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_softmax_ignores_entries_of_minus_infinity(string set)
    {
        var device = TestDevices.Shared(set);
        using var step = device.BeginStep();
        var row = Enumerable.Repeat(float.NegativeInfinity, Length).ToArray();
        (row[3], row[30]) = (1, 1);
        var softmax = Ops.Softmax(device.Tensor(row, [Length])).ToArray();
        Assert.Equal((0.5f, 0.5f, 1f), (softmax[3], softmax[30], softmax.Sum()));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Equal_maxima_share_the_gradient(string set)
    {
        var device = TestDevices.Shared(set);
        using var step = device.BeginStep();
        var x = device.Tensor([1, 4, 4, 2, 4, 4], [6]);
        x.RequiresGradient = true;
        device.Tape.Backward(Ops.Max(x, 0));
        Assert.Equal([0, 0.25f, 0.25f, 0, 0.25f, 0.25f], x.Gradient!.ToArray());
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Cross_entropy_of_extreme_logits_is_finite_and_exact(string set)
    {
        var device = TestDevices.Shared(set);
        using var step = device.BeginStep();
        var logits = device.Tensor([80, -80, 1e30f, -1e30f, 80, -80], [6, 1]);
        logits.RequiresGradient = true;
        var loss = Ops.CrossEntropyWithLogits(logits, device.Tensor([1, 0, 1, 0, 0, 1], [6, 1]));
        device.Tape.Backward(Ops.Sum(loss));
        Assert.Equal([0, 0, 0, 0, 80, 80], loss.ToArray().Select(v => v < 1e-30f ? 0 : v));
        Assert.Equal([0, 0, 0, 0, 1, -1], logits.Gradient!.ToArray().Select(v => MathF.Abs(v) < 1e-30f ? 0 : v));
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Cross_entropy_of_long_rows_is_as_exact_as_single_precision_allows(string set)
    {
        var device = TestDevices.Shared(set);
        foreach (int width in (int[])[64, 784, 3075, 20_000])
        foreach (float size in (float[])[1e-3f, 1, 6, 40])
        {
            using var step = device.BeginStep();
            var logits = Ops.Affine(Ops.RandomNormal(device, [3, width], new Rng(1)), size);
            var target = Ops.RandomUniform(device, [3, width], new Rng(2));
            float[] a = logits.ToArray(),
                b = target.ToArray(),
                loss = Ops.CrossEntropyWithLogits(logits, target).ToArray();
            for (int row = 0; row < 3; row++)
            {
                double exact = 0,
                    sizes = 0;
                for (int i = row * width; i < (row + 1) * width; i++)
                {
                    exact += ReferenceMath.Softplus(a[i]) - ((double)a[i] * b[i]);
                    sizes += Math.Abs(a[i]) + 1;
                }
                // Every addition and multiplication rounds by 2⁻²⁴ at most; most of these errors cancel.
                Assert.Equal(exact, loss[row], 8 * sizes * Math.Pow(2, -24));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void The_kl_to_a_standard_normal_is_finite_at_deviation_0(string set)
    {
        var device = TestDevices.Shared(set);
        using var step = device.BeginStep();
        Tensor mean = device.Zeros([Length]),
            deviation = device.Zeros([Length]);
        deviation.RequiresGradient = true;
        var kl = Ops.StandardNormalKl(mean, deviation);
        device.Tape.Backward(kl);
        Assert.Equal(Length * 0.5f * (-MathF.Log(1e-8f) - 1), kl.ToScalar(), 1e-3f);
        Assert.All(deviation.Gradient!.ToArray(), g => Assert.Equal(0, g));
    }

    private static float Scalar(string set, float[] values, Func<Tensor, Tensor> compute, int element = 0)
    {
        var device = TestDevices.Shared(set);
        using var step = device.BeginStep();
        return compute(device.Tensor(values, [values.Length])).AsSpan()[element];
    }
}
