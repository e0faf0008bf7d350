using Elbo.Engine;
using Elbo.Neighbours;

namespace Elbo.Evaluation;

/// <summary>Predicts the most frequent class among the k nearest labelled points.</summary>
/// <remarks>
/// Cover and Hart 1967, with Euclidean distances. Of points at the same distance, the lower index is nearer. Of classes
/// with the same number of points, the lowest is predicted, as in scikit-learn's KNeighborsClassifier.
/// </remarks>
public sealed class NearestNeighbourClassifier
{
    private readonly PointColumns _points;
    private readonly int[] _labels;
    private readonly int _neighbours;

    /// <summary>Stores labelled points.</summary>
    /// <param name="points">Coordinates (N, <paramref name="dimensions"/>), row-major, at least one point.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="labels">N class indices.</param>
    /// <param name="neighbours">Number of neighbours k, from 1 to N.</param>
    /// <exception cref="ArgumentException">
    /// There are no points, the number of values is not a multiple of the dimensions, a value is not finite, labels do not match the points, or
    /// the number of neighbours is out of range.
    /// </exception>
    public NearestNeighbourClassifier(
        ReadOnlySpan<float> points,
        int dimensions,
        ReadOnlySpan<int> labels,
        int neighbours = 1
    )
    {
        _points = new PointColumns(points, dimensions);
        Require.Finite(points, "coordinates");
        if (labels.Length != _points.Count || labels.IsEmpty)
            throw new ArgumentException(
                $"got {labels.Length} labels with {_points.Count} points; at least one point is needed, and a "
                    + "label for each.",
                nameof(labels)
            );
        if (neighbours < 1 || neighbours > labels.Length)
            throw new ArgumentException(
                $"got {neighbours} neighbours with {labels.Length} points; 1 to {labels.Length} are possible.",
                nameof(neighbours)
            );
        (_labels, _neighbours) = (labels.ToArray(), neighbours);
    }

    /// <summary>The predicted class of each point of (M, dimensions), row-major.</summary>
    /// <param name="points">Coordinates (M, dimensions), row-major.</param>
    /// <param name="threads">Number of threads; 0 means one per processor. The result does not depend on it.</param>
    /// <exception cref="ArgumentException">
    /// The number of values is not a multiple of the dimensions, or a value is not finite.
    /// </exception>
    public int[] Predict(ReadOnlySpan<float> points, int threads = 0)
    {
        int dimensions = _points.Dimensions;
        if (points.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {points.Length} numbers; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        Require.Finite(points, "coordinates");
        float[] queries = points.ToArray();
        int[] result = new int[points.Length / dimensions];
        new Partition(threads).Run(
            result.Length,
            (first, last) =>
            {
                float[] distances = new float[_labels.Length];
                for (int i = first; i < last; i++)
                {
                    _points.SquaredDistances(queries.AsSpan(i * dimensions, dimensions), 0, distances);
                    result[i] = Vote(distances);
                }
            }
        );
        return result;
    }

    /// <summary>The most frequent class among the points with the smallest distances.</summary>
    private int Vote(float[] distances)
    {
        int[] nearest = new int[_neighbours];
        var heap = new NearestHeap(nearest, new double[_neighbours]);
        for (int k = 0; k < distances.Length; k++)
            if (distances[k] < heap.Farthest)
                heap.Offer(k, distances[k]);
        int[] votes = [.. nearest.Select(index => _labels[index])];
        Array.Sort(votes);
        int best = votes[0],
            most = 0,
            count = 0;
        for (int i = 0; i < votes.Length; i++)
        {
            count = i > 0 && votes[i] == votes[i - 1] ? count + 1 : 1;
            if (count > most)
                (best, most) = (votes[i], count);
        }
        return best;
    }
}
