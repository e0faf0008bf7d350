using Elbo.Engine;

namespace Elbo.Evaluation;

/// <summary>
/// Gives a point the class of the labelled point that is nearest to it; of equally near ones, of the first.
/// </summary>
/// <remarks>Cover and Hart 1967, with Euclidean distances.</remarks>
public sealed class NearestNeighbourClassifier
{
    private readonly PointColumns _points;
    private readonly int[] _labels;

    /// <summary>Keeps labelled points.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row, at least one.</param>
    /// <param name="dimensions">Length of a point.</param>
    /// <param name="labels">N class indices.</param>
    /// <exception cref="ArgumentException">There are no points, they are not whole, or labels do not match
    /// them.</exception>
    public NearestNeighbourClassifier(ReadOnlySpan<float> points, int dimensions, ReadOnlySpan<int> labels)
    {
        _points = new PointColumns(points, dimensions);
        if (labels.Length != _points.Count || labels.IsEmpty)
            throw new ArgumentException(
                $"{labels.Length} labels came with {_points.Count} points; at least one point is needed, and a "
                    + "label for each.",
                nameof(labels)
            );
        _labels = labels.ToArray();
    }

    /// <summary>The class of each point of (M, dimensions), row by row.</summary>
    /// <exception cref="ArgumentException">They are not whole points.</exception>
    public int[] Predict(ReadOnlySpan<float> points)
    {
        int dimensions = _points.Dimensions;
        if (points.Length % dimensions != 0)
            throw new ArgumentException(
                $"{points.Length} numbers came; points of {dimensions} dimensions need a multiple of that.",
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
