using Elbo.Engine.Tests;
using Elbo.Engine.Tests.Autograd.Cases;
using Elbo.Gpu.Kernels;
using Elbo.Tests;

namespace Elbo.Gpu.Tests;

/// <summary>Every operation of the engine's catalog with the kernels of the GPU.</summary>
public class ConformanceTests
{
    /// <summary>Instructions that round a product and a sum apart, and sums in another order.</summary>
    private const double Slack = 4;

    /// <summary>
    /// Of every method, and every kernel that it launches, the case of the fewest elements, which leaves lanes idle, and
    /// the one of the fewest that has more elements than lanes.
    /// </summary>
    private static readonly HashSet<string> Few =
    [
        .. Entries
            .OfCases.SelectMany(of => of.Value.Select(entry => (Case: of.Key, Entry: entry)))
            .GroupBy(of => (of.Case.Method, of.Entry, IsWide: Elements(of.Case) > 2 * F32x32.Width))
            .Select(group => group.MinBy(of => Elements(of.Case)).Case.Name),
    ];

    public static TheoryData<string> FewCases => [.. SmallCases.Where(Few.Contains)];

    public static TheoryData<string> OtherCases => [.. SmallCases.Where(name => !Few.Contains(name))];

    private static IEnumerable<string> SmallCases => OpCatalog.All.Where(c => !c.IsLarge).Select(c => c.Name);

    public static TheoryData<string> Cases => [.. OpCatalog.All.Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(FewCases))]
    public void Emulated_on_the_processor_they_equal_the_double_reference(string name) => Check(name, "emulated");

    [LongTheory]
    [Trait(LongTests.Category, LongTests.Name)]
    [MemberData(nameof(OtherCases))]
    public void Emulated_in_every_shape_they_equal_the_double_reference(string name) => Check(name, "emulated");

    [Fact]
    public void Emulated_is_every_operation_and_every_kernel_that_one_launches()
    {
        var few = Entries.OfCases.Where(of => Few.Contains(of.Key.Name)).ToArray();
        Assert.Equal(OpCatalog.All.Select(c => c.Method).ToHashSet(), few.Select(of => of.Key.Method).ToHashSet());
        Assert.Equal(
            Entries.OfCases.SelectMany(of => of.Value).ToHashSet(),
            few.SelectMany(of => of.Value).ToHashSet()
        );
    }

    [GpuTheory]
    [Trait(GpuTests.Category, GpuTests.Name)]
    [MemberData(nameof(Cases))]
    public void On_a_GPU_they_equal_the_double_reference(string name) => Check(name, "cuda");

    [GpuTheory]
    [Trait(GpuTests.Category, GpuTests.Name)]
    [MemberData(nameof(Cases))]
    public void On_a_GPU_a_second_run_gives_the_same_bits(string name)
    {
        float[][] first = Results(name),
            second = Results(name);
        foreach (var (a, b) in first.Zip(second))
            NumericAssert.SameBits(a, b, name);
    }

    private static float[][] Results(string name)
    {
        using var run = new OpRun(OpCatalog.Get(name), "cuda", threads: 1);
        run.Backward();
        return
        [
            run.Output.ToArray(),
            .. run.Operands.Where(o => o.RequiresGradient).Select(o => o.Gradient!.ToArray()),
        ];
    }

    private static int Elements(OpCase of) => of.Operands.Sum(o => o.Shape.Count);

    private static void Check(string name, string kind)
    {
        using var run = new OpRun(OpCatalog.Get(name), kind, threads: 1);
        var expected = OpExpectation.Of(run.Case);
        Assert.Equal(expected.Output.Shape, run.Output.Shape);
        NumericAssert.Close(
            expected.Output.Values,
            run.Output.Read(),
            Slack * run.Case.Tolerance,
            $"output {run}",
            run.Case.Floor
        );
        run.Backward();
        for (int i = 0; i < run.Operands.Length; i++)
        {
            var operand = run.Operands[i];
            NumericAssert.SameBits(run.Case.Draw(i), operand.Read(), $"operand {i} {run}");
            if (!operand.RequiresGradient)
                continue;
            float[] gradient = operand.Gradient!.ToArray();
            NumericAssert.Close(
                [.. expected.Gradients[i].Select(g => g.Value)],
                [.. expected.Gradients[i].Select(g => gradient[g.Element])],
                Slack * run.Case.Tolerance,
                $"gradient of operand {i} {run}",
                run.Case.Floor
            );
        }
    }
}
