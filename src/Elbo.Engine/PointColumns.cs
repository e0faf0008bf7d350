using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine;

/// <summary>
/// Points stored coordinate by coordinate, so that distances from one point to many are computed with vector
/// instructions.
/// </summary>
/// <remarks>
/// Instances are immutable, so any number of threads can use one at the same time. Each distance is summed in the order
/// of the dimensions, so results do not depend on how the points are divided among calls.
/// </remarks>
public sealed unsafe class PointColumns
{
    private readonly float[] _columns;
    private readonly int _width;

    /// <summary>Copies the points.</summary>
    /// <param name="points">Coordinates (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of coordinates of a point, at least 1.</param>
    /// <exception cref="ArgumentException">The number of values is not a multiple of the dimensions.</exception>
    public PointColumns(ReadOnlySpan<float> points, int dimensions)
        : this(points, dimensions, null) { }

    /// <summary>Copies the points and selects an instruction set by name; null selects the fastest.</summary>
    internal PointColumns(ReadOnlySpan<float> points, int dimensions, string? instructionSet)
    {
        if (dimensions < 1 || points.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {points.Length} numbers; points of {dimensions} dimensions need a multiple of that.",
                nameof(points)
            );
        _width = InstructionSet.Select(instructionSet).Name switch
        {
            "avx512" => 16,
            "avx2" => 8,
            "vector128" => 4,
            _ => 1,
        };
        (Dimensions, Count) = (dimensions, points.Length / dimensions);
        _columns = new float[points.Length];
        for (int i = 0; i < Count; i++)
        for (int d = 0; d < dimensions; d++)
            _columns[((long)d * Count) + i] = points[(i * dimensions) + d];
    }

    /// <summary>Number of coordinates of a point.</summary>
    public int Dimensions { get; }

    /// <summary>Number of points N.</summary>
    public int Count { get; }

    /// <summary>
    /// Squared distances ‖xᵢ − p‖² for the points from index <paramref name="start"/>, one per element of
    /// <paramref name="result"/>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The point has another number of dimensions, or the range exceeds the points.
    /// </exception>
    public void SquaredDistances(ReadOnlySpan<float> point, int start, Span<float> result) =>
        Run<DistanceKernels.Squared>(point, 0, start, result);

    /// <summary>
    /// Gaussian kernel exp(−s·‖xᵢ − p‖²), s = <paramref name="scale"/>, for the points from index
    /// <paramref name="start"/>, one per element of <paramref name="result"/>.
    /// </summary>
    /// <exception cref="ArgumentException">
    /// The point has another number of dimensions, or the range exceeds the points.
    /// </exception>
    public void GaussianKernel(ReadOnlySpan<float> point, float scale, int start, Span<float> result) =>
        Run<DistanceKernels.Gaussian>(point, scale, start, result);

    private void Run<TKernel>(ReadOnlySpan<float> point, float scale, int start, Span<float> result)
        where TKernel : struct, IKernel<DistanceKernels.Args>
    {
        if (point.Length != Dimensions)
            throw new ArgumentException(
                $"the point has {point.Length} dimensions; those it is compared with have {Dimensions}.",
                nameof(point)
            );
        if (start < 0 || result.Length > Count - start)
            throw new ArgumentException(
                $"{result.Length} points from {start} on were asked for; there are {Count}.",
                nameof(result)
            );
        if (result.IsEmpty)
            return;
        fixed (
            float* columns = _columns,
                p = point,
                r = result
        )
        {
            var args = new DistanceKernels.Args
            {
                Columns = columns + start,
                Point = p,
                Result = r,
                Stride = Count,
                Dimensions = Dimensions,
                Count = result.Length,
                Scale = scale,
            };
            switch (_width)
            {
                case 16:
                    TKernel.Run<F32x16>(&args, new Worker(0, 1));
                    break;
                case 8:
                    TKernel.Run<F32x8>(&args, new Worker(0, 1));
                    break;
                case 4:
                    TKernel.Run<F32x4>(&args, new Worker(0, 1));
                    break;
                default:
                    TKernel.Run<F32x1>(&args, new Worker(0, 1));
                    break;
            }
        }
    }
}
