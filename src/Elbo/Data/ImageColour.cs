namespace Elbo.Data;

/// <summary>What a pixel of a loaded image is.</summary>
public enum ImageColour
{
    /// <summary>One intensity, of colours their luma by ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.</summary>
    Grey,

    /// <summary>Red, green and blue.</summary>
    Rgb,
}
