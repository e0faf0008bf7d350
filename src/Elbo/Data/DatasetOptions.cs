using Elbo.Imaging;

namespace Elbo.Data;

/// <summary>
/// What can be said of a dataset beyond its name: today all of it is about <see cref="ImageFolderSource"/>.
/// </summary>
/// <remarks>
/// What is null was not said. <see cref="DatasetSource.Validate"/> refuses what a dataset has no use for.
/// </remarks>
public sealed record DatasetOptions
{
    /// <summary>The folder of image files.</summary>
    public string? Images { get; init; }

    /// <summary>The size that images are brought to; null takes the one that all share.</summary>
    public ImageSize? ImageSize { get; init; }

    /// <summary>Whether images become grey or RGB; null takes grey where all files are grey, else RGB.</summary>
    public ImageColour? Colour { get; init; }

    /// <summary>
    /// What transparent images lie on; null is white where their visible pixels are dark on average, else black.
    /// </summary>
    public BackgroundColour? Background { get; init; }

    /// <summary>Whether a file that cannot be read is an error; null is false, which skips it.</summary>
    public bool? Strict { get; init; }

    /// <summary>
    /// Share of the images kept for testing, above 0 and below 1; null is
    /// <see cref="ImageFolderSource.DefaultTestFraction"/>.
    /// </summary>
    public float? TestFraction { get; init; }

    /// <summary>The first option that was said, by its name on the command line, or null.</summary>
    internal string? FirstGiven =>
        Images is not null ? "images"
        : ImageSize is not null ? "image-size"
        : Colour is not null ? "colour"
        : Background is not null ? "background"
        : Strict is not null ? "strict"
        : TestFraction is not null ? "test-fraction"
        : null;
}

/// <summary>What a pixel of a loaded image is.</summary>
public enum ImageColour
{
    /// <summary>One intensity, of colours their luma by ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.</summary>
    Grey,

    /// <summary>Red, green and blue.</summary>
    Rgb,
}
