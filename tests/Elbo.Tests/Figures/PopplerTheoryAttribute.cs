namespace Elbo.Tests.Figures;

/// <summary>A test that needs pdftotext of poppler-utils and says so where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PopplerTheoryAttribute : TheoryAttribute
{
    public PopplerTheoryAttribute()
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        if (!folders.Any(f => File.Exists(Path.Combine(f, "pdftotext"))))
            Skip = "pdftotext (poppler-utils) is not installed";
    }
}
