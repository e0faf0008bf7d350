using Elbo.Engine.Kernels.Operators;
using Xunit.Abstractions;
using static Elbo.Engine.Tests.ReferenceMath;

namespace Elbo.Engine.Tests.Kernels.Simd;

/// <summary>Elementary functions against double, over all floats.</summary>
public class VectorMathTests(ITestOutputHelper output)
{
    // What is allowed is what was measured, rounded up: with hardware multiply-add all instruction sets give the same
    // figures. Without it (DOTNET_EnableAVX2=0) products are rounded before they are added, which three functions
    // notice.
    private static readonly FunctionCase[] Functions =
    [
        FunctionCase.Of("exp", default(Exp), Math.Exp, -105, 90, 0.8),
        FunctionCase.Of("log", default(Log), Math.Log, 0, 4, 0.8),
        FunctionCase.Of("sqrt", default(Sqrt), Math.Sqrt, 0, 4, 0.51),
        FunctionCase.Of("expm1", default(ExpMinusOneProbe), ExpMinusOne, -20, 89, 1.4),
        FunctionCase.Of("log1p", default(LogOnePlusProbe), LogOnePlus, 0, 1, 1.3, wholeRange: false),
        FunctionCase.Of("tanh", default(Tanh), Math.Tanh, -10, 10, 1.2),
        FunctionCase.Of("sigmoid", default(Sigmoid), Sigmoid, -105, 20, 1.5) with
        {
            AllowedWithoutMultiplyAdd = 1.9,
        },
        FunctionCase.Of("softplus", default(Softplus), Softplus, -105, 20, 1.9),
        // Where the sigmoid is subnormal, x times it has its few digits.
        FunctionCase.Of("silu", default(Silu), x => x * Sigmoid(x), -105, 20, 1.5) with
        {
            Floor = 1e-35,
            AllowedWithoutMultiplyAdd = 2.6,
        },
        FunctionCase.Of("elu", default(Elu), x => x > 0 ? x : ExpMinusOne(x), -20, 2, 1.1),
        FunctionCase.Of("erf", default(ErfProbe), Erf, -5, 5, 1) with
        {
            AllowedWithoutMultiplyAdd = 1.1,
        },
        // Φ cancels at the lower end as in torch: the error there is one of 1 + erf.
        FunctionCase.Of("gelu", default(Gelu), x => x * NormalCdf(x), -6, 6, 1.5) with
        {
            Floor = 1,
        },
        FunctionCase.Of(
            "sine",
            default(SineProbe),
            t => Math.Sin(2 * Math.PI * t),
            0,
            0.9999999f,
            1.8,
            wholeRange: false
        ),
        FunctionCase.Of(
            "cosine",
            default(CosineProbe),
            t => Math.Cos(2 * Math.PI * t),
            0,
            0.9999999f,
            1.8,
            wholeRange: false
        ),
    ];

    private const float Epsilon = 1.1920929e-7f;

    private static readonly float[] SpecialValues =
    [
        0f,
        -0f,
        float.PositiveInfinity,
        float.NegativeInfinity,
        float.NaN,
        float.Epsilon,
        -float.Epsilon,
        1.17549435e-38f,
        float.MaxValue,
        float.MinValue,
    ];

    /// <summary>Whether the processor rounds a·b + c once: (1 + ε)² − 1 then keeps its ε².</summary>
    private static bool HasMultiplyAdd { get; } =
        float.MultiplyAddEstimate(1 + Epsilon, 1 + Epsilon, -(1 + 2 * Epsilon)) != 0;

    /// <summary>One in so many inputs suffices where another process tests the same arithmetic with all.</summary>
    private static int Thinning { get; } = DisabledInstructionSetTests.RoundsAsAnotherRun ? 16 : 1;

    public static TheoryData<string> Names => [.. Functions.Select(f => f.Name)];

    public static TheoryData<string> NamesOfWholeRange => [.. Functions.Where(f => f.WholeRange).Select(f => f.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Functions_are_within_the_stated_units_of_the_last_place(string name) =>
        Check(name, f => f.Samples(Thinning));

    [Theory]
    [MemberData(nameof(NamesOfWholeRange))]
    public void Zeros_infinities_and_NaN_give_what_the_function_in_double_gives(string name) =>
        Check(name, _ => SpecialValues);

    private void Check(string name, Func<FunctionCase, float[]> inputs)
    {
        var function = Functions.Single(f => f.Name == name);
        var samples = inputs(function);
        double allowed = HasMultiplyAdd ? function.Allowed : function.AllowedWithoutMultiplyAdd ?? function.Allowed;
        var exact = samples.Select(x => function.Exact(x)).ToArray();
        foreach (string set in TestDevices.InstructionSets)
        {
            var y = Apply(function, set, samples);
            double worst = 0;
            for (int i = 0; i < samples.Length; i++)
            {
                double error = function.Error(exact[i], y[i]);
                Assert.True(
                    error <= allowed,
                    $"{name}({samples[i]:R}) on {set} is {y[i]:R}, {error:F2} units of the last place from "
                        + $"{exact[i]:R}; {allowed} are allowed."
                );
                worst = Math.Max(worst, error);
            }
            output.WriteLine($"{name, -9} {set, -9} {worst:F2} ulp");
        }
    }

    private static float[] Apply(FunctionCase function, string set, float[] samples)
    {
        var device = TestDevices.Shared(set);
        using var step = device.BeginStep();
        Tensor x = device.Tensor(samples, [samples.Length]),
            y = device.Uninitialized(x.Shape);
        function.Compute(x, y);
        return y.ToArray();
    }
}
