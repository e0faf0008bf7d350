namespace Elbo.Formats;

/// <summary>
/// A library of the system that is not installed is needed; the message says on one line how to install it.
/// </summary>
public sealed class MissingLibraryException(string message) : IOException(message);
