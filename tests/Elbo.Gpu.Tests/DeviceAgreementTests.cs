using Elbo.Engine;
using Elbo.Engine.Autograd;

namespace Elbo.Gpu.Tests;

/// <summary>What a GPU computes against what the processor does.</summary>
public class DeviceAgreementTests
{
    private static readonly float[] Special =
    [
        float.NaN,
        float.PositiveInfinity,
        float.NegativeInfinity,
        0,
        -0f,
        1e-40f,
        -1e-40f,
        float.MaxValue,
        float.MinValue,
        1e-20f,
        0.3f,
        -0.3f,
        0.7f,
        -0.7f,
        1,
        -1,
        3.7f,
        -3.7f,
        17,
        -17,
        88.5f,
        -88.5f,
        -100,
        200,
        -200,
    ];

    public static TheoryData<string> Functions => [.. All.Keys];

    private static Dictionary<string, Func<Tensor, Tensor>> All { get; } =
        new()
        {
            ["exp"] = Ops.Exp,
            ["log"] = Ops.Log,
            ["sqrt"] = Ops.Sqrt,
            ["square"] = Ops.Square,
            ["clamp"] = x => Ops.Clamp(x, -1, 2),
            ["less"] = x => Ops.Less(x, x.Device.Full([1], 0.5f)),
            ["greater"] = x => Ops.Less(x.Device.Full([1], 0.5f), x),
            ["divide"] = x => Ops.Divide(x.Device.Full([1], 1), x),
            ["log-sum-exp"] = x => Ops.LogSumExp(Ops.Reshape(x, [x.Count, 1])),
            ["log-sum-exp of all"] = x => Ops.LogSumExp(Ops.Reshape(x, [5, x.Count / 5])),
            ["softmax"] = x => Ops.Softmax(Ops.Reshape(x, [5, x.Count / 5])),
            ["max"] = x => Ops.Max(Ops.Reshape(x, [5, x.Count / 5]), 1),
            ["max of columns"] = x => Ops.Max(Ops.Reshape(x, [5, x.Count / 5]), 0),
            ["relu"] = Ops.Relu,
            ["leaky relu"] = x => Ops.LeakyRelu(x, 0.2f),
            ["elu"] = Ops.Elu,
            ["tanh"] = Ops.Tanh,
            ["sigmoid"] = Ops.Sigmoid,
            ["softplus"] = Ops.Softplus,
            ["silu"] = Ops.Silu,
            ["gelu"] = Ops.Gelu,
        };

    [Theory]
    [MemberData(nameof(Functions))]
    public void Special_values_are_the_same_emulated(string function) => Compare(function, "emulated");

    [GpuTheory]
    [Trait(GpuTests.Category, GpuTests.Name)]
    [MemberData(nameof(Functions))]
    public void Special_values_are_the_same_on_a_GPU(string function) => Compare(function, "cuda");

    [Fact]
    public void Random_numbers_are_the_same_emulated() => CompareDraws("emulated", 1_003);

    [GpuFact]
    [Trait(GpuTests.Category, GpuTests.Name)]
    public void Random_numbers_are_the_same_on_a_GPU() => CompareDraws("cuda", 1_000_003);

    [Fact]
    public void Images_are_the_same_emulated() => CompareImages("emulated");

    [GpuFact]
    [Trait(GpuTests.Category, GpuTests.Name)]
    public void Images_are_the_same_on_a_GPU() => CompareImages("cuda");

    /// <summary>Rows that are longer than a piece of work for a warp.</summary>
    [Fact]
    public void Long_rows_have_the_same_sums_and_gradients_emulated()
    {
        const int Width = 4_500;
        float[] a = Draw(1, 2 * Width),
            b = Draw(2, 2 * Width);
        var (sums, gradient) = Squares("cpu");
        var (sumsThere, gradientThere) = Squares("emulated");
        Assert.All(sums.Zip(sumsThere), pair => Assert.Equal(pair.First, pair.Second, pair.First * 2e-6f));
        Assert.Equal(gradient, gradientThere);

        (float[] Sums, float[] Gradient) Squares(string kind)
        {
            using var device = new Device(new DeviceOptions { Kind = kind, Threads = 1 });
            using var scope = device.BeginStep();
            var x = device.Tensor(a, [2, Width]);
            x.RequiresGradient = true;
            var y = Ops.SquaredError(x, device.Tensor(b, [2, Width]));
            device.Tape.Backward(y, device.Tensor([1, 0.5f], [2]));
            return (y.ToArray(), x.Gradient!.ToArray());
        }

        static float[] Draw(ulong seed, int count)
        {
            var rng = new Rng(seed);
            return [.. Enumerable.Range(0, count).Select(_ => rng.NextSingle())];
        }
    }

