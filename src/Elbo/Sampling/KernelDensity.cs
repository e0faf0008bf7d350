using System.Numerics.Tensors;
using Elbo.Neighbours;

namespace Elbo.Sampling;

/// <summary>Gaussian kernel density estimate p(x) = 1/N Σᵢ N(x; xᵢ, h²I).</summary>
/// <remarks>
/// Rosenblatt 1956; Parzen 1962. A k-d tree finds the points near x. Distant points are ignored if all of them together
/// change p by a relative amount of less than 10⁻¹². Any number of threads can evaluate it at the same time.
/// </remarks>
public sealed class KernelDensity
{
    /// <summary>−log of the relative contribution to p that may be ignored.</summary>
    private const double Cutoff = 28;

    private readonly KdTree _tree;
    private readonly double _logConstant;

    /// <summary>Creates the estimate from points.</summary>
    /// <param name="points">Finite coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point.</param>
    /// <param name="bandwidth">
    /// Standard deviation h of the kernel, in units of the points; null uses <see cref="ScottBandwidth"/>.
    /// </param>
    /// <exception cref="ArgumentException">
    /// There are no points, the number of values is not a multiple of the dimensions, a value is not finite, or the
    /// bandwidth is not more than 0.
    /// </exception>
    public KernelDensity(ReadOnlySpan<float> points, int dimensions, double? bandwidth = null)
    {
        PointTable.Check(points, dimensions, 1, "a kernel density");
        Bandwidth = bandwidth ?? ScottBandwidth(points, dimensions);
        if (!(Bandwidth > 0 && double.IsFinite(Bandwidth)))
            throw new ArgumentException($"bandwidth is {Bandwidth}; it must be more than 0.", nameof(bandwidth));
        _tree = new KdTree(points, dimensions);
        _logConstant = -Math.Log(_tree.Count) - (dimensions * (Math.Log(Bandwidth) + (0.5 * Math.Log(2 * Math.PI))));
    }

    /// <summary>Bandwidth h, the standard deviation of each Gaussian.</summary>
    public double Bandwidth { get; }

    /// <summary>Number of coordinates of a point.</summary>
    public int Dimensions => _tree.Dimensions;

    /// <summary>log p(x) in nats, with x rounded to single precision.</summary>
    /// <exception cref="ArgumentException">The position has another number of dimensions.</exception>
    public double LogDensity(ReadOnlySpan<double> position)
    {
        if (position.Length != Dimensions)
            throw new ArgumentException(
                $"the position has {position.Length} dimensions; the points have {Dimensions}.",
                nameof(position)
            );
        Span<float> point = Dimensions <= 64 ? stackalloc float[Dimensions] : new float[Dimensions];
        for (int d = 0; d < point.Length; d++)
            point[d] = (float)position[d];
        return LogDensity(point);
    }

    /// <summary>log p(x) in nats.</summary>
    /// <inheritdoc cref="LogDensity(ReadOnlySpan{double})"/>
    public double LogDensity(ReadOnlySpan<float> position)
    {
        if (position.Length != Dimensions)
            throw new ArgumentException(
                $"the position has {position.Length} dimensions; the points have {Dimensions}.",
                nameof(position)
            );
        foreach (float value in position)
            if (!float.IsFinite(value))
                return double.NegativeInfinity;
        int nearest = 0;
        double square = 0;
        _tree.Nearest(position, -1, new Span<int>(ref nearest), new Span<double>(ref square));
        // Terms are relative to the largest one, so that none underflows, however far away x is. Together the ignored
        // points contribute at most e^−28 of it.
        double scale = 1 / (2 * Bandwidth * Bandwidth);
        var sum = new KernelSum(scale, square, stackalloc double[KernelSum.Capacity]);
        _tree.Visit(position, square + ((Cutoff + Math.Log(_tree.Count)) / scale), ref sum);
        return _logConstant - (scale * square) + Math.Log(sum.Total());
    }

    /// <summary>Scott's rule: N^(−1/(d + 4)) times the square root of the mean variance of the coordinates.</summary>
    /// <remarks>Scott 1992, section 6.3. Returns 1 if all points are equal.</remarks>
    /// <exception cref="ArgumentException">
    /// There are no points, the number of values is not a multiple of the dimensions, or a value is not finite.
    /// </exception>
    public static double ScottBandwidth(ReadOnlySpan<float> points, int dimensions)
    {
        PointTable.Check(points, dimensions, 1, "a bandwidth");
        int count = points.Length / dimensions;
        double variance = 0;
        for (int d = 0; d < dimensions; d++)
        {
            double mean = 0,
                sum = 0;
            for (int i = d; i < points.Length; i += dimensions)
                mean += points[i];
            mean /= count;
            for (int i = d; i < points.Length; i += dimensions)
                sum += (points[i] - mean) * (points[i] - mean);
            variance += sum / Math.Max(1, count - 1);
        }
        return variance > 0 ? Math.Sqrt(variance / dimensions) * Math.Pow(count, -1.0 / (dimensions + 4)) : 1;
    }

    /// <summary>
    /// Σ exp(−s·(d² − d₀²)). Exponents are collected so that many are computed with vector instructions.
    /// </summary>
    private ref struct KernelSum(double scale, double nearest, Span<double> exponents) : IBallVisitor
    {
        public const int Capacity = 128;

        private readonly Span<double> _exponents = exponents;
        private int _count;
        private double _sum;

        public readonly bool Skips(int node) => false;

        public bool Visit(int position, double squaredDistance)
        {
            _exponents[_count++] = -scale * (squaredDistance - nearest);
            if (_count == Capacity)
                Flush();
            return true;
        }

        public double Total()
        {
            Flush();
            return _sum;
        }

        private void Flush()
        {
            var terms = _exponents[.._count];
            TensorPrimitives.Exp(terms, terms);
            _sum += TensorPrimitives.Sum<double>(terms);
            _count = 0;
        }
    }
}
