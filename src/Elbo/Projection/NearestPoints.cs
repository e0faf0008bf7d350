namespace Elbo.Projection;

/// <summary>Finds the nearest neighbours of points by looking at all of them; of equally distant ones, those that come first.</summary>
internal sealed class NearestPoints(float[] points, int dimensions, int count)
{
    private readonly double[] _distances = new double[points.Length / dimensions];
    private readonly int[] _indices = new int[points.Length / dimensions];

    /// <summary>The neighbours of point <paramref name="of"/>, nearest first, and their squared distances.</summary>
    public void Find(int of, Span<int> neighbours, Span<double> squares)
    {
        var point = points.AsSpan(of * dimensions, dimensions);
        for (int i = 0; i < _distances.Length; i++)
        {
            var other = points.AsSpan(i * dimensions, dimensions);
            double sum = 0;
            for (int d = 0; d < point.Length; d++)
            {
                double difference = point[d] - other[d];
                sum += difference * difference;
            }
            _distances[i] = i == of ? double.PositiveInfinity : sum;
        }
        // A point is kept if nearer than the farthest of those kept so far, which stands on top of the heap.
        int kept = 0;
        for (int i = 0; i < _distances.Length; i++)
        {
            if (i == of) continue;
            if (kept < count)
            {
                _indices[kept++] = i;
                if (kept == count)
                    for (int k = (count / 2) - 1; k >= 0; k--) Sink(k);
            }
            else if (Farther(_indices[0], i))
            {
                _indices[0] = i;
                Sink(0);
            }
        }
        _indices.AsSpan(0, count).Sort((a, b) => Farther(a, b) ? 1 : -1);
        for (int k = 0; k < count; k++) (neighbours[k], squares[k]) = (_indices[k], _distances[_indices[k]]);
    }

    private bool Farther(int a, int b) => _distances[a] > _distances[b] || (_distances[a] == _distances[b] && a > b);

    private void Sink(int at)
    {
        while (true)
        {
            int child = (2 * at) + 1;
            if (child >= count) return;
            if (child + 1 < count && Farther(_indices[child + 1], _indices[child])) child++;
            if (!Farther(_indices[child], _indices[at])) return;
            (_indices[at], _indices[child]) = (_indices[child], _indices[at]);
            at = child;
        }
    }
}
