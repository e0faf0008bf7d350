namespace Elbo.Engine.Autograd;

/// <summary>Owns the tensors made since <see cref="Device.BeginStep"/>; disposing it releases them.</summary>
public readonly struct StepScope : IDisposable
{
    private readonly Tape _tape;
    private readonly int _scopedBefore;

    internal StepScope(Tape tape, int scopedBefore) => (_tape, _scopedBefore) = (tape, scopedBefore);

    /// <summary>Releases the tensors.</summary>
    public void Dispose() => _tape.EndScope(_scopedBefore);
}