    /// <summary>More rows than a piece of work for a warp, and channels that do not fill one.</summary>
    [Fact]
    public void Batch_norm_follows_the_same_moments_emulated()
    {
        var (mean, variance, y) = Normalize("cpu");
        var (meanThere, varianceThere, yThere) = Normalize("emulated");
        Assert.All(mean.Zip(meanThere), pair => Assert.Equal(pair.First, pair.Second, 1e-6f));
        Assert.All(variance.Zip(varianceThere), pair => Assert.Equal(pair.First, pair.Second, 1e-5f));
        Assert.All(y.Zip(yThere), pair => Assert.Equal(pair.First, pair.Second, 2e-5f));

        static (float[] Mean, float[] Variance, float[] Y) Normalize(string kind)
        {
            const int Rows = 150,
                Channels = 37;
            using var device = new Device(new DeviceOptions { Kind = kind, Threads = 1 });
            Tensor mean = device.Full([Channels], 0.5f),
                variance = device.Full([Channels], 2),
                one = device.Full([Channels], 1);
            using var scope = device.BeginStep();
            var rng = new Rng(3);
            float[] values = [.. Enumerable.Range(0, Rows * Channels).Select(i => (i % Channels) + rng.NextSingle())];
            var y = Ops.BatchNorm(device.Tensor(values, [Rows, Channels]), one, one, mean, variance, training: true);
            return (mean.ToArray(), variance.ToArray(), y.ToArray());
        }
    }

    [Fact]
    public void Copies_go_there_and_back()
    {
        using var device = new Device(new DeviceOptions { Kind = "emulated" });
        var tensor = device.Tensor([1, 2, 3], [3]);
        Assert.Throws<InvalidOperationException>(() => tensor.AsSpan().Length);
        tensor.Edit(values => values[1] = 5);
        Assert.Equal([1, 5, 3], tensor.Read());
        tensor.View(1, [2]).Fill(7);
        Assert.Equal([1, 7, 7], tensor.ToArray());
        tensor.CopyFrom([4, 5, 6]);
        Assert.Equal(6, tensor.View(2, []).ToScalar());
        Assert.Equal("emulated", device.Kind);
    }

    private static void Compare(string function, string kind)
    {
        float[] expected = Values(function, "cpu"),
            actual = Values(function, kind);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            float e = expected[i],
                a = actual[i];
            bool same = float.IsFinite(e) ? Math.Abs(a - e) <= (4e-6f * Math.Abs(e)) + 1e-38f : a.Equals(e);
            Assert.True(same, $"{function}: element {i} is {a:R}, on the processor {e:R}.");
        }
    }

    private static float[] Values(string function, string kind)
    {
        using var device = new Device(new DeviceOptions { Kind = kind, Threads = 1 });
        using var scope = device.BeginStep();
        return All[function](device.Tensor(Special, [Special.Length])).ToArray();
    }

    private static void CompareDraws(string kind, int count)
    {
        using Device here = new(),
            there = new(new DeviceOptions { Kind = kind });
        Rng a = new(5),
            b = new(5);
        Assert.Equal(Ops.RandomUniform(here, [count], a).ToArray(), Ops.RandomUniform(there, [count], b).ToArray());
        float[] x = Ops.RandomNormal(here, [count], a).ToArray(),
            y = Ops.RandomNormal(there, [count], b).ToArray();
        Assert.All(x.Zip(y), pair => Assert.Equal(pair.First, pair.Second, 2e-6f));
    }

    private static void CompareImages(string kind)
    {
        using Device here = new(),
            there = new(new DeviceOptions { Kind = kind });
        byte[] pixels = [.. Enumerable.Range(0, 10 * 45).Select(i => (byte)(i * 37))];
        Assert.Equal(here.Images(pixels, [7, 0, 7, 9], 45).ToArray(), there.Images(pixels, [7, 0, 7, 9], 45).ToArray());
    }
}
