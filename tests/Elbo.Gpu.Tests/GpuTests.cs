using Elbo.Engine;

namespace Elbo.Gpu.Tests;

/// <summary>Tests that need a GPU. Without one they are reported skipped.</summary>
/// <remarks><c>dotnet test -c Release --filter Category=Gpu</c> runs them alone.</remarks>
internal static class GpuTests
{
    public const string Category = "Category",
        Name = "Gpu";

    /// <summary>Why they are skipped; null if they are not.</summary>
    public static string? Skip { get; } =
        DeviceInfo.All.Any(device => device.Kind.StartsWith("cuda", StringComparison.Ordinal))
            ? null
            : "needs a GPU of NVIDIA and its driver.";
}

/// <summary>A test that needs a GPU.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GpuFactAttribute : FactAttribute
{
    public GpuFactAttribute() => Skip = GpuTests.Skip;
}

/// <summary>A test that needs a GPU, for each of several cases.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class GpuTheoryAttribute : TheoryAttribute
{
    public GpuTheoryAttribute() => Skip = GpuTests.Skip;
}
