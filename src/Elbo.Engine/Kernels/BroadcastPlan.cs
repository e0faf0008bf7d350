namespace Elbo.Engine.Kernels;

/// <summary>
/// How two operands are walked when they broadcast to one output: rows of columns, merged as far as possible.
/// </summary>
/// <remarks>
/// Neighbouring dimensions are merged where both operands run through them evenly, so that the common cases have one
/// row.
/// </remarks>
internal unsafe struct BroadcastPlan
{
    private fixed int _extents[Shape.MaxRank]; // innermost first
    private fixed long _stridesA[Shape.MaxRank]; // 0 where the operand repeats
    private fixed long _stridesB[Shape.MaxRank];
    private int _rank;

    public BroadcastPlan(Shape a, Shape b, Shape output)
    {
        long strideA = 1,
            strideB = 1;
        for (int i = 1; i <= output.Rank; i++)
        {
            int extent = output[output.Rank - i];
            int extentA = i <= a.Rank ? a[a.Rank - i] : 1,
                extentB = i <= b.Rank ? b[b.Rank - i] : 1;
            if (extent != 1)
                Append(extent, extentA == 1 ? 0 : strideA, extentB == 1 ? 0 : strideB);
            strideA *= extentA;
            strideB *= extentB;
        }
        if (_rank == 0)
            Append(1, 0, 0);
        Columns = _extents[0];
        ColumnStrideA = _stridesA[0];
        ColumnStrideB = _stridesB[0];
        Rows = 1;
        for (int i = 1; i < _rank; i++)
            Rows *= _extents[i];
    }

    public long Rows { get; }

    public long Columns { get; }

    /// <summary>1, or 0 where every column meets the same element.</summary>
    public long ColumnStrideA { get; }

    public long ColumnStrideB { get; }

    /// <summary>Where row <paramref name="row"/> begins in each operand.</summary>
    public readonly void Offsets(long row, out long offsetA, out long offsetB)
    {
        offsetA = offsetB = 0;
        for (int i = 1; i < _rank; i++)
        {
            long index = row % _extents[i];
            row /= _extents[i];
            offsetA += index * _stridesA[i];
            offsetB += index * _stridesB[i];
        }
    }

    private void Append(int extent, long strideA, long strideB)
    {
        int inner = _rank - 1;
        if (
            _rank > 0
            && Merges(strideA, _stridesA[inner], _extents[inner])
            && Merges(strideB, _stridesB[inner], _extents[inner])
        )
        {
            _extents[inner] *= extent;
            return;
        }
        _extents[_rank] = extent;
        _stridesA[_rank] = strideA;
        _stridesB[_rank] = strideB;
        _rank++;
    }

    private static bool Merges(long outerStride, long innerStride, int innerExtent) =>
        innerStride == 0 ? outerStride == 0 : outerStride == innerStride * innerExtent;
}
