using Elbo.Engine.Kernels;
using ILGPU;

namespace Elbo.Gpu.Kernels;

/// <summary>C (+)= A·B, for machines without cuBLAS.</summary>
/// <remarks>
/// A group computes a tile of C. It copies tiles of A and B into shared memory, one after the other along k, so every
/// element of C is summed in ascending order of k. Each thread computes four rows of one column.
/// </remarks>
internal static unsafe class TiledProduct
{
    /// <summary>Columns of a tile of C, and the length of tiles along k: the threads of a warp.</summary>
    public const int Side = 32;

    /// <summary>Rows of a tile for each warp of the group.</summary>
    public const int RowsPerWarp = 4;

    /// <summary>The most warps of a group.</summary>
    public const int MostWarps = Side / RowsPerWarp;

    /// <summary>Floats between rows in shared memory; odd, so that columns lie in different banks.</summary>
    private const int Pitch = Side + 1;

    /// <summary>Addresses and sizes of a product. Strides are those between the rows and the columns of the matrices.</summary>
    public struct Operands
    {
        public long A,
            B,
            C;
        public int Rows,
            Columns,
            Depth;
        public long RowStrideA,
            ColumnStrideA,
            RowStrideB,
            ColumnStrideB;
        public Flag Adds;
    }

    /// <summary>Computes the tile of the group's index.</summary>
    public static void Run(Operands o)
    {
        var a = SharedMemory.Allocate<float>(Side * Pitch);
        var b = SharedMemory.Allocate<float>(Side * Pitch);
        int warps = Group.DimX / Side,
            warp = Group.IdxX / Side,
            lane = Group.IdxX % Side,
            height = warps * RowsPerWarp;
        int across = (o.Columns + Side - 1) / Side;
        int firstRow = Grid.IdxX / across * height,
            firstColumn = Grid.IdxX % across * Side;
        float sum0 = 0,
            sum1 = 0,
            sum2 = 0,
            sum3 = 0;
        for (int start = 0; start < o.Depth; start += Side)
        {
            for (int i = warp; i < height; i += warps)
            {
                int row = firstRow + i,
                    k = start + lane;
                a[i * Pitch + lane] =
                    row < o.Rows && k < o.Depth ? ((float*)o.A)[row * o.RowStrideA + k * o.ColumnStrideA] : 0;
            }
            for (int i = warp; i < Side; i += warps)
            {
                int k = start + i,
                    column = firstColumn + lane;
                b[i * Pitch + lane] =
                    k < o.Depth && column < o.Columns ? ((float*)o.B)[k * o.RowStrideB + column * o.ColumnStrideB] : 0;
            }
            Group.Barrier();
            int first = warp * RowsPerWarp * Pitch;
            for (int k = 0; k < Side; k++)
            {
                float factor = b[k * Pitch + lane];
                sum0 += a[first + k] * factor;
                sum1 += a[first + Pitch + k] * factor;
                sum2 += a[first + 2 * Pitch + k] * factor;
                sum3 += a[first + 3 * Pitch + k] * factor;
            }
            Group.Barrier();
        }
        int place = firstRow + warp * RowsPerWarp;
        Write(o, place, firstColumn + lane, sum0);
        Write(o, place + 1, firstColumn + lane, sum1);
        Write(o, place + 2, firstColumn + lane, sum2);
        Write(o, place + 3, firstColumn + lane, sum3);
    }

    private static void Write(Operands o, int row, int column, float sum)
    {
        if (row >= o.Rows || column >= o.Columns)
            return;
        long place = (long)row * o.Columns + column;
        float* c = (float*)o.C + place;
        *c = o.Adds ? *c + sum : sum;
    }
}
