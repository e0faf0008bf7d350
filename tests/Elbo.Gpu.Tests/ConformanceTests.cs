using Elbo.Engine.Tests;
using Elbo.Engine.Tests.Autograd.Cases;

namespace Elbo.Gpu.Tests;

/// <summary>Every operation of the engine's catalog on the kernels of the GPU, emulated on the processor.</summary>
public class ConformanceTests
{
    /// <summary>Instructions that round a product and a sum apart, and sums in another order.</summary>
    private const double Slack = 4;

    public static TheoryData<string> Cases => [.. OpCatalog.All.Where(c => !c.IsLarge).Select(c => c.Name)];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Outputs_and_gradients_equal_the_double_reference(string name)
    {
        using var run = new OpRun(OpCatalog.Get(name), "emulated", threads: 1);
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
