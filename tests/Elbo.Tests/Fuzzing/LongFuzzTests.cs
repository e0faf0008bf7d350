using System.Globalization;
using Xunit.Abstractions;

namespace Elbo.Tests.Fuzzing;

/// <summary>
/// As <see cref="FuzzTests"/> with many inputs, and a table of what happened in <see cref="FuzzRun.Artifacts"/>.
/// </summary>
[Trait(LongTests.Category, LongTests.Name)]
[Collection(Alone)]
public class LongFuzzTests(ITestOutputHelper output)
{
    private const string Alone = "long fuzzing",
        Variable = "ELBO_FUZZ_INPUTS";

    public static TheoryData<string> Targets => FuzzTests.Targets;

    private static int Inputs =>
        int.TryParse(Environment.GetEnvironmentVariable(Variable), CultureInfo.InvariantCulture, out int number)
            ? number
            : 100_000;

    [LongTheory]
    [MemberData(nameof(Targets))]
    public void Mutated_files_are_read_or_refused(string name)
    {
        var run = FuzzRun.Of(FuzzTargets.Get(name), Inputs, alone: true);
        Directory.CreateDirectory(FuzzRun.Artifacts);
        string table = Path.Combine(FuzzRun.Artifacts, "results.csv");
        string[] others = File.Exists(table) ? File.ReadAllLines(table)[1..] : [];
        File.WriteAllLines(
            table,
            [
                FuzzRun.Header,
                .. others
                    .Where(row => !row.StartsWith(name + ",", StringComparison.Ordinal))
                    .Append(run.Row)
                    .Order(StringComparer.Ordinal),
            ]
        );
        output.WriteLine(FuzzRun.Header);
        output.WriteLine(run.Row);
        run.AssertSound();
    }

    /// <summary>Nothing else runs, so that the memory of all threads can be measured.</summary>
    [CollectionDefinition(Alone, DisableParallelization = true)]
    public class AloneTests;
}
