namespace Elbo.Data;

/// <summary>
/// No mirror delivered a file; the message says on one line what each did and how to place the file by hand.
/// </summary>
public sealed class DownloadException(string message) : IOException(message);
