namespace Elbo.Data;

/// <summary>An image file that was skipped.</summary>
/// <param name="Path">The file.</param>
/// <param name="Reason">Why it cannot be read, on one line.</param>
public sealed record UnreadableFile(string Path, string Reason);
