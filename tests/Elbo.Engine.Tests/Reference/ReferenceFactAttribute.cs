namespace Elbo.Engine.Tests.Reference;

/// <summary>A fact about the reference vectors of a file; skipped where the file is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceFactAttribute : FactAttribute
{
    public ReferenceFactAttribute(string file)
    {
        File = file;
        if (ReferenceFolder.ReasonToSkip(file) is { } reason)
            Skip = reason;
    }

    public string File { get; }
}
