namespace Elbo.Tests;

/// <summary>A test on reference vectors, reported skipped, with the reason, where they are missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class GoldenFactAttribute : FactAttribute
{
    public GoldenFactAttribute(string file) => Skip = Golden.SkipReason(file);
}
