namespace Elbo.Tests.Data;

/// <summary>
/// A test that makes symbolic links, reported skipped where the system forbids them, as Windows does without its
/// developer mode.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class LinkFactAttribute : FactAttribute
{
    public LinkFactAttribute()
    {
        using var folder = new TemporaryFolder();
        try
        {
            File.CreateSymbolicLink(folder.File("link"), folder.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Skip = $"symbolic links cannot be made here: {e.Message}";
        }
    }
}
