using Elbo.Neighbours;

namespace Elbo.Clustering;

/// <summary>
/// One run of k-means: assigns points to their nearest centre and moves centres to the mean of their points, in turn.
/// </summary>
/// <remarks>
/// Bounds on the distances to the nearest and second-nearest centres avoid most comparisons (Hamerly 2010, "Making
/// k-means even faster"). The clusters are the same as without bounds. A cluster without points takes the point
/// farthest from its centre.
/// </remarks>
internal sealed class Lloyd
{
    private const int PieceSize = 4 * ColumnBlock.Capacity;

    private readonly float[] _points;
    private readonly int _dimensions,
        _count,
        _clusters;
    private readonly Partition _partition;
    private readonly double[] _centers;
    private readonly int[] _labels;
    private readonly double[] _upper,
        _lower,
        _separation;
    private int _changes;

    /// <summary>Starts from <paramref name="centers"/>, (K, dimensions), and updates them in place.</summary>
    public Lloyd(float[] points, int dimensions, double[] centers, Partition partition)
    {
        (_points, _dimensions, _centers, _partition) = (points, dimensions, centers, partition);
        (_count, _clusters) = (points.Length / dimensions, centers.Length / dimensions);
        (_labels, _upper, _lower, _separation) = (
            new int[_count],
            new double[_count],
            new double[_count],
            new double[_clusters]
        );
        Array.Fill(_upper, double.PositiveInfinity);
    }

    /// <summary>
    /// Iterates until no point changes its cluster, or the sum of squared centre movements is at most
    /// <paramref name="tolerance"/>.
    /// </summary>
    public KMeansResult Run(int maxIterations, double tolerance, CancellationToken cancellation)
    {
        int iteration = 0;
        double movement = double.PositiveInfinity;
        while (iteration < maxIterations && movement > tolerance)
        {
            Assign(cancellation);
            if (iteration > 0 && _changes == 0)
                break;
            movement = MoveCenters();
            iteration++;
        }
        Assign(cancellation);
        double inertia = 0;
        for (int i = 0; i < _count; i++)
            inertia += SquaredDistance(i, _labels[i]);
        return new KMeansResult(_centers, _labels, inertia, iteration);
    }

    private void Assign(CancellationToken cancellation)
    {
        Separate();
        _changes = 0;
        _partition.Run(_count, AssignPiece, PieceSize, cancellation);
    }

    /// <summary>
    /// Computes half the distance from each centre to its nearest other centre. No centre is nearer to a point within
    /// that distance.
    /// </summary>
    private void Separate()
    {
        _partition.Run(
            _clusters,
            (first, last) =>
            {
                for (int a = first; a < last; a++)
                {
                    double nearest = double.PositiveInfinity;
                    for (int b = 0; b < _clusters; b++)
                        if (b != a)
                            nearest = Math.Min(nearest, SquaredDistance(Center(a), Center(b)));
                    _separation[a] = Math.Sqrt(nearest) / 2;
                }
            },
            pieceSize: 32
        );
    }

    private void AssignPiece(int first, int last)
    {
        Span<int> open = stackalloc int[ColumnBlock.Capacity];
        using var block = new ColumnBlock(_dimensions);
        int opened = 0,
            changes = 0;
        for (int i = first; i < last; i++)
        {
            double bound = Math.Max(_separation[_labels[i]], _lower[i]);
            if (_upper[i] > bound && _upper[i] < double.PositiveInfinity)
                _upper[i] = Math.Sqrt(SquaredDistance(i, _labels[i]));
            if (_upper[i] > bound)
                open[opened++] = i;
            if (opened == open.Length || (i == last - 1 && opened > 0))
            {
                changes += AssignAmongAll(open[..opened], block);
                opened = 0;
            }
        }
        Interlocked.Add(ref _changes, changes);
    }

