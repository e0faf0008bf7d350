namespace Elbo.Tests;

/// <summary>Tests that take minutes or hours. They are reported skipped unless they are asked for.</summary>
/// <remarks>
/// <c>ELBO_LONG_TESTS=1 dotnet test -c Release --filter Category=Long</c> runs them; give their classes the trait
/// <c>[Trait(LongTests.Category, LongTests.Name)]</c>.
/// </remarks>
internal static class LongTests
{
    public const string Category = "Category",
        Name = "Long",
        Variable = "ELBO_LONG_TESTS";

    /// <summary>Why they are skipped; null if they are not.</summary>
    public static string? Skip { get; } =
        Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } ? null : $"takes minutes; set {Variable}=1.";
}

/// <summary>A test that takes minutes.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongFactAttribute : FactAttribute
{
    public LongFactAttribute() => Skip = LongTests.Skip;
}

/// <summary>A test that takes minutes, for each of several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LongTheoryAttribute : TheoryAttribute
{
    public LongTheoryAttribute() => Skip = LongTests.Skip;
}
