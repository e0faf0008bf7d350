namespace Elbo.Projection;

/// <summary>Splits work over points into pieces of a fixed size, so that what is computed does not depend on the number of threads.</summary>
internal sealed class Partition(int threads)
{
    private const int PieceSize = 256;

    private readonly ParallelOptions _options = new() { MaxDegreeOfParallelism = threads == 0 ? Environment.ProcessorCount : threads };

    /// <summary>Runs <paramref name="work"/> on [first, last) of every piece; each may write only what belongs to its points.</summary>
    public void Run(int count, Action<int, int> work)
    {
        int pieces = (count + PieceSize - 1) / PieceSize;
        Parallel.For(0, pieces, _options, piece => work(piece * PieceSize, Math.Min(count, (piece + 1) * PieceSize)));
    }
}
