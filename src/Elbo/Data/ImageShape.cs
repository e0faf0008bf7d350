namespace Elbo.Data;

/// <summary>The size of one image: channels, height, width (the order in which pixels are stored).</summary>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Number of values in one image.</summary>
    public int PixelCount => Channels * Height * Width;

    /// <summary>As a person writes it: <c>28×28</c>, or <c>32×32×3</c> with colour.</summary>
    public override string ToString() => Channels == 1 ? $"{Height}×{Width}" : $"{Height}×{Width}×{Channels}";
}
