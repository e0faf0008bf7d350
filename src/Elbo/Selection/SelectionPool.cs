namespace Elbo.Selection;

/// <summary>
/// The images that a strategy chooses from: their latent codes, and their pixels for those strategies that look at
/// them.
/// </summary>
public sealed class SelectionPool
{
    /// <summary>Wraps codes without copying them.</summary>
    /// <param name="codes">(N, <paramref name="dimensions"/>), row by row, all finite.</param>
    /// <param name="dimensions">Length of a code.</param>
    /// <exception cref="ArgumentException">There are none, they are not whole, or one is not finite.</exception>
    public SelectionPool(ReadOnlyMemory<float> codes, int dimensions)
    {
        if (dimensions < 1 || codes.Length == 0 || codes.Length % dimensions != 0)
            throw new ArgumentException(
                $"{codes.Length} numbers came; codes of {dimensions} dimensions need a positive multiple of that.",
                nameof(codes)
            );
        var values = codes.Span;
        for (int i = 0; i < values.Length; i++)
            if (!float.IsFinite(values[i]))
                throw new ArgumentException(
                    $"coordinate {(i % dimensions) + 1} of code {i / dimensions} is {values[i]}; a selection "
                        + "needs finite numbers.",
                    nameof(codes)
                );
        (Codes, Dimensions) = (codes, dimensions);
    }

    /// <summary>All codes, (N, <see cref="Dimensions"/>), row by row.</summary>
    public ReadOnlyMemory<float> Codes { get; }

    /// <summary>Length of a code.</summary>
    public int Dimensions { get; }

    /// <summary>N, the number of images.</summary>
    public int Count => Codes.Length / Dimensions;

    /// <summary>
    /// The originals of some images by index, as intensities in [0, 1], (indices, pixels); null where there are none.
    /// </summary>
    /// <remarks>Called on the thread that selects, by one caller at a time.</remarks>
    public Func<ReadOnlySpan<int>, float[]>? Originals { get; init; }

    /// <summary>
    /// What a model draws for codes (n, <see cref="Dimensions"/>), as intensities in [0, 1], (n, pixels); null where
    /// there is no model.
    /// </summary>
    /// <remarks>Called on the thread that selects, by one caller at a time.</remarks>
    public Func<ReadOnlySpan<float>, float[]>? Decode { get; init; }

    /// <summary>Threads to compute with, 0 for one per processor; the choice does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The code of one image.</summary>
    public ReadOnlySpan<float> Code(int index) => Codes.Span.Slice(index * Dimensions, Dimensions);

    /// <summary>Checks that so many images can be chosen of this pool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">They cannot.</exception>
    public void RequireBudget(int budget)
    {
        if (budget < 1 || budget > Count)
            throw new ArgumentOutOfRangeException(
                nameof(budget),
                $"budget is {budget}; it must be from 1 to {Count:N0}, the number of images."
            );
    }

    /// <summary>A copy of the codes of some images, row by row.</summary>
    internal float[] Rows(IReadOnlyList<int> indices)
    {
        float[] rows = new float[indices.Count * Dimensions];
        for (int k = 0; k < indices.Count; k++)
            Code(indices[k]).CopyTo(rows.AsSpan(k * Dimensions));
        return rows;
    }

    /// <summary>The diagonal of the box around all codes: no two are farther apart.</summary>
    internal float Diagonal()
    {
        double sum = 0;
        var codes = Codes.Span;
        for (int d = 0; d < Dimensions; d++)
        {
            float low = float.PositiveInfinity,
                high = float.NegativeInfinity;
            for (int i = d; i < codes.Length; i += Dimensions)
                (low, high) = (Math.Min(low, codes[i]), Math.Max(high, codes[i]));
            sum += ((double)high - low) * ((double)high - low);
        }
        return MathF.BitIncrement((float)Math.Sqrt(sum));
    }
}
