namespace Elbo.Engine.Autograd;

/// <summary>Keeps operations off the tape since <see cref="Tape.Pause"/>, until disposed.</summary>
public readonly struct PauseScope : IDisposable
{
    private readonly Tape _tape;

    internal PauseScope(Tape tape) => _tape = tape;

    /// <summary>Records again.</summary>
    public void Dispose() => _tape.Resume();
}
