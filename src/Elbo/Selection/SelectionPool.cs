namespace Elbo.Selection;

/// <summary>
/// The images that a strategy chooses from: their latent codes and, for strategies that compare images, functions that
/// return pixels.
/// </summary>
public sealed class SelectionPool
{
    /// <summary>Wraps codes without copying them.</summary>
    /// <param name="codes">Finite codes (N, <paramref name="dimensions"/>), row-major.</param>
    /// <param name="dimensions">Number of dimensions of a code.</param>
    /// <exception cref="ArgumentException">
    /// There are no codes, the number of values is not a multiple of the dimensions, or a value is not finite.
    /// </exception>
    public SelectionPool(ReadOnlyMemory<float> codes, int dimensions)
    {
        if (dimensions < 1 || codes.Length == 0 || codes.Length % dimensions != 0)
            throw new ArgumentException(
                $"got {codes.Length} numbers; codes of {dimensions} dimensions need a positive multiple of that.",
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

    /// <summary>All codes (N, <see cref="Dimensions"/>), row-major.</summary>
    public ReadOnlyMemory<float> Codes { get; }

    /// <summary>Number of dimensions of a code.</summary>
    public int Dimensions { get; }

    /// <summary>Number of images N.</summary>
    public int Count => Codes.Length / Dimensions;

    /// <summary>
    /// Returns the original images with given indices as intensities in [0, 1], (indices, pixels); null if there are
    /// none.
    /// </summary>
    /// <remarks>Called from the selecting thread, never concurrently.</remarks>
    public Func<ReadOnlySpan<int>, float[]>? Originals { get; init; }

    /// <summary>
    /// Decodes codes (n, <see cref="Dimensions"/>) to intensities in [0, 1], (n, pixels); null if there is no model.
    /// </summary>
    /// <remarks>Called from the selecting thread, never concurrently.</remarks>
    public Func<ReadOnlySpan<float>, float[]>? Decode { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The choice does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>The code of one image.</summary>
    public ReadOnlySpan<float> Code(int index) => Codes.Span.Slice(index * Dimensions, Dimensions);

    /// <summary>Checks that a budget is possible for this pool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not from 1 to the number of images.</exception>
    public void RequireBudget(int budget)
    {
        if (budget < 1 || budget > Count)
            throw new ArgumentOutOfRangeException(
                nameof(budget),
                $"budget is {budget}; it must be from 1 to {Count:N0}, the number of images."
            );
    }

    /// <summary>A copy of the codes of some images, row-major.</summary>
    internal float[] Rows(IReadOnlyList<int> indices)
    {
        float[] rows = new float[indices.Count * Dimensions];
        for (int k = 0; k < indices.Count; k++)
            Code(indices[k]).CopyTo(rows.AsSpan(k * Dimensions));
        return rows;
    }

    /// <summary>
    /// The diagonal of the bounding box of all codes, an upper bound on the distance between two codes.
    /// </summary>
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
