using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests.Autograd;

/// <summary>What batch normalisation remembers, and columns that are hard to normalise in float.</summary>
public class BatchNormTests
{
    public static TheoryData<string> Sets => TestDevices.BySet;

    [Theory]
    [MemberData(nameof(Sets))]
    public void Running_statistics_move_by_the_momentum_towards_mean_and_unbiased_variance(string set)
    {
        foreach (int threads in new[] { 1, 3 })
        foreach (int rows in new[] { 1, 2, 127, 128, 129, 300 })
        foreach (int channels in new[] { 1, 3, 17, 70 })
        foreach (float momentum in new[] { 0, 0.1f, 1 })
        {
            var device = TestDevices.Shared(set, threads);
            using var step = device.BeginStep();
            float[] x = Draw(rows * channels, 1),
                mean = Draw(channels, 2),
                variance = Draw(channels, 3);
            var (meanAfter, varianceAfter) = (device.Tensor(mean, [channels]), device.Tensor(variance, [channels]));
            BatchNorm(device, device.Tensor(x, [rows, channels]), meanAfter, varianceAfter, training: true, momentum);
            string what = $"of {rows} × {channels} with momentum {momentum} on {set} with {threads} threads";
            // Sums of 128 terms at most, then of 3: a few roundings of 6e-8.
            NumericAssert.Close(
                [.. mean.Select((m, c) => m + momentum * (Column(x, c, channels).Average() - m))],
                meanAfter.AsSpan(),
                1e-6,
                $"mean {what}"
            );
            NumericAssert.Close(
                [
                    .. variance.Select(
                        (v, c) => rows == 1 ? v : v + momentum * (UnbiasedVariance(Column(x, c, channels)) - v)
                    ),
                ],
                varianceAfter.AsSpan(),
                1e-6,
                $"variance {what}"
            );
        }
    }

    [Theory]
    [InlineData(ImageLayout.ChannelsFirst)]
    [InlineData(ImageLayout.ChannelsLast)]
    public void Running_statistics_of_images_are_taken_over_batch_height_and_width(ImageLayout layout)
    {
        var device = TestDevices.Shared();
        using var step = device.BeginStep();
        var x = device.Tensor(
            Draw(2 * 3 * 4 * 5, 1),
            layout == ImageLayout.ChannelsFirst ? [2, 3, 4, 5] : [2, 4, 5, 3]
        );
        var columns = Ops.Reshape(layout == ImageLayout.ChannelsFirst ? Ops.Permute(x, 0, 2, 3, 1) : x, [40, 3])
            .ToArray();
        var (mean, variance) = (device.Zeros([3]), device.Zeros([3]));
        BatchNorm(device, x, mean, variance, training: true, momentum: 1, layout);
        NumericAssert.Close(
            [.. Enumerable.Range(0, 3).Select(c => Column(columns, c, 3).Average())],
            mean.AsSpan(),
            1e-6,
            "mean"
        );
        NumericAssert.Close(
            [.. Enumerable.Range(0, 3).Select(c => UnbiasedVariance(Column(columns, c, 3)))],
            variance.AsSpan(),
            1e-6,
            "variance"
        );
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void Outside_training_running_statistics_stay_as_they_are(string set) =>
        AssertRunningStay(set, [300, 17], training: false);

    [Theory]
    [MemberData(nameof(Sets))]
    public void An_empty_batch_leaves_running_statistics_as_they_are(string set) =>
        AssertRunningStay(set, [0, 17], training: true);

    /// <summary>
    /// Floats near 1000 are 2⁻¹⁴ apart, and so are the means that can be had: one of a block of rows is off by up to
    /// 2⁻¹⁵, and that of all blocks by as much again. Divided by the deviation of 0.01, this is 0.006. What a plain sum
    /// of the values loses is several times that. In the variance, the squared difference of two blocks' means, about
    /// 0.001, is off by 6·10⁻⁸ at most: 6·10⁻⁴ of it.
    /// </summary>
    [Theory]
    [MemberData(nameof(Sets))]
    public void A_small_deviation_about_a_large_mean_survives(string set)
    {
        const int Channels = 17;
        foreach (int rows in new[] { 100, 128, 129, 1000 })
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            float[] x = [.. Draw(rows * Channels, 4).Select(v => 1000 + 0.0173f * v)];
            var variance = device.Zeros([Channels]);
            var y = BatchNorm(
                    device,
                    device.Tensor(x, [rows, Channels]),
                    device.Zeros([Channels]),
                    variance,
                    training: true,
                    momentum: 1,
                    epsilon: 0
                )
                .AsSpan();
            for (int c = 0; c < Channels; c++)
            {
                double[] column = Column(x, c, Channels);
                double mean = column.Average(),
                    unbiased = UnbiasedVariance(column),
                    deviation = Math.Sqrt(unbiased * (rows - 1) / rows);
                NumericAssert.Close(
                    [unbiased],
                    variance.AsSpan().Slice(c, 1),
                    3e-4,
                    $"variance of {rows} rows on {set}"
                );
                NumericAssert.Close(
                    [.. column.Select(v => (v - mean) / deviation)],
                    [.. Column(y, c, Channels).Select(v => (float)v)],
                    1e-4,
                    $"{rows} rows on {set}",
                    floor: Math.ScaleB(1, -14) / deviation
                );
            }
        }
    }

