using System.Diagnostics;
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

/// <summary>The kernels' tests in processes that think they run on a lesser processor.</summary>
public class DisabledInstructionSetTests
{
    private const string InnerRun = "ELBO_TESTS_INSIDE";

    /// <summary>
    /// Whether this process only selects other instructions for the arithmetic of another one: with AVX2 and multiply-add
    /// that of the outer run, without any the scalar one of the run without AVX2, which has no multiply-add either.
    /// </summary>
    public static bool RoundsAsAnotherRun => Environment.GetEnvironmentVariable(InnerRun) is "avx2" or "scalar";

    [Theory]
    [InlineData("DOTNET_EnableAVX512", "avx2")]
    [InlineData("DOTNET_EnableAVX2", "vector128")]
    [InlineData("DOTNET_EnableHWIntrinsic", "scalar")]
    public async Task Kernels_pass_their_tests_where_faster_instructions_are_missing(string variable, string fastest)
    {
        if (Environment.GetEnvironmentVariable(InnerRun) is { Length: > 0 } expected)
        {
            // In the child: the set that is left is the one meant.
            if (expected == fastest)
                Assert.Equal(fastest, InstructionSet.Select(null).Name);
            return;
        }
        if (!InstructionSet.All.First(s => s.Name == fastest).IsSupported)
            return; // this processor lacks it anyway
        var start = new ProcessStartInfo("dotnet")
        {
            ArgumentList =
            {
                "vstest",
                typeof(DisabledInstructionSetTests).Assembly.Location,
                "--TestCaseFilter:FullyQualifiedName~Elbo.Engine.Tests.Kernels",
            },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[variable] = "0";
        start.Environment[InnerRun] = fastest;
        using var child = Process.Start(start)!;
        var error = child.StandardError.ReadToEndAsync();
        string output = await child.StandardOutput.ReadToEndAsync();
        await child.WaitForExitAsync();
        Assert.True(
            child.ExitCode == 0 && output.Contains("Passed!", StringComparison.Ordinal),
            $"with {variable}=0:\n{output}\n{await error}"
        );
    }
}
