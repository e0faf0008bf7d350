using Elbo.Engine;

namespace Elbo.Selection;

/// <summary>How near the neighbours of an image are within its cluster.</summary>
/// <param name="pool">All codes.</param>
/// <param name="neighbours">How many neighbours count; half the cluster where that is less.</param>
internal sealed class Typicality(SelectionPool pool, int neighbours)
{
    private readonly Partition _partition = new(pool.Threads);

    /// <summary>
    /// The place in <paramref name="members"/> of the image with the nearest neighbours on average; the first of
    /// several.
    /// </summary>
    public int MostTypical(IReadOnlyList<int> members, CancellationToken cancellation)
    {
        float[] codes = pool.Rows(members);
        var points = new PointColumns(codes, pool.Dimensions);
        int count = Math.Min(neighbours, members.Count / 2);
        if (count == 0)
            return 0;
        double[] means = new double[members.Count];
        _partition.Run(
            members.Count,
            (first, last) =>
            {
                float[] squares = new float[members.Count],
                    nearest = new float[count];
                for (int k = first; k < last; k++)
                {
                    points.SquaredDistances(codes.AsSpan(k * pool.Dimensions, pool.Dimensions), 0, squares);
                    squares[k] = float.PositiveInfinity;
                    means[k] = MeanOfNearest(squares, nearest);
                }
            },
            pieceSize: 32,
            cancellation
        );
        int best = 0;
        for (int k = 1; k < means.Length; k++)
            if (means[k] < means[best])
                best = k;
        return best;
    }

    /// <summary>The mean root of the smallest squares, kept in ascending order while the others pass by.</summary>
    private static double MeanOfNearest(float[] squares, float[] nearest)
    {
        Array.Fill(nearest, float.PositiveInfinity);
        foreach (float square in squares)
        {
            if (!(square < nearest[^1]))
                continue;
            int place = nearest.Length - 1;
            for (; place > 0 && nearest[place - 1] > square; place--)
                nearest[place] = nearest[place - 1];
            nearest[place] = square;
        }
        double sum = 0;
        foreach (float square in nearest)
            sum += Math.Sqrt(square);
        return sum / nearest.Length;
    }
}
