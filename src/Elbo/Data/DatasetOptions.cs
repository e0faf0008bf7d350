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

    /// <summary>Its options by name.</summary>
    internal static IReadOnlyList<OptionOf<DatasetOptions>> List { get; } =
    [
        OptionOf<DatasetOptions>.Folder(
            "images",
            "with the dataset image-folder: folder of PNG, JPEG, WebP, BMP, GIF and TIFF files, a folder in "
                + "it for each class or all in one",
            o => o.Images,
            (o, v) => o with { Images = v }
        ),
        OptionOf<DatasetOptions>.Parsed(
            "image-size",
            "the size these are brought to, as 64 or 64x48 (width first), covering it and cut evenly",
            ParseSize,
            o => o.ImageSize,
            (o, v) => o with { ImageSize = v }
        ) with
        {
            ValueName = "SIZE",
            Default = "the size that all images share",
        },
        OptionOf<DatasetOptions>.OneOf<ImageColour>(
            "colour",
            "what these become",
            o => o.Colour,
            (o, v) => o with { Colour = v }
        ) with
        {
            Default = "grey where every file is grey, else rgb",
        },
        OptionOf<DatasetOptions>.Parsed(
            "background",
            "what transparent ones lie on: white, black or #rrggbb",
            ParseBackground,
            o => o.Background,
            (o, v) => o with { Background = v }
        ) with
        {
            ValueName = "COLOUR",
            Default = "white where the visible pixels are dark on average, else black",
        },
        OptionOf<DatasetOptions>.Flag(
            "strict",
            "make a file that cannot be read an error instead of skipping it",
            o => o.Strict,
            (o, v) => o with { Strict = v }
        ),
        OptionOf<DatasetOptions>.Number(
            "test-fraction",
            "share of these kept for testing",
            o => o.TestFraction,
            (o, v) => o with { TestFraction = v }
        ) with
        {
            Default = $"{ImageFolderSource.DefaultTestFraction}",
            Range = OptionRange.ProperFraction,
        },
    ];

    private static ImageSize ParseSize(string text) =>
        Imaging.ImageSize.TryParse(text, out var size)
            ? size
            : throw new FormatException(
                $"'{text}' is not an image size; give one side, as in 64, or WIDTHxHEIGHT, as in 64x48, each from "
                    + $"1 to {Imaging.ImageSize.LongestSide}."
            );

    private static BackgroundColour ParseBackground(string text) =>
        BackgroundColour.TryParse(text, out var colour)
            ? colour
            : throw new FormatException($"'{text}' is not a colour; {BackgroundColour.Expected}.");

    /// <summary>The first option that was given, by its name, or null.</summary>
    internal string? FirstGiven => List.FirstOrDefault(option => option.Get(this) is not null)?.Name;
}

/// <summary>What a pixel of a loaded image is.</summary>
public enum ImageColour
{
    /// <summary>One intensity, of colours their luma by ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.</summary>
    Grey,

    /// <summary>Red, green and blue.</summary>
    Rgb,
}
