namespace Elbo.Neighbours;

/// <summary>Partitions values into the smallest and the rest, without sorting them.</summary>
internal static class SmallestFirst
{
    /// <summary>
    /// Moves the <paramref name="count"/> smallest of <paramref name="values"/> to the front, in an order that depends
    /// only on the input.
    /// </summary>
    /// <remarks>Hoare 1961, "Algorithm 65: find", with the median of three as pivot. No value may be NaN.</remarks>
    public static void Arrange(Span<float> values, int count)
    {
        int low = 0,
            high = values.Length - 1;
        while (low < high && count > 0 && count < values.Length)
        {
            float pivot = MedianOfThree(values[low], values[low + ((high - low) / 2)], values[high]);
            int i = low,
                j = high;
            while (i <= j)
            {
                while (values[i] < pivot)
                    i++;
                while (values[j] > pivot)
                    j--;
                if (i > j)
                    break;
                (values[i], values[j]) = (values[j], values[i]);
                i++;
                j--;
            }
            // Values up to j are at most the pivot, values from i at least the pivot, and values between equal it.
            if (count - 1 <= j)
                high = j;
            else if (count - 1 >= i)
                low = i;
            else
                return;
        }
    }

    private static float MedianOfThree(float a, float b, float c) =>
        Math.Max(Math.Min(a, b), Math.Min(Math.Max(a, b), c));
}
