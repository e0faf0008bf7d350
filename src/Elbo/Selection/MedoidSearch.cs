using System.Numerics.Tensors;
using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Selection;

/// <summary>
/// Medoids of codes with the nearest and second-nearest medoid of every code, from which the effect of a swap is
/// computed.
/// </summary>
internal sealed class MedoidSearch
{
    private const int PieceSize = 2_048;
    private const int GroupSize = 64;

    private readonly SelectionPool _pool;
    private readonly PointColumns _points;
    private readonly Partition _partition;
    private readonly int _fixed;
    private readonly bool[] _isMedoid;
    private readonly int[] _second;
    private readonly float[] _nearestDistance;
    private readonly float[] _secondDistance;
    private readonly double[] _removalLoss;
    private readonly float _beyond;

    /// <param name="pool">All codes. Those of labelled images stay medoids.</param>
    /// <param name="chosen">The initial medoids besides the labelled images.</param>
    public MedoidSearch(SelectionPool pool, int[] chosen)
    {
        int[] medoids = [.. pool.Labelled, .. chosen];
        _fixed = pool.Labelled.Count;
        _pool = pool;
        _points = new PointColumns(pool.Codes.Span, pool.Dimensions);
        _partition = new Partition(pool.Threads);
        Medoids = medoids;
        _isMedoid = new bool[pool.Count];
        foreach (int medoid in medoids)
            _isMedoid[medoid] = true;
        (Nearest, _second) = (new int[pool.Count], new int[pool.Count]);
        (_nearestDistance, _secondDistance) = (new float[pool.Count], new float[pool.Count]);
        _removalLoss = new double[medoids.Length];
        _beyond = pool.Diagonal();
        _partition.Run(
            pool.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    Assign(i);
            }
        );
        Total();
    }

    /// <summary>Indices of the medoids among the codes, first those of the labelled images.</summary>
    public int[] Medoids { get; }

    /// <summary>The nearest medoid of every code, as an index into <see cref="Medoids"/>.</summary>
    public int[] Nearest { get; }

    /// <summary>Sum over all codes of the distance to the nearest medoid.</summary>
    public double TotalDistance { get; private set; }

    /// <summary>
    /// Chooses distinct initial medoids, each with probability proportional to its distance from the nearest labelled or
    /// previous one.
    /// </summary>
    /// <remarks>
    /// Arthur and Vassilvitskii 2007, with distances instead of squared distances, because the objective sums
    /// distances.
    /// </remarks>
    public static int[] Seed(SelectionPool pool, int budget, Rng rng)
    {
        var points = new PointColumns(pool.Codes.Span, pool.Dimensions);
        float[] squares = new float[pool.Count],
            nearest = new float[pool.Count];
        Array.Fill(nearest, float.PositiveInfinity);
        double total = 0;
        foreach (int labelled in pool.Labelled)
            Cover(labelled);
        var chosen = new List<int>(budget);
        int next = pool.Labelled.Count == 0 ? rng.Next(pool.Count) : Draw(nearest, total * rng.NextSingle());
        while (next >= 0)
        {
            chosen.Add(next);
            if (chosen.Count == budget)
                break;
            Cover(next);
            next = Draw(nearest, total * rng.NextSingle());
        }
        Remainder.Fill(chosen, pool.Count, budget, rng, pool.IsLabelled);
        return [.. chosen];

        void Cover(int index)
        {
            points.SquaredDistances(pool.Code(index), 0, squares);
            total = 0;
            for (int i = 0; i < nearest.Length; i++)
                total += nearest[i] = Math.Min(nearest[i], MathF.Sqrt(squares[i]));
        }
    }

    /// <summary>Tries every code as a medoid once.</summary>
    public void Pass(CancellationToken cancellation)
    {
        double[] changes = new double[GroupSize];
        int[] places = new int[GroupSize];
        for (int start = 0; start < _pool.Count; start += GroupSize)
        {
            int group = Math.Min(GroupSize, _pool.Count - start),
                from = start;
            _partition.Run(
                group,
                (k, _) => (changes[k], places[k]) = _isMedoid[from + k] ? (0, 0) : BestSwap(from + k),
                pieceSize: 1,
                cancellation
            );
            int best = Array.IndexOf(changes, changes.AsSpan(0, group).ToArray().Min(), 0, group);
            // Distances are floats. Below their rounding error there is no gain, and swaps could repeat for ever.
            if (changes[best] < -1e-7 * TotalDistance)
                Swap(places[best], start + best);
        }
    }

    private static int Draw(float[] weights, double at)
    {
        int last = -1;
        double sum = 0;
        for (int i = 0; i < weights.Length; i++)
        {
            if (!(weights[i] > 0))
                continue;
            last = i;
            sum += weights[i];
            if (sum > at)
                return i;
        }
        return last;
    }

    /// <summary>
    /// The change of the total if <paramref name="candidate"/> replaces the medoid whose removal costs least.
    /// </summary>
    private (double Change, int Place) BestSwap(int candidate)
    {
        Span<float> distances = stackalloc float[PieceSize];
        double[] changes = [.. _removalLoss];
        double shared = 0;
        for (int start = 0; start < _pool.Count; start += PieceSize)
        {
            var piece = distances[..Math.Min(PieceSize, _pool.Count - start)];
            _points.SquaredDistances(_pool.Code(candidate), start, piece);
            TensorPrimitives.Sqrt(piece, piece);
            var seconds = _secondDistance.AsSpan(start, piece.Length);
            for (int k = 0; k < piece.Length; k++)
            {
                float distance = piece[k],
                    second = seconds[k];
                if (distance >= second)
                    continue;
                int i = start + k;
                float nearest = _nearestDistance[i];
                if (distance < nearest)
                {
                    shared += distance - nearest;
                    changes[Nearest[i]] += nearest - second;
                }
                else
                {
                    changes[Nearest[i]] += distance - second;
                }
            }
        }
        int place = _fixed + TensorPrimitives.IndexOfMin<double>(changes.AsSpan(_fixed));
        return (changes[place] + shared, place);
    }

    private void Swap(int place, int candidate)
    {
        (_isMedoid[Medoids[place]], _isMedoid[candidate]) = (false, true);
        Medoids[place] = candidate;
        float[] squares = new float[_pool.Count];
        _points.SquaredDistances(_pool.Code(candidate), 0, squares);
        _partition.Run(
            _pool.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                {
                    float distance = MathF.Sqrt(squares[i]);
                    if (Nearest[i] == place || _second[i] == place)
                        Assign(i);
                    else if (distance < _nearestDistance[i])
                        (Nearest[i], _second[i], _nearestDistance[i], _secondDistance[i]) = (
                            place,
                            Nearest[i],
                            distance,
                            _nearestDistance[i]
                        );
                    else if (distance < _secondDistance[i])
                        (_second[i], _secondDistance[i]) = (place, distance);
                }
            }
        );
        Total();
    }

    /// <summary>
    /// Finds the two nearest medoids of a code. Without a second medoid, its distance is larger than any between codes,
    /// but finite, so that differences stay defined.
    /// </summary>
    private void Assign(int i)
    {
        var code = _pool.Code(i);
        (float first, float second) = (float.PositiveInfinity, float.PositiveInfinity);
        (Nearest[i], _second[i]) = (-1, -1);
        for (int place = 0; place < Medoids.Length; place++)
        {
            var medoid = _pool.Code(Medoids[place]);
            float square = 0;
            for (int d = 0; d < code.Length; d++)
                square += (code[d] - medoid[d]) * (code[d] - medoid[d]);
            if (square < first)
                (Nearest[i], _second[i], first, second) = (place, Nearest[i], square, first);
            else if (square < second)
                (_second[i], second) = (place, square);
        }
        (_nearestDistance[i], _secondDistance[i]) = (
            MathF.Sqrt(first),
            Medoids.Length > 1 ? MathF.Sqrt(second) : _beyond
        );
    }

    private void Total()
    {
        Array.Clear(_removalLoss);
        double total = 0;
        for (int i = 0; i < Nearest.Length; i++)
        {
            total += _nearestDistance[i];
            _removalLoss[Nearest[i]] += (double)_secondDistance[i] - _nearestDistance[i];
        }
        TotalDistance = total;
    }
}
