namespace Elbo.Data;

/// <summary>One mirror failed; the message continues a sentence that begins with its address.</summary>
internal sealed class MirrorException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True where the connection broke off, so that asking again for the rest is worth it.</summary>
    public bool BrokeOff { get; init; }
}
