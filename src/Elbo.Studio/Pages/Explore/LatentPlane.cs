using Elbo.Neighbours;
using Elbo.Projection;

namespace Elbo.Studio.Pages.Explore;

/// <summary>The plane of a map of latent codes: which code a position stands for, and where a code lies.</summary>
internal abstract class LatentPlane
{
    /// <summary>What the code of a position is, in a sentence.</summary>
    public abstract string Note { get; }

    /// <summary>The code that a position stands for, (Z).</summary>
    /// <param name="x">Position along the first axis of the map.</param>
    /// <param name="y">Position along the second axis.</param>
    /// <param name="near">The code in hand: the result keeps what the plane does not show of it.</param>
    public abstract float[] CodeAt(float x, float y, ReadOnlySpan<float> near);

    /// <summary>The position of a code.</summary>
    public abstract (float X, float Y) PlaceOf(ReadOnlySpan<float> code);

    /// <summary>The plane of codes (N, <paramref name="dimensions"/>).</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <param name="projection">Their projection; null for codes of two dimensions.</param>
    public static LatentPlane Of(float[] codes, int dimensions, PlaneProjection? projection) =>
        projection is null ? new Codes()
        : projection.Components is { } pca ? new Components(pca)
        : new Nearest(codes, dimensions, projection.Coordinates);

    /// <summary>Two latent dimensions: a position is a code.</summary>
    private sealed class Codes : LatentPlane
    {
        public override string Note => "The map shows the codes themselves: the position of the marker is its code.";

        public override float[] CodeAt(float x, float y, ReadOnlySpan<float> near) => [x, y];

        public override (float X, float Y) PlaceOf(ReadOnlySpan<float> code) => (code[0], code[1]);
    }

    /// <summary>Principal components: the two coordinates are replaced, and the rest of the code stays.</summary>
    private sealed class Components(Pca pca) : LatentPlane
    {
        public override string Note =>
            "The marker moves along the two principal components; the rest of its code is that of the selected image, "
            + "or of the mean before one is selected.";

        public override float[] CodeAt(float x, float y, ReadOnlySpan<float> near) => pca.MoveTo(near, [x, y]);

        public override (float X, float Y) PlaceOf(ReadOnlySpan<float> code)
        {
            float[] place = pca.Project(code);
            return (place[0], place[1]);
        }
    }

    /// <summary>
    /// A projection without an inverse: weighted means of the nearest points, with weights 1/d². At a point it is that
    /// point.
    /// </summary>
    /// <remarks>Shepard 1968, with the nearest points only.</remarks>
    private sealed class Nearest(float[] codes, int dimensions, float[] coordinates) : LatentPlane
    {
        private const int Most = 8;

        private readonly KdTree _byCode = new(codes, dimensions);
        private readonly KdTree _byPlace = new(coordinates, 2);

        public override string Note =>
            $"t-SNE has no inverse: the marker's code is the mean of the codes of the {Math.Min(Most, _byPlace.Count)} "
            + "nearest points, the nearer the heavier.";

        public override float[] CodeAt(float x, float y, ReadOnlySpan<float> near) =>
            Mean(_byPlace, [x, y], codes, dimensions);

        public override (float X, float Y) PlaceOf(ReadOnlySpan<float> code)
        {
            float[] place = Mean(_byCode, code, coordinates, 2);
            return (place[0], place[1]);
        }

        private static float[] Mean(KdTree points, ReadOnlySpan<float> at, float[] values, int width)
        {
            int[] near = new int[Math.Min(Most, points.Count)];
            double[] squares = new double[near.Length];
            points.Nearest(at, except: -1, near, squares);
            if (squares[0] == 0)
                return values[(near[0] * width)..((near[0] + 1) * width)];
            double[] weights = [.. squares.Select(square => squares[0] / square)];
            double total = weights.Sum();
            float[] mean = new float[width];
            for (int d = 0; d < width; d++)
                mean[d] = (float)(near.Select((point, k) => weights[k] * values[(point * width) + d]).Sum() / total);
            return mean;
        }
    }
}
