using Elbo.Data;

namespace Elbo;

/// <summary>Images in one of several formats, each of which converts implicitly to this type.</summary>
/// <remarks>
/// The formats are an <see cref="ImageDataset"/>, bytes 0–255, and floats in [0, 1]. Bytes and floats hold consecutive
/// images, each (C, H, W).
/// </remarks>
public sealed class ImageInput
{
    private const string UnnamedImages = "images";

    private readonly ImageDataset? _dataset;
    private readonly ReadOnlyMemory<byte>? _pixels;
    private readonly ReadOnlyMemory<float> _intensities;

    private ImageInput(ImageDataset? dataset, ReadOnlyMemory<byte>? pixels, ReadOnlyMemory<float> intensities) =>
        (_dataset, _pixels, _intensities) = (dataset, pixels, intensities);

    /// <summary>Converts all images of a dataset.</summary>
    public static implicit operator ImageInput(ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new ImageInput(images, null, default);
    }

    /// <summary>Converts intensities 0–255.</summary>
    public static implicit operator ImageInput(ReadOnlyMemory<byte> pixels) => new(null, pixels, default);

    /// <summary>Converts intensities 0–255.</summary>
    public static implicit operator ImageInput(byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        return new ImageInput(null, pixels, default);
    }

    /// <summary>Converts intensities in [0, 1].</summary>
    public static implicit operator ImageInput(ReadOnlyMemory<float> intensities) => new(null, null, intensities);

    /// <summary>Converts intensities in [0, 1].</summary>
    public static implicit operator ImageInput(float[] intensities)
    {
        ArgumentNullException.ThrowIfNull(intensities);
        return new ImageInput(null, null, intensities);
    }

    /// <summary>The images as bytes. Floats are rounded to 256 levels.</summary>
    /// <exception cref="ArgumentException">The images have another shape, or a float is not in [0, 1].</exception>
    internal ImageDataset ToDataset(ImageShape shape)
    {
        if (_dataset is null)
            return new ImageDataset(UnnamedImages, shape, _pixels ?? Rounded(_intensities.Span));
        RequireShape(_dataset, shape);
        return _dataset;
    }

    /// <summary>A copy of the images as floats, (N, pixels).</summary>
    /// <exception cref="ArgumentException">
    /// The images have another shape, or the values are not a whole number of images.
    /// </exception>
    internal float[] ToIntensities(ImageShape shape)
    {
        if (_dataset is not null || _pixels is not null)
            return ToDataset(shape).ToIntensities();
        if (_intensities.Length % shape.PixelCount != 0)
            throw new ArgumentException(
                $"{_intensities.Length} values are not a whole number of {shape} images of {shape.PixelCount}."
            );
        return _intensities.ToArray();
    }

    private static void RequireShape(ImageDataset dataset, ImageShape shape)
    {
        if (dataset.Shape != shape)
            throw new ArgumentException(
                $"the images of {dataset.Name} are {dataset.Shape}; this autoencoder is for {shape}."
            );
    }

    private static byte[] Rounded(ReadOnlySpan<float> intensities)
    {
        var pixels = new byte[intensities.Length];
        for (int i = 0; i < pixels.Length; i++)
        {
            if (!(intensities[i] is >= 0 and <= 1))
                throw new ArgumentException($"value {i} is {intensities[i]}; intensities must be in [0, 1].");
            pixels[i] = (byte)MathF.Round(intensities[i] * 255);
        }
        return pixels;
    }
}
