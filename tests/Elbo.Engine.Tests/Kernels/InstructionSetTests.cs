using Elbo.Engine.Kernels;

namespace Elbo.Engine.Tests.Kernels;

public class InstructionSetTests
{
    [Fact]
    public void Without_a_choice_it_is_the_fastest_that_runs() =>
        Assert.Equal(TestDevices.InstructionSets.First(), InstructionSet.Select(null).Name);

    [Fact]
    public void The_scalar_reference_runs_everywhere() => Assert.Contains("scalar", TestDevices.InstructionSets);

    [Fact]
    public void A_set_that_the_processor_lacks_is_refused()
    {
        foreach (var set in InstructionSet.All.Where(s => !s.IsSupported))
            Assert.Contains(
                $"this processor cannot run '{set.Name}'",
                Assert.Throws<ArgumentException>(() => InstructionSet.Select(set.Name)).Message,
                StringComparison.Ordinal
            );
    }
}
