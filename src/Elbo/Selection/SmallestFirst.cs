namespace Elbo.Selection;

/// <summary>Tells the smallest numbers from the others without sorting them.</summary>
internal static class SmallestFirst
{
    /// <summary>
    /// Brings the <paramref name="count"/> smallest of <paramref name="values"/> to the front, in some order that
    /// follows from theirs.
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
            // Up to j nothing is above the pivot, from i on nothing below, and what is between equals it.
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
