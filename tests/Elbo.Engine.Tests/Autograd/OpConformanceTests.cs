using System.Reflection;
using Elbo.Engine.Autograd;
using Elbo.Engine.Tests.Autograd.Cases;

namespace Elbo.Engine.Tests.Autograd;

/// <summary>Every operation of the catalog against its naive double computation, on every instruction set.</summary>
public class OpConformanceTests
{
    public static TheoryData<string> Cases => [.. OpCatalog.All.Select(c => c.Name)];

    public static TheoryData<string> LargeCases => [.. OpCatalog.All.Where(c => c.IsLarge).Select(c => c.Name)];

    [Fact]
    public void Every_public_operation_has_a_small_and_a_large_case()
    {
        var methods = typeof(Ops)
            .GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(m => $"{m.Name}({string.Join(", ", m.GetParameters().Select(p => p.ParameterType.Name))})")
            .ToArray();
        Assert.All(
            methods,
            m =>
                Assert.True(
                    OpCatalog.All.Any(c => c.Method == m && !c.IsLarge),
                    $"the catalog lacks a small case of {m}."
                )
        );
        Assert.All(
            methods,
            m =>
                Assert.True(
                    OpCatalog.All.Any(c => c.Method == m && c.IsLarge),
                    $"the catalog lacks a large case of {m}."
                )
        );
        Assert.All(
            OpCatalog.All,
            c => Assert.True(methods.Contains(c.Method), $"{c.Method} is in the catalog, but not in Ops.")
        );
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_equal_the_double_reference(string name) =>
        OnEverySet(
            name,
            [1, 2],
            run =>
            {
                var expected = OpExpectation.Of(run.Case).Output;
                Assert.Equal(expected.Shape, run.Output.Shape);
                NumericAssert.Close(
                    expected.Values,
                    run.Output.AsSpan(),
                    run.Case.Tolerance,
                    $"output {run}",
                    run.Case.Floor
                );
            }
        );

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_equal_finite_differences(string name) =>
        OnEverySet(
            name,
            [1, 2],
            run =>
            {
                run.Backward();
                AssertGradients(run, passes: 1);
            }
        );

    [Theory]
    [MemberData(nameof(Cases))]
    public void Gradients_of_a_second_backward_pass_add_to_the_first(string name) =>
        OnEverySet(
            name,
            [1],
            run =>
            {
                run.Backward();
                run.Forward();
                run.Backward();
                AssertGradients(run, passes: 2);
            }
        );

    [Theory]
    [MemberData(nameof(Cases))]
    public void Operands_are_left_as_they_were(string name) =>
        OnEverySet(
            name,
            [1],
            run =>
            {
                run.Backward();
                for (int i = 0; i < run.Operands.Length; i++)
                    NumericAssert.SameBits(run.Case.Draw(i), run.Operands[i].AsSpan(), $"operand {i} {run}");
            }
        );

    [Theory]
    [MemberData(nameof(LargeCases))]
    public void One_two_and_three_threads_give_the_same_bits(string name)
    {
        foreach (string set in TestDevices.InstructionSets)
        {
            using var one = new OpRun(OpCatalog.Get(name), set, threads: 1);
            one.Backward();
            foreach (int threads in new[] { 2, 3 })
            {
                using var many = new OpRun(one.Case, set, threads);
                many.Backward();
                NumericAssert.SameBits(one.Output.AsSpan(), many.Output.AsSpan(), $"output {many}");
                foreach (var (a, b) in one.Operands.Zip(many.Operands))
                    if (a.RequiresGradient)
                        NumericAssert.SameBits(a.Gradient!.AsSpan(), b.Gradient!.AsSpan(), $"gradient {many}");
            }
        }
    }

    private static void OnEverySet(string name, int[] threadCounts, Action<OpRun> test)
    {
        foreach (string set in TestDevices.InstructionSets)
        foreach (int threads in threadCounts)
        {
            using var run = new OpRun(OpCatalog.Get(name), set, threads);
            test(run);
        }
    }

    private static void AssertGradients(OpRun run, int passes)
    {
        var expected = OpExpectation.Of(run.Case).Gradients;
        for (int i = 0; i < run.Operands.Length; i++)
        {
            var operand = run.Operands[i];
            if (!operand.RequiresGradient)
            {
                Assert.Null(operand.Gradient);
                continue;
            }
            Assert.Equal(operand.Shape, operand.Gradient!.Shape);
            var gradient = operand.Gradient.ToArray();
            NumericAssert.Close(
                [.. expected[i].Select(g => passes * g.Value)],
                [.. expected[i].Select(g => gradient[g.Element])],
                run.Case.Tolerance,
                $"gradient of operand {i} {run}",
                passes * run.Case.Floor
            );
        }
    }
}
