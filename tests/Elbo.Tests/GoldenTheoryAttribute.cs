namespace Elbo.Tests;

/// <summary>A theory on reference vectors, reported skipped, with the reason, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenTheoryAttribute : TheoryAttribute
{
    public GoldenTheoryAttribute(string file) => Skip = Golden.SkipReason(file);
}
