using Elbo.Data.Arrays;
using Elbo.Data.Folder;
using Elbo.Imaging;

namespace Elbo.Data;

/// <summary>
/// Options of a dataset of the user's own images, <see cref="ImageFolderSource"/> or <see cref="ArraysSource"/>.
/// </summary>
/// <remarks>
/// A null value means that the option was not given. <see cref="DatasetSource.Validate"/> rejects options that a
/// dataset does not use.
/// </remarks>
public sealed record DatasetOptions
{
    /// <summary>Path of the folder of image files, or of the array or table file.</summary>
    public string? Images { get; init; }

    /// <summary>
    /// Size to resize the images to; null uses the size that all images share if it is at most 64×64, and else 64×64.
    /// </summary>
    public ImageSize? ImageSize { get; init; }

    /// <summary>Whether to convert images to grey or RGB; null uses grey if all files are grey, else RGB.</summary>
    public ImageColour? Colour { get; init; }

    /// <summary>
    /// Background of transparent images; null is white if their visible pixels are dark on average, else black.
    /// </summary>
    public BackgroundColour? Background { get; init; }

    /// <summary>
    /// The value of 16-bit samples that becomes white, 1 to 65535; null is the maximum of 8, 10, 12 or 14 bits if no
    /// sample of the folder exceeds it, else 65535.
    /// </summary>
    public int? White16 { get; init; }

    /// <summary>Whether an unreadable file is an error; null is false, which skips the file.</summary>
    public bool? Strict { get; init; }

    /// <summary>
    /// Fraction of the training images held out for testing, above 0 and below 1; null is
    /// <see cref="ImageFolderSource.DefaultTestFraction"/>, or 0 if the folder has test images of its own.
    /// </summary>
    public float? TestFraction { get; init; }

    /// <summary>Order of the axes of colour images in arrays; null determines it from their shape.</summary>
    public ArrayLayout? Layout { get; init; }

    /// <summary>The options by name.</summary>
    internal static IReadOnlyList<OptionOf<DatasetOptions>> List { get; } =
    [
        OptionOf<DatasetOptions>.Folder(
            "images",
            "for image-folder: folder of PNG, JPEG, WebP, BMP, GIF and TIFF files, with one subfolder per class "
                + "or none, or folders train, val and test of such contents; for arrays: .npy, .npz, .csv, .parquet, IDX or "
                + "CIFAR file, or a folder of them. It implies the dataset",
            o => o.Images,
            (o, v) => o with { Images = v }
        ) with
        {
            ValueName = "PATH",
        },
        OptionOf<DatasetOptions>.Parsed(
            "image-size",
            "for image-folder and arrays: size of the images, such as 64 or 64x48 (width first); they are scaled to cover it, "
                + "and cropped at the centre",
            ParseSize,
            o => o.ImageSize,
            (o, v) => o with { ImageSize = v }
        ) with
        {
            ValueName = "SIZE",
            Default = "the size that all images share if it is at most 64x64, else 64",
        },
        OptionOf<DatasetOptions>.OneOf<ImageColour>(
            "colour",
            "for image-folder and arrays: colour format of the images",
            o => o.Colour,
            (o, v) => o with { Colour = v }
        ) with
        {
            Default = "grey where every image is grey, else rgb",
        },
        OptionOf<DatasetOptions>.Parsed(
            "background",
            "for image-folder and Parquet: colour behind transparent images: white, black or #rrggbb",
            ParseBackground,
            o => o.Background,
            (o, v) => o with { Background = v }
        ) with
        {
            ValueName = "COLOUR",
            Default = "white where the visible pixels are dark on average, else black",
        },
        OptionOf<DatasetOptions>.WholeNumber(
            "white-16",
            "for image-folder: value of 16-bit samples that becomes white",
            o => o.White16,
            (o, v) => o with { White16 = v }
        ) with
        {
            Default = "255, 1023, 4095 or 16383 where no sample is above it, else 65535",
            Range = OptionRange.Between(1, ushort.MaxValue),
        },
        OptionOf<DatasetOptions>.Flag(
            "strict",
            "for image-folder and Parquet: treat an image that cannot be read as an error instead of skipping it",
            o => o.Strict,
            (o, v) => o with { Strict = v }
        ),
        OptionOf<DatasetOptions>.Number(
            "test-fraction",
            "for image-folder and arrays without test images of their own: fraction of the images held out for testing",
            o => o.TestFraction,
            (o, v) => o with { TestFraction = v }
        ) with
        {
            Default = $"{ImageFolderSource.DefaultTestFraction}",
            Range = OptionRange.ProperFraction,
        },
        OptionOf<DatasetOptions>.OneOf<ArrayLayout>(
            "layout",
            "for arrays: order of the axes of colour images (N images, H rows, W columns, C colours)",
            o => o.Layout,
            (o, v) => o with { Layout = v }
        ) with
        {
            Default = "what the shape says",
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

    /// <summary>The names of the options that were given.</summary>
    internal IEnumerable<string> Given =>
        List.Where(option => option.Get(this) is not null).Select(option => option.Name);
}

/// <summary>Colour format of loaded images.</summary>
public enum ImageColour
{
    /// <summary>
    /// One intensity per pixel. Colours are converted to luma by ITU-R BT.601: 0.299 R + 0.587 G + 0.114 B.
    /// </summary>
    Grey,

    /// <summary>Red, green and blue.</summary>
    Rgb,
}
