namespace Elbo.Workflows;

/// <summary>Training was cancelled and has left a checkpoint; the message says how to go on.</summary>
public sealed class RunStoppedException : OperationCanceledException
{
    /// <summary>With a message for the person who stopped the run.</summary>
    public RunStoppedException(string message, CancellationToken token)
        : base(message, token) { }

    /// <summary>With a message for the person who stopped the run.</summary>
    public RunStoppedException(string message)
        : base(message) { }

    /// <summary>With a message and what caused it.</summary>
    public RunStoppedException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>With a general message.</summary>
    public RunStoppedException()
        : base("training was stopped.") { }
}
