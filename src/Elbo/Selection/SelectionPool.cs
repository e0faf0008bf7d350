namespace Elbo.Selection;

/// <summary>
/// The images that a strategy chooses from: their latent codes and, for strategies that compare images, a function that
/// decodes them.
/// </summary>
public sealed class SelectionPool
{
    private readonly Lazy<DistinctImages> _distinct;
    private readonly bool[]? _isLabelled;
    private readonly int[] _labelled = [];

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
        _distinct = new Lazy<DistinctImages>(() => DistinctImages.Of(this));
    }

    /// <summary>All codes (N, <see cref="Dimensions"/>), row-major.</summary>
    public ReadOnlyMemory<float> Codes { get; }

    /// <summary>Number of dimensions of a code.</summary>
    public int Dimensions { get; }

    /// <summary>Number of images N.</summary>
    public int Count => Codes.Length / Dimensions;

    /// <summary>
    /// Indices of images that have a label already. They count as chosen, and neither they nor their copies are chosen
    /// again.
    /// </summary>
    /// <exception cref="ArgumentException">An index is not of this pool.</exception>
    public IReadOnlyList<int> Labelled
    {
        get => _labelled;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            _isLabelled = new bool[Count];
            foreach (int index in value)
            {
                if (index < 0 || index >= Count)
                    throw new ArgumentException(
                        $"image {index} is labelled; the pool has images 0 to {Count - 1}.",
                        nameof(value)
                    );
                _isLabelled[index] = true;
            }
            _labelled = [.. Enumerable.Range(0, Count).Where(IsLabelled)];
        }
    }

    /// <summary>
    /// A number per image that is the same for images with equal content, such as equal pixels or files; null if only
    /// the codes are known.
    /// </summary>
    /// <exception cref="ArgumentException">The numbers do not match the codes.</exception>
    public IReadOnlyList<int>? Contents
    {
        get;
        init =>
            field =
                value is null || value.Count == Count
                    ? value
                    : throw new ArgumentException(
                        $"got the contents of {value.Count} images with {Count} codes; each code needs one.",
                        nameof(value)
                    );
    }

    /// <summary>
    /// Decodes codes (n, <see cref="Dimensions"/>) to intensities in [0, 1], (n, pixels); null if there is no model.
    /// </summary>
    /// <remarks>Called from the selecting thread, never concurrently.</remarks>
    public Func<ReadOnlySpan<float>, float[]>? Decode { get; init; }

    /// <summary>Number of threads; 0 means one per processor. The choice does not depend on it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public int Threads
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    }

    /// <summary>The code of one image.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<float> Code(int index)
    {
        Require.Index(index, Count, "images");
        return Codes.Span.Slice(index * Dimensions, Dimensions);
    }

    /// <summary>Whether an image has a label already.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public bool IsLabelled(int index)
    {
        Require.Index(index, Count, "images");
        return _isLabelled is not null && _isLabelled[index];
    }

    /// <summary>The pool without copies; computed on first use.</summary>
    internal DistinctImages Distinct => _distinct.Value;

    /// <summary>Number of images that are neither labelled nor copies of labelled ones.</summary>
    internal int Available =>
        Labelled.Count == 0 ? Count : Enumerable.Range(0, Count).Count(i => !Distinct.IsLabelled(i));

    /// <summary>Checks that a budget is possible for this pool.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The budget is not from 1 to the number of images.</exception>
    internal void RequireBudget(int budget)
    {
        int available = Available;
        if (budget < 1 || budget > available)
            throw new ArgumentOutOfRangeException(
                nameof(budget),
                $"budget is {budget}; it must be from 1 to {available:N0}, the number of images"
                    + $"{(Labelled.Count == 0 ? "" : " that are neither labelled nor copies of labelled ones")}."
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
