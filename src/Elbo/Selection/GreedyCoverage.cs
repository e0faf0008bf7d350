using System.Numerics.Tensors;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>How well one image represents another; 0 means not at all.</summary>
internal interface ISimilarity
{
    /// <summary>
    /// Computes the similarity of the image with code <paramref name="candidate"/> to the points from index
    /// <paramref name="start"/>; each is 0 or more.
    /// </summary>
    void Fill(PointColumns points, ReadOnlySpan<float> candidate, int start, Span<float> result);
}

/// <summary>exp(−‖x − c‖² / 2h²)</summary>
/// <param name="bandwidth">The bandwidth h.</param>
internal readonly struct GaussianSimilarity(double bandwidth) : ISimilarity
{
    private readonly float _scale = (float)(0.5 / (bandwidth * bandwidth));

    public void Fill(PointColumns points, ReadOnlySpan<float> candidate, int start, Span<float> result) =>
        points.GaussianKernel(candidate, _scale, start, result);
}

/// <summary>
/// Greedily maximises the coverage Σᵢ max s(i, j) over the chosen and labelled j: the similarity of every image to the
/// most similar of them.
/// </summary>
/// <remarks>
/// <para>
/// The gain of an image can only shrink as others are chosen, so an earlier gain is an upper bound. Only images whose
/// bound exceeds the best current gain are evaluated again (Minoux 1978). The choice equals that of the plain greedy
/// algorithm, with ties to the lowest index, and is within a factor of 1 − 1/e of the optimum (Nemhauser, Wolsey and
/// Fisher 1978).
/// </para>
/// <para>Similarities are computed on demand and not stored, so memory is linear in the number of images.</para>
/// </remarks>
internal sealed class GreedyCoverage<TSimilarity>
    where TSimilarity : struct, ISimilarity
{
    /// <summary>
    /// Number of points compared with a candidate at a time. Their similarities stay in the first-level cache.
    /// </summary>
    private const int PieceSize = 2_048;

    /// <summary>
    /// Number of candidates evaluated together. It does not depend on the number of threads; it affects the time only.
    /// </summary>
    private const int WaveSize = 32;

    private readonly SelectionPool _pool;
    private readonly TSimilarity _similarity;
    private readonly PointColumns _points;
    private readonly Partition _partition;
    private readonly float[] _covered;
    private readonly PriorityQueue<int, (double NegativeBound, int Index)> _queue = new();

    public GreedyCoverage(SelectionPool pool, TSimilarity similarity)
    {
        (_pool, _similarity) = (pool, similarity);
        _points = new PointColumns(pool.Codes.Span, pool.Dimensions);
        _partition = new Partition(pool.Threads);
        _covered = new float[pool.Count];
        foreach (int labelled in pool.Labelled)
            Cover(labelled);
    }

    /// <summary>Chooses up to <paramref name="budget"/> images that add to the coverage, in order of choice.</summary>
    public List<int> Choose(int budget, IProgress<double>? progress, CancellationToken cancellation)
    {
        Rank(progress, cancellation);
        var chosen = new List<int>(budget);
        while (chosen.Count < budget && Next(cancellation) is { } best)
        {
            chosen.Add(best);
            Cover(best);
            progress?.Report((1 + ((double)chosen.Count / budget)) / 2);
        }
        return chosen;
    }

    /// <summary>Computes the gain of each image as the first choice.</summary>
    private void Rank(IProgress<double>? progress, CancellationToken cancellation)
    {
        const int Rounds = 20;
        double[] gains = new double[_pool.Count];
        for (int round = 0; round < Rounds; round++)
        {
            int first = (int)((long)gains.Length * round / Rounds),
                count = (int)((long)gains.Length * (round + 1) / Rounds) - first;
            _partition.Run(
                count,
                (start, end) =>
                {
                    for (int i = first + start; i < first + end; i++)
                        gains[i] = Gain(i);
                },
                WaveSize,
                cancellation
            );
            progress?.Report((round + 1.0) / Rounds / 2);
        }
        for (int i = 0; i < gains.Length; i++)
            if (!_pool.IsLabelled(i))
                _queue.Enqueue(i, (-gains[i], i));
    }

    /// <summary>Takes the image with the largest gain from the queue; null if no image adds anything.</summary>
    private int? Next(CancellationToken cancellation)
    {
        var wave = new List<int>(WaveSize);
        double[] gains = new double[WaveSize];
        (double NegativeGain, int Index) best = (0, int.MaxValue);
        while (_queue.TryPeek(out _, out var bound) && bound.CompareTo(best) < 0 && bound.NegativeBound < 0)
        {
            wave.Clear();
            while (
                wave.Count < WaveSize
                && _queue.TryPeek(out int candidate, out bound)
                && bound.CompareTo(best) < 0
                && bound.NegativeBound < 0
            )
            {
                wave.Add(candidate);
                _queue.Dequeue();
            }
            _partition.Run(wave.Count, (start, _) => gains[start] = Gain(wave[start]), pieceSize: 1, cancellation);
            for (int k = 0; k < wave.Count; k++)
            {
                var fresh = (-gains[k], wave[k]);
                _queue.Enqueue(wave[k], fresh);
                if (gains[k] > 0 && fresh.CompareTo(best) < 0)
                    best = fresh;
            }
        }
        if (best.Index == int.MaxValue)
            return null;
        // No remaining image can exceed the best, which is in the queue with its current gain and so comes first.
        return _queue.Dequeue();
    }

    private double Gain(int candidate)
    {
        Span<float> similarities = stackalloc float[PieceSize];
        var code = _pool.Code(candidate);
        double gain = 0;
        for (int start = 0; start < _covered.Length; start += PieceSize)
        {
            var piece = similarities[..Math.Min(PieceSize, _covered.Length - start)];
            _similarity.Fill(_points, code, start, piece);
            gain += Excess(piece, _covered.AsSpan(start, piece.Length));
        }
        return gain;
    }

    /// <summary>Returns Σ max(0, a − b) and overwrites a.</summary>
    private static float Excess(Span<float> a, ReadOnlySpan<float> b)
    {
        TensorPrimitives.Subtract(a, b, a);
        TensorPrimitives.Max(a, 0, a);
        return TensorPrimitives.Sum<float>(a);
    }

    private void Cover(int chosen)
    {
        float[] similarities = new float[_covered.Length];
        _similarity.Fill(_points, _pool.Code(chosen), 0, similarities);
        TensorPrimitives.Max(_covered, similarities, _covered);
    }
}
