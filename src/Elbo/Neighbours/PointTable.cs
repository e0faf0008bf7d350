namespace Elbo.Neighbours;

/// <summary>What everything that works on points asks of those it is given.</summary>
internal static class PointTable
{
    /// <summary>Checks that the numbers are whole points, enough of them, and finite.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="fewest">How many points there must be.</param>
    /// <param name="asker">Who needs them, with its article, for the message.</param>
    /// <exception cref="ArgumentException">They are not.</exception>
    public static void Check(ReadOnlySpan<float> points, int dimensions, int fewest, string asker)
    {
        if (dimensions < 1 || points.Length % dimensions != 0)
            throw new ArgumentException(
                $"{points.Length} numbers came; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        if (points.Length / dimensions < fewest)
            throw new ArgumentException(
                $"{points.Length / dimensions} points came; {asker} needs at least {fewest}.",
                nameof(points)
            );
        for (int i = 0; i < points.Length; i++)
            if (!float.IsFinite(points[i]))
                throw new ArgumentException(
                    $"coordinate {i % dimensions + 1} of point {i / dimensions} is {points[i]}; {asker} needs "
                        + "finite numbers.",
                    nameof(points)
                );
    }
}

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
