using Elbo.Data;

namespace Elbo;

/// <summary>Images in one of several formats, each of which converts implicitly to this type.</summary>
/// <remarks>
/// The formats are an <see cref="ImageDataset"/>, bytes 0–255, and floats in [0, 1]. Bytes and floats hold consecutive
/// images, each (C, H, W). A method that gets a float outside [0, 1] throws an <see cref="ArgumentException"/>;
/// <see cref="Noisy(ReadOnlyMemory{float})"/> is for images whose noise leaves that range.
/// </remarks>
public sealed class ImageInput
{
    private const string UnnamedImages = "images",
        NoisyRemedy = "Divide intensities from 0 to 255 by 255, and pass noisy images as ImageInput.Noisy(images).",
        CleanRemedy =
            "Divide intensities from 0 to 255 by 255. Noisy images can be encoded, given a label if the model "
            + "is conditional, but not trained on or evaluated.";

    private readonly ImageDataset? _dataset;
    private readonly ReadOnlyMemory<byte>? _pixels;
    private readonly ReadOnlyMemory<float> _intensities;
    private readonly bool _isNoisy;

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

    /// <summary>
    /// Images with noise, as <see cref="Autoencoder.AddNoise"/> returns them: finite floats, which may lie outside
    /// [0, 1].
    /// </summary>
    /// <remarks>They can be encoded and reconstructed. Training and evaluation need intensities in [0, 1].</remarks>
    public static ImageInput Noisy(ReadOnlyMemory<float> images) => new(images);

    /// <inheritdoc cref="Noisy(ReadOnlyMemory{float})"/>
    public static ImageInput Noisy(float[] images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new ImageInput(images);
    }

    private ImageInput(ReadOnlyMemory<float> noisy)
        : this(null, null, noisy) => _isNoisy = true;

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
    /// The images have another shape, the values are not a whole number of images, or a value is out of range.
    /// </exception>
    internal float[] ToIntensities(ImageShape shape)
    {
        if (_dataset is not null || _pixels is not null)
            return ToDataset(shape).ToIntensities();
        if (_intensities.Length % shape.PixelCount != 0)
            throw new ArgumentException(
                $"{_intensities.Length} values are not a whole number of {shape} images of {shape.PixelCount}."
            );
        if (_isNoisy)
            Require.Finite(_intensities.Span, "noisy images");
        else
            Require.Intensities(_intensities.Span, "intensities", NoisyRemedy);
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
        Require.Intensities(intensities, "intensities", CleanRemedy);
        var pixels = new byte[intensities.Length];
        for (int i = 0; i < pixels.Length; i++)
            pixels[i] = (byte)MathF.Round(intensities[i] * 255);
        return pixels;
    }
}
