using Elbo.Neighbours;

namespace Elbo.Projection;

/// <summary>The objective of t-SNE, a KL divergence, and its gradient.</summary>
/// <remarks>
/// van der Maaten and Hinton 2008, equations 4 and 5: q(i, j) = (1 + ‖yᵢ − yⱼ‖²)⁻¹ / Z, and dC/dyᵢ = 4 Σⱼ (p(i, j) −
/// q(i, j)) (1 + ‖yᵢ − yⱼ‖²)⁻¹ (yᵢ − yⱼ). The term with q uses a <see cref="Quadtree"/>.
/// </remarks>
internal sealed class TSneObjective(Affinities affinities, double theta, Partition partition)
{
    private readonly Quadtree _tree = new(affinities.Count);
    private readonly double[] _repulsion = new double[2 * affinities.Count];
    private readonly double[] _sums = new double[affinities.Count];
    private readonly double[] _costs = new double[affinities.Count];

    /// <summary>
    /// Writes the gradient at <paramref name="y"/>, (N, 2), with p multiplied by <paramref name="exaggeration"/>.
    /// </summary>
    public void Gradient(double[] y, double exaggeration, double[] gradient)
    {
        double z = Repel(y);
        partition.Run(
            affinities.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                {
                    double x = 0,
                        w = 0;
                    for (int k = affinities.Starts[i]; k < affinities.Starts[i + 1]; k++)
                    {
                        int j = affinities.Columns[k];
                        double dx = y[2 * i] - y[2 * j],
                            dy = y[(2 * i) + 1] - y[(2 * j) + 1],
                            pull = affinities.Values[k] / (1 + (dx * dx) + (dy * dy));
                        x += pull * dx;
                        w += pull * dy;
                    }
                    gradient[2 * i] = 4 * ((exaggeration * x) - (_repulsion[2 * i] / z));
                    gradient[(2 * i) + 1] = 4 * ((exaggeration * w) - (_repulsion[(2 * i) + 1] / z));
                }
            }
        );
    }

    /// <summary>Σ p log(p / q) at <paramref name="y"/>, in nats.</summary>
    public double Divergence(double[] y)
    {
        double z = Repel(y);
        partition.Run(
            affinities.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                {
                    double cost = 0;
                    for (int k = affinities.Starts[i]; k < affinities.Starts[i + 1]; k++)
                    {
                        int j = affinities.Columns[k];
                        double dx = y[2 * i] - y[2 * j],
                            dy = y[(2 * i) + 1] - y[(2 * j) + 1],
                            p = affinities.Values[k];
                        // p may be 0 for distant points; p log p is then 0 too.
                        if (p > 0)
                            cost += p * Math.Log(p * z * (1 + (dx * dx) + (dy * dy)));
                    }
                    _costs[i] = cost;
                }
            }
        );
        return Sum(_costs);
    }

    /// <summary>Computes the repulsion without its factor 1 / Z, and returns Z.</summary>
    private double Repel(double[] y)
    {
        _tree.Build(y);
        partition.Run(
            affinities.Count,
            (first, last) =>
            {
                for (int i = first; i < last; i++)
                    (_repulsion[2 * i], _repulsion[(2 * i) + 1], _sums[i]) = _tree.Repulsion(i, y, theta);
            }
        );
        return Sum(_sums);
    }

    // Summed in the order of the points on one thread, for the same bits whichever threads computed the terms.
    private static double Sum(double[] terms)
    {
        double sum = 0;
        foreach (double term in terms)
            sum += term;
        return sum;
    }
}
