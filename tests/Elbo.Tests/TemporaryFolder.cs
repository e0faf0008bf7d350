namespace Elbo.Tests;

/// <summary>An empty folder that goes when the test ends.</summary>
/// <param name="parent">The folder to create it in; null for that of temporary files.</param>
internal sealed class TemporaryFolder(string? parent = null) : IDisposable
{
    public string Path { get; } =
        parent is null
            ? Directory.CreateTempSubdirectory("elbo-test-").FullName
            : Directory.CreateDirectory(System.IO.Path.Combine(parent, $"elbo-test-{Guid.NewGuid():N}")).FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
