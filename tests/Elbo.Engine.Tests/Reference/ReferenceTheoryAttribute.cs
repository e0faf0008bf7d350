namespace Elbo.Engine.Tests.Reference;

/// <summary>A theory over the cases of a file of reference vectors; skipped where the file is absent.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ReferenceTheoryAttribute : TheoryAttribute
{
    public ReferenceTheoryAttribute(string file)
    {
        File = file;
        if (ReferenceFolder.ReasonToSkip(file) is { } reason)
            Skip = reason;
    }

    public string File { get; }
}
