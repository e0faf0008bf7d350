namespace Elbo;

/// <summary>
/// Splits work over items into pieces of a fixed size, so that what is computed does not depend on the number of
/// threads.
/// </summary>
/// <param name="threads">Threads to use, 0 for one per processor.</param>
internal sealed class Partition(int threads)
{
    private const int UsualPieceSize = 256;

    private readonly int _threads = threads == 0 ? Environment.ProcessorCount : threads;

    /// <summary>
    /// Runs <paramref name="work"/> on [first, last) of every piece; each may write only what belongs to its items.
    /// </summary>
    /// <exception cref="OperationCanceledException">It was cancelled between pieces.</exception>
    public void Run(
        int count,
        Action<int, int> work,
        int pieceSize = UsualPieceSize,
        CancellationToken cancellation = default
    )
    {
        cancellation.ThrowIfCancellationRequested();
        int pieces = (count + pieceSize - 1) / pieceSize;
        if (pieces == 1)
            work(0, count);
        if (pieces <= 1)
            return;
        var options = new ParallelOptions { MaxDegreeOfParallelism = _threads, CancellationToken = cancellation };
        Parallel.For(0, pieces, options, piece => work(piece * pieceSize, Math.Min(count, (piece + 1) * pieceSize)));
    }
}
