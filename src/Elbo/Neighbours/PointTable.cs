namespace Elbo.Neighbours;

/// <summary>Argument checks shared by the algorithms that take points.</summary>
internal static class PointTable
{
    /// <summary>Checks that there are enough points, of full length, with finite coordinates.</summary>
    /// <param name="points">Coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="fewest">Minimum number of points.</param>
    /// <param name="asker">The caller's name with its article, for the message.</param>
    /// <exception cref="ArgumentException">A check fails.</exception>
    public static void Check(ReadOnlySpan<float> points, int dimensions, int fewest, string asker)
    {
        if (dimensions < 1 || points.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {points.Length} numbers; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        if (points.Length / dimensions < fewest)
            throw new ArgumentException(
                $"got {points.Length / dimensions} points; {asker} needs at least {fewest}.",
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
/// Divides work over items into pieces of fixed size, so that results do not depend on the number of threads.
/// </summary>
/// <param name="threads">Number of threads; 0 means one per processor.</param>
internal sealed class Partition(int threads)
{
    private const int UsualPieceSize = 256;

    private readonly int _threads =
        threads == 0 ? Environment.ProcessorCount
        : threads > 0 ? threads
        : throw new ArgumentOutOfRangeException(
            nameof(threads),
            $"threads is {threads}; it must be 0, one per processor, or more."
        );

    /// <summary>
    /// Runs <paramref name="work"/> on the range [first, last) of every piece. Each call may write only to its own
    /// items.
    /// </summary>
    /// <exception cref="OperationCanceledException">The computation was cancelled between pieces.</exception>
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
