namespace Elbo.Figures;

/// <summary>How <see cref="ImageGrid"/> lays images out.</summary>
public sealed record ImageGridOptions
{
    /// <summary>Pixels of the images' own size between neighbours (none around the whole); default 0.</summary>
    public int Padding { get; init; }

    /// <summary>Grey of the padding and of empty cells, 0–255; default 255, white.</summary>
    public byte Background { get; init; } = 255;

    /// <summary>How many times each pixel is repeated in both directions; default 1.</summary>
    public int Scale { get; init; } = 1;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="ArgumentException">The padding is negative or the scale less than 1.</exception>
    public void Validate()
    {
        if (Padding < 0)
            throw new ArgumentException($"Padding is {Padding}; 0 or more pixels are needed.");
        if (Scale < 1)
            throw new ArgumentException($"Scale is {Scale}; 1 or more is needed.");
    }
}
