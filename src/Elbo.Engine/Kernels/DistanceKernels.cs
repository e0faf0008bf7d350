using System.Runtime.CompilerServices;
using Elbo.Engine.Kernels.Simd;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace Elbo.Engine.Kernels;

/// <summary>
/// Distances from one point to many. A register holds the same coordinate of consecutive points, so each lane sums one
/// distance in the order of the dimensions.
/// </summary>
internal static unsafe class DistanceKernels
{
    /// <summary>Points by coordinate: coordinate d of point i is <c>Columns[d·Stride + i]</c>.</summary>
    public struct Args
    {
        public float* Columns,
            Point,
            Result;
        public nint Stride;
        public int Dimensions,
            Count;
        public float Scale;
    }

    /// <summary>‖xᵢ − p‖²</summary>
    public readonly struct Squared : IKernel<Args>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int i = 0,
                count = args->Count;
            float* result = args->Result;
            for (; i <= count - V.Width; i += V.Width)
                Sum<V>(args, i).Store(result + i);
            if (i < count)
                PartialSum<V>(args, i, count - i).StorePartial(result + i, count - i);
        }
    }

    /// <summary>exp(−s·‖xᵢ − p‖²)</summary>
    public readonly struct Gaussian : IKernel<Args>
    {
        [MethodImpl(AggressiveOptimization)]
        public static void Run<V>(Args* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int i = 0,
                count = args->Count;
            float* result = args->Result;
            var scale = V.Broadcast(-args->Scale);
            for (; i <= count - V.Width; i += V.Width)
                VectorMath.Exp(scale * Sum<V>(args, i)).Store(result + i);
            if (i < count)
                VectorMath.Exp(scale * PartialSum<V>(args, i, count - i)).StorePartial(result + i, count - i);
        }
    }

    [MethodImpl(AggressiveInlining)]
    private static V Sum<V>(Args* args, int i)
        where V : unmanaged, ISimd<V>
    {
        float* column = args->Columns + i,
            point = args->Point;
        var sum = V.Broadcast(0);
        for (int d = 0; d < args->Dimensions; d++, column += args->Stride)
        {
            var difference = V.Load(column) - V.Broadcast(point[d]);
            sum = V.Fma(difference, difference, sum);
        }
        return sum;
    }

    [MethodImpl(AggressiveInlining)]
    private static V PartialSum<V>(Args* args, int i, int rest)
        where V : unmanaged, ISimd<V>
    {
        float* column = args->Columns + i,
            point = args->Point;
        var sum = V.Broadcast(0);
        for (int d = 0; d < args->Dimensions; d++, column += args->Stride)
        {
            var difference = V.LoadPartial(column, rest) - V.Broadcast(point[d]);
            sum = V.Fma(difference, difference, sum);
        }
        return sum;
    }
}
