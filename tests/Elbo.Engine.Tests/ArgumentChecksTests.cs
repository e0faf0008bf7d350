using Elbo.Engine.Autograd;

namespace Elbo.Engine.Tests;

/// <summary>
/// Wrong arguments of the engine other than shapes that do not fit, which OpArgumentTests has: each row calls one
/// public member with one wrong argument, and has the type of the exception and parts of its message.
/// </summary>
public class ArgumentChecksTests
{
    private static readonly Device Device = TestDevices.Shared();

    private static readonly Row[] Table =
    [
        Null("x", () => Ops.Activate(null!, Activation.None)),
        Null("x", () => Ops.Exp(null!)),
        Null("x", () => Ops.Affine(null!, 1)),
        Null("parts", () => Ops.Concat(0, Zeros(2), null!)),
        Null("device", () => Ops.RandomNormal(null!, [2], new Rng(0))),
        Null("rng", () => Ops.RandomUniform(Device, [2], null!)),
        OutOfRange("activation 99", () => Ops.Activate(Zeros(2), (Activation)99), "not a known activation", "99"),
        OutOfRange("axis 2", () => Ops.Sum(Zeros(2, 3), 2), "(2, 3)", "2"),
        OutOfRange(
            "probability NaN",
            () => Ops.RandomBernoulli(Device, [2], float.NaN, new Rng(0)),
            "between 0 and 1",
            "NaN"
        ),
        OutOfRange(
            "value NaN",
            () => Ops.RandomBernoulli(Device, [2], 0.5f, new Rng(0), float.NaN),
            "finite number",
            "NaN"
        ),
        OutOfRange("epsilon NaN", () => Ops.LayerNorm(Zeros(2, 3), Zeros(3), Zeros(3), float.NaN), "0 or more", "NaN"),
        OutOfRange("epsilon negative", () => Ops.LayerNorm(Zeros(2, 3), Zeros(3), Zeros(3), -1), "0 or more", "-1"),
        OutOfRange("momentum 2", () => BatchNorm(momentum: 2), "between 0 and 1", "2"),
        OutOfRange("momentum NaN", () => BatchNorm(momentum: float.NaN), "between 0 and 1", "NaN"),
        OutOfRange("epsilon infinite", () => BatchNorm(epsilon: float.PositiveInfinity), "0 or more", "Infinity"),
        Wrong("layout 99", () => BatchNorm(layout: (ImageLayout)99), "'99'", "layout"),
        Wrong(
            "stride that overflows",
            () => Conv2d(new() { Stride = int.MaxValue }),
            "stride is 2147483647",
            "1 to 32767"
        ),
        Wrong(
            "padding that overflows",
            () => Conv2d(new() { Padding = int.MaxValue }),
            "padding is 2147483647",
            "0 to 32767"
        ),
        Wrong("layout of a convolution", () => Conv2d(new() { Layout = (ImageLayout)99 }), "'99'", "layout"),
        Null("parameters", () => ParameterUpdate.Sgd(null!, Zeros(2), Zeros(2), 1, 0, false, 0)),
        Null("gradient", () => ParameterUpdate.RmsProp(Zeros(2), null!, Zeros(2), 1, 0, 0, 0)),
        Null("velocity", () => ParameterUpdate.Sgd(Zeros(2), Zeros(2), null!, 1, 0, false, 0)),
        Null("second", () => Adam(second: null)),
        OutOfRange("step 0", () => Adam(step: 0), "counted from 1", "0"),
        OutOfRange("rate NaN", () => Adam(rate: float.NaN), "rate is a finite number", "NaN"),
        OutOfRange("beta1 of 1", () => Adam(beta1: 1), "beta1 is at least 0 and below 1", "1"),
        OutOfRange("momentum of 1", () => ParameterUpdate.Sgd(Zeros(2), Zeros(2), Zeros(2), 1, 1, false, 0), "below 1"),
        Wrong("half a point", () => new PointColumns([1, 2, 3], 2), "3 numbers", "2 dimensions"),
        Wrong(
            "point of another length",
            () => new PointColumns([1, 2], 2).SquaredDistances([1], 0, new float[1]),
            "1 dimensions"
        ),
        Wrong(
            "more distances than points",
            () => new PointColumns([1, 2], 2).SquaredDistances([1, 2], 0, new float[2]),
            "2 points from 0",
            "there are 1"
        ),
        Wrong("extent negative", () => new Shape(-1), "-1"),
        Wrong("elements that overflow", () => new Shape(65_536, 65_536), "65536"),
        Wrong("elements that no buffer holds", () => Device.Zeros([int.MaxValue]), "2147483647", "smaller"),
        Wrong("short destination", () => new Shape(2, 3).CopyTo(new int[1]), "1 numbers", "2 extents"),
        OutOfRange("axis 3", () => _ = new Shape(2, 3)[3], "(2, 3)", "3"),
        Wrong("values of another number", () => Device.Tensor([1, 2], [3]), "2", "(3)"),
        OutOfRange("bound 0", () => new Rng(0).Next(0), "0"),
        Null("name", () => new Rng(0).Fork(null!)),
    ];

    public static TheoryData<int, string> Rows
    {
        get
        {
            var data = new TheoryData<int, string>();
            foreach (var (i, row) in Table.Index())
                data.Add(i, row.Name);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_wrong_argument_is_refused_with_its_value_and_what_is_needed(int index, string name)
    {
        var row = Table[index];
        Assert.Equal(name, row.Name);
        using var step = Device.BeginStep();
        var e = Assert.Throws(row.Exception, row.Call);
        Assert.All(row.Parts, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    private static Row Wrong(string name, Action call, params string[] parts) =>
        new(name, call, typeof(ArgumentException), parts);

    private static Row OutOfRange(string name, Action call, params string[] parts) =>
        new(name, call, typeof(ArgumentOutOfRangeException), parts);

    private static Row Null(string parameter, Action call) =>
        new($"{parameter} null", call, typeof(ArgumentNullException), [parameter]);

    private static Tensor Zeros(params ReadOnlySpan<int> extents) => Device.Zeros(new Shape(extents));

    private static void Conv2d(ConvolutionOptions options) =>
        Ops.Conv2d(Zeros(1, 1, 4, 4), Zeros(1, 1, 3, 3), null, options);

    private static void BatchNorm(float momentum = 0.1f, float epsilon = 1e-5f, ImageLayout layout = default) =>
        Ops.BatchNorm(Zeros(2, 3), Zeros(3), Zeros(3), Zeros(3), Zeros(3), true, momentum, epsilon, layout: layout);

    private static void Adam(long step = 1, float rate = 0.1f, float beta1 = 0.9f, int? second = 2) =>
        ParameterUpdate.Adam(
            Zeros(2),
            Zeros(2),
            Zeros(2),
            second is { } length ? Zeros(length) : null!,
            null,
            step,
            rate,
            beta1,
            0.99f,
            1e-8f,
            0,
            false
        );

    /// <summary>A call with a wrong argument.</summary>
    /// <param name="Name">What is wrong.</param>
    /// <param name="Call">Calls the member.</param>
    /// <param name="Exception">Exact type of the exception.</param>
    /// <param name="Parts">Parts of its message.</param>
    private sealed record Row(string Name, Action Call, Type Exception, string[] Parts);
}
