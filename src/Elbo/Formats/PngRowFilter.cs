namespace Elbo.Formats;

/// <summary>PNG's five row filters, and the choice among them by the smallest sum of absolute differences.</summary>
/// <remarks>W3C PNG specification, sections 9.2 and 12.7.</remarks>
internal sealed class PngRowFilter(int rowLength, int bytesPerPixel)
{
    private const int FilterCount = 5;

    private readonly byte[][] _candidates = [.. Enumerable.Range(0, FilterCount).Select(_ => new byte[rowLength + 1])];

    /// <summary>The filter's number followed by the filtered row; valid until the next call.</summary>
    public ReadOnlySpan<byte> Choose(ReadOnlySpan<byte> row, ReadOnlySpan<byte> above)
    {
        int best = 0;
        long smallest = long.MaxValue;
        for (int type = 0; type < FilterCount; type++)
        {
            long cost = Apply(type, row, above, _candidates[type]);
            if (cost >= smallest)
                continue;
            smallest = cost;
            best = type;
        }
        return _candidates[best];
    }

    /// <summary>Turns a filtered row back into bytes of pixels, in place.</summary>
    /// <param name="filter">The filter's number.</param>
    /// <param name="row">The filtered row, without that number.</param>
    /// <param name="above">The row before it, as it was; zeros for the first.</param>
    /// <param name="bytesPerPixel">Bytes to the pixel on the left.</param>
    /// <exception cref="InvalidDataException">There is no such filter.</exception>
    public static void Undo(int filter, Span<byte> row, ReadOnlySpan<byte> above, int bytesPerPixel)
    {
        if (filter is < 0 or >= FilterCount)
            throw new InvalidDataException($"found row filter {filter}; expected 0 to {FilterCount - 1}.");
        if (filter == 0)
            return;
        for (int i = 0; i < row.Length; i++)
            row[i] += Predict(filter, row, above, i, bytesPerPixel);
    }

    private long Apply(int type, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, byte[] filtered)
    {
        filtered[0] = (byte)type;
        long cost = 0;
        for (int i = 0; i < row.Length; i++)
        {
            byte predicted = Predict(type, row, above, i, bytesPerPixel);
            byte difference = (byte)(row[i] - predicted);
            filtered[i + 1] = difference;
            cost += Math.Abs((int)(sbyte)difference);
        }
        return cost;
    }

    /// <summary>What a filter expects at <paramref name="i"/> from the bytes to the left and above.</summary>
    private static byte Predict(int filter, ReadOnlySpan<byte> row, ReadOnlySpan<byte> above, int i, int bytesPerPixel)
    {
        int left = i < bytesPerPixel ? 0 : row[i - bytesPerPixel];
        int up = above[i];
        int upLeft = i < bytesPerPixel ? 0 : above[i - bytesPerPixel];
        return (byte)(
            filter switch
            {
                0 => 0,
                1 => left,
                2 => up,
                3 => (left + up) / 2,
                _ => Paeth(left, up, upLeft),
            }
        );
    }

    private static int Paeth(int left, int up, int upLeft)
    {
        int estimate = left + up - upLeft;
        int toLeft = Math.Abs(estimate - left),
            toUp = Math.Abs(estimate - up),
            toUpLeft = Math.Abs(estimate - upLeft);
        if (toLeft <= toUp && toLeft <= toUpLeft)
            return left;
        return toUp <= toUpLeft ? up : upLeft;
    }
}