    /// <summary>Compares points with every centre. Ties go to the lowest index.</summary>
    private int AssignAmongAll(ReadOnlySpan<int> points, ColumnBlock block)
    {
        Span<double> distances = stackalloc double[ColumnBlock.Capacity],
            nearest = stackalloc double[ColumnBlock.Capacity],
            second = stackalloc double[ColumnBlock.Capacity];
        Span<int> labels = stackalloc int[ColumnBlock.Capacity];
        nearest.Fill(double.PositiveInfinity);
        second.Fill(double.PositiveInfinity);
        block.Load(_points, points);
        for (int c = 0; c < _clusters; c++)
        {
            block.SquaredDistances(Center(c), distances);
            for (int i = 0; i < points.Length; i++)
            {
                double distance = distances[i];
                if (distance >= second[i])
                    continue;
                if (distance >= nearest[i])
                    second[i] = distance;
                else
                    (second[i], nearest[i], labels[i]) = (nearest[i], distance, c);
            }
        }
        int changes = 0;
        for (int i = 0; i < points.Length; i++)
        {
            int point = points[i];
            if (_labels[point] != labels[i])
                changes++;
            (_labels[point], _upper[point], _lower[point]) = (labels[i], Math.Sqrt(nearest[i]), Math.Sqrt(second[i]));
        }
        return changes;
    }

    /// <summary>
    /// Moves centres to the means, loosens the bounds accordingly, and returns the sum of squared movements.
    /// </summary>
    private double MoveCenters()
    {
        double[] sums = new double[_centers.Length],
            shifts = new double[_clusters];
        int[] sizes = new int[_clusters];
        // One thread: this is K times less work than the assignment, and it keeps the order of summation fixed.
        for (int i = 0; i < _count; i++)
        {
            int to = _labels[i] * _dimensions,
                from = i * _dimensions;
            sizes[_labels[i]]++;
            for (int d = 0; d < _dimensions; d++)
                sums[to + d] += _points[from + d];
        }
        FillEmpty(sizes, sums);
        double movement = 0;
        for (int c = 0; c < _clusters; c++)
        {
            if (sizes[c] == 0)
                continue;
            var mean = sums.AsSpan(c * _dimensions, _dimensions);
            foreach (ref double value in mean)
                value /= sizes[c];
            double square = SquaredDistance(Center(c), mean);
            movement += square;
            shifts[c] = Math.Sqrt(square);
            mean.CopyTo(_centers.AsSpan(c * _dimensions));
        }
        LoosenBounds(shifts);
        return movement;
    }

    private void LoosenBounds(double[] shifts)
    {
        int farthest = 0;
        for (int c = 1; c < _clusters; c++)
            if (shifts[c] > shifts[farthest])
                farthest = c;
        double second = 0;
        for (int c = 0; c < _clusters; c++)
            if (c != farthest)
                second = Math.Max(second, shifts[c]);
        for (int i = 0; i < _count; i++)
        {
            _upper[i] += shifts[_labels[i]];
            _lower[i] -= _labels[i] == farthest ? second : shifts[farthest];
        }
    }

    /// <summary>
    /// Gives each empty cluster the point that is farthest from its centre and not alone in its cluster.
    /// </summary>
    private void FillEmpty(int[] sizes, double[] sums)
    {
        for (int empty = 0; empty < _clusters; empty++)
        {
            if (sizes[empty] > 0)
                continue;
            int farthest = -1;
            double distance = 0;
            for (int i = 0; i < _count; i++)
            {
                double square = sizes[_labels[i]] > 1 ? SquaredDistance(i, _labels[i]) : 0;
                if (square > distance)
                    (farthest, distance) = (i, square);
            }
            if (farthest < 0)
                return; // every point lies on its centre: fewer distinct points than clusters
            int from = _labels[farthest];
            for (int d = 0; d < _dimensions; d++)
            {
                float value = _points[(farthest * _dimensions) + d];
                sums[(from * _dimensions) + d] -= value;
                sums[(empty * _dimensions) + d] += value;
            }
            sizes[from]--;
            sizes[empty]++;
            (_labels[farthest], _upper[farthest], _lower[farthest]) = (empty, double.PositiveInfinity, 0);
        }
    }

    private ReadOnlySpan<double> Center(int cluster) => _centers.AsSpan(cluster * _dimensions, _dimensions);

    private double SquaredDistance(int point, int cluster)
    {
        int x = point * _dimensions,
            c = cluster * _dimensions;
        double sum = 0;
        for (int d = 0; d < _dimensions; d++)
        {
            double difference = _points[x + d] - _centers[c + d];
            sum += difference * difference;
        }
        return sum;
    }

    private static double SquaredDistance(ReadOnlySpan<double> a, ReadOnlySpan<double> b)
    {
        double sum = 0;
        for (int d = 0; d < a.Length; d++)
            sum += (a[d] - b[d]) * (a[d] - b[d]);
        return sum;
    }
}
