using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine;

/// <summary>
/// Points kept coordinate by coordinate, so that distances from one point to many of them are computed a register at a
/// time.
/// </summary>
/// <remarks>
/// It has no state but the points: any number of threads may ask at once. A distance is summed in the order of the
/// dimensions whatever the piece of the points it is asked with, so results do not depend on how work is split.
/// </remarks>
public sealed unsafe class PointColumns
{
    private readonly float[] _columns;
    private readonly int _width;

    /// <summary>Copies points.</summary>
    /// <param name="points">(N, <paramref name="dimensions"/>), row by row.</param>
    /// <param name="dimensions">Length of a point, 1 or more.</param>
    /// <exception cref="ArgumentException">The numbers are not whole points.</exception>
    public PointColumns(ReadOnlySpan<float> points, int dimensions)
        : this(points, dimensions, null) { }

    /// <summary>
    /// Copies points; distances are computed with the instruction set of that name, null for the fastest.
    /// </summary>
    internal PointColumns(ReadOnlySpan<float> points, int dimensions, string? instructionSet)
    {
        if (dimensions < 1 || points.Length % dimensions != 0)
            throw new ArgumentException(
                $"{points.Length} numbers came; points of {dimensions} dimensions need a multiple of that.",
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

    /// <summary>Length of a point.</summary>
    public int Dimensions { get; }

    /// <summary>N, the number of points.</summary>
    public int Count { get; }

    /// <summary>
    /// ‖xᵢ − p‖² of the points from <paramref name="start"/> on, as many as there is room for in
    /// <paramref name="result"/>.
    /// </summary>
    /// <exception cref="ArgumentException">The point is of another length, or there are not so many points.</exception>
    public void SquaredDistances(ReadOnlySpan<float> point, int start, Span<float> result) =>
        Run<DistanceKernels.Squared>(point, 0, start, result);

    /// <summary>
    /// The Gaussian kernel exp(−s·‖xᵢ − p‖²), s = <paramref name="scale"/>, of the points from <paramref name="start"/>
    /// on.
    /// </summary>
    /// <exception cref="ArgumentException">The point is of another length, or there are not so many points.</exception>
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