    [Theory]
    [MemberData(nameof(Sets))]
    public void A_constant_column_becomes_exactly_its_bias(string set)
    {
        foreach (int rows in new[] { 1, 2, 100, 129, 300 })
        foreach (float constant in new[] { 0, 0.1f, -3.3f, 1234.567f })
        {
            var device = TestDevices.Shared(set, 2);
            using var step = device.BeginStep();
            var (mean, variance) = (device.Zeros([17]), device.Full([17], 5));
            var y = BatchNorm(device, device.Full([rows, 17], constant), mean, variance, training: true, momentum: 1);
            Assert.All(y.ToArray(), v => Assert.Equal(Bias, v));
            Assert.All(mean.ToArray(), v => Assert.Equal(constant, v));
            Assert.All(variance.ToArray(), v => Assert.Equal(rows == 1 ? 5 : 0, v));
        }
    }

    private const float Bias = 0.25f;

    private static Tensor BatchNorm(
        Device device,
        Tensor x,
        Tensor mean,
        Tensor variance,
        bool training,
        float momentum,
        ImageLayout layout = ImageLayout.ChannelsFirst,
        float epsilon = 1e-5f
    ) =>
        Ops.BatchNorm(
            x,
            device.Full(mean.Shape, 1),
            x.Count == 0 || epsilon == 0 ? device.Zeros(mean.Shape) : device.Full(mean.Shape, Bias),
            mean,
            variance,
            training,
            momentum,
            epsilon,
            layout: layout
        );

    private static void AssertRunningStay(string set, Shape shape, bool training)
    {
        var device = TestDevices.Shared(set, 2);
        using var step = device.BeginStep();
        float[] mean = Draw(shape[1], 2),
            variance = Draw(shape[1], 3);
        var (meanAfter, varianceAfter) = (device.Tensor(mean, [shape[1]]), device.Tensor(variance, [shape[1]]));
        BatchNorm(
            device,
            device.Tensor(Draw(shape.Count, 1), shape),
            meanAfter,
            varianceAfter,
            training,
            momentum: 0.1f
        );
        NumericAssert.SameBits(mean, meanAfter.AsSpan(), $"mean on {set}");
        NumericAssert.SameBits(variance, varianceAfter.AsSpan(), $"variance on {set}");
    }

    private static double[] Column(ReadOnlySpan<float> x, int column, int channels)
    {
        var values = new double[x.Length / channels];
        for (int row = 0; row < values.Length; row++)
            values[row] = x[row * channels + column];
        return values;
    }

    private static double UnbiasedVariance(double[] column)
    {
        double mean = column.Average();
        return column.Sum(v => (v - mean) * (v - mean)) / (column.Length - 1);
    }

    /// <summary>Numbers in [0.5, 2.5).</summary>
    private static float[] Draw(int count, ulong stream)
    {
        var rng = new Rng(5).Fork(stream);
        return [.. Enumerable.Range(0, count).Select(_ => 0.5f + 2 * rng.NextSingle())];
    }
}
