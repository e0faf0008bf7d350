using Elbo.Engine;

namespace Elbo.Evaluation;

/// <summary>Predicts the class of the nearest labelled point. Ties go to the lowest index.</summary>
/// <remarks>Cover and Hart 1967, with Euclidean distances.</remarks>
public sealed class NearestNeighbourClassifier
{
    private readonly PointColumns _points;
    private readonly int[] _labels;

    /// <summary>Stores labelled points.</summary>
    /// <param name="points">Coordinates (N, <paramref name="dimensions"/>), row-major, at least one point.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="labels">N class indices.</param>
    /// <exception cref="ArgumentException">
    /// There are no points, the number of values is not a multiple of the dimensions, or labels do not match the
    /// points.
    /// </exception>
    public NearestNeighbourClassifier(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<int> labels)
    {
        _points = new PointColumns(points, dimensions);
        if (labels.Length != _points.Count || labels.IsEmpty)
            throw new ArgumentException(
                $"got {labels.Length} labels with {_points.Count} points; at least one point is needed, and a "
                    + "label for each.",
                nameof(labels)
            );
        _labels = labels.ToArray();
    }

    /// <summary>The predicted class of each point of (M, dimensions), row-major.</summary>
    /// <exception cref="ArgumentException">The number of values is not a multiple of the dimensions.</exception>
    public int[] Predict(ReadOnlySpan<float> points)
    {
        int dimensions = _points.Dimensions;
        if (points.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {points.Length} numbers; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        int[] result = new int[points.Length / dimensions];
        float[] distances = new float[_labels.Length];
        for (int i = 0; i < result.Length; i++)
        {
            _points.SquaredDistances(points.Slice(i * dimensions, dimensions), 0, distances);
            int nearest = 0;
            for (int k = 1; k < distances.Length; k++)
                if (distances[k] < distances[nearest])
                    nearest = k;
            result[i] = _labels[nearest];
        }
        return result;
    }
}
