using Elbo.Data;
using Elbo.Data.Folder;

namespace Elbo;

/// <summary>Images in one of several formats.</summary>
/// <remarks>
/// An <see cref="ImageDataset"/>, bytes 0–255 and floats in [0, 1] convert implicitly. Bytes and floats hold consecutive
/// images, each (C, H, W). Image files are read by <see cref="FromFiles(IEnumerable{string}, DatasetOptions?)"/>,
/// <see cref="FromFolder"/> and <see cref="FromStream"/>, when the images are used: each is scaled to cover the size of
/// the model, cropped at the centre, and converted to its colours. A method that
/// gets a float outside [0, 1] throws an <see cref="ArgumentException"/>; <see cref="Noisy(ReadOnlyMemory{float})"/> is
/// for images whose noise leaves that range.
/// </remarks>
public sealed class ImageInput
{
    private const string UnnamedImages = "images",
        NoisyRemedy = "Divide intensities from 0 to 255 by 255, and pass noisy images as ImageInput.Noisy(images).",
        CleanRemedy =
            "Divide intensities from 0 to 255 by 255. Noisy images can be encoded, given a label if the model "
            + "is conditional, but not trained on or evaluated.";

    private readonly Func<ImageShape, DatasetOptions, CancellationToken, ImageDataset>? _load;
    private readonly ReadOnlyMemory<float> _intensities;
    private readonly bool _isNoisy;

    private ImageInput(Func<ImageShape, DatasetOptions, CancellationToken, ImageDataset> load) => _load = load;

    private ImageInput(ReadOnlyMemory<float> intensities, bool isNoisy = false) =>
        (_intensities, _isNoisy) = (intensities, isNoisy);

    /// <summary>Image files, one image each, in the order given.</summary>
    /// <param name="paths">Paths of PNG, JPEG, WebP, BMP, GIF or TIFF files.</param>
    /// <param name="options">
    /// Background and white level. What is null is as in training if the model was trained on image files, and else
    /// decided by all files together; see <see cref="DatasetOptions"/>. A file that cannot be read is an error, unless
    /// <see cref="DatasetOptions.Strict"/> is false, which skips it.
    /// </param>
    /// <exception cref="ArgumentException">There are no paths, or one is empty.</exception>
    public static ImageInput FromFiles(IEnumerable<string> paths, DatasetOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        string[] files = [.. paths];
        if (files.Length == 0)
            throw new ArgumentException("there are no paths; give at least one image file.", nameof(paths));
        if (Array.FindIndex(files, string.IsNullOrWhiteSpace) is >= 0 and var empty)
            throw new ArgumentException($"path {empty} is empty; give the path of an image file.", nameof(paths));
        return OfFiles(options, (shape, chosen, stop) => ImagesByPath.LoadFiles(files, shape, chosen, stop));
    }

    /// <summary>Image files, one image each, in the order given.</summary>
    /// <param name="paths">Paths of PNG, JPEG, WebP, BMP, GIF or TIFF files.</param>
    /// <exception cref="ArgumentException">There are no paths, or one is empty.</exception>
    public static ImageInput FromFiles(params string[] paths) => FromFiles((IEnumerable<string>)paths);

    /// <summary>
    /// All image files of a folder and its sub-folders, in ordinal order of their names. If all are in sub-folders, these
    /// are the classes.
    /// </summary>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="options">As for <see cref="FromFiles(IEnumerable{string}, DatasetOptions?)"/>.</param>
    /// <remarks><see cref="Autoencoder.ReadFolderAsync"/> reads a folder that does not fit into memory.</remarks>
    public static ImageInput FromFolder(string folder, DatasetOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return OfFiles(options, (shape, chosen, stop) => ImagesByPath.LoadFolder(folder, shape, chosen, stop));
    }

    /// <summary>The content of one image file, which is read to its end now.</summary>
    /// <param name="content">The content of a PNG, JPEG, WebP, BMP, GIF or TIFF file.</param>
    /// <param name="name">Name of the image in messages and results.</param>
    /// <param name="options">As for <see cref="FromFiles(IEnumerable{string}, DatasetOptions?)"/>.</param>
    public static ImageInput FromStream(Stream content, string name = "image", DatasetOptions? options = null) =>
        FromStreams([(name, content)], options);

    /// <summary>The contents of image files, in the order given, which are read to their ends now.</summary>
    /// <param name="contents">Name and content of each file.</param>
    /// <param name="options">As for <see cref="FromFiles(IEnumerable{string}, DatasetOptions?)"/>.</param>
    /// <exception cref="ArgumentException">There are no images.</exception>
    public static ImageInput FromStreams(
        IEnumerable<(string Name, Stream Content)> contents,
        DatasetOptions? options = null
    )
    {
        ArgumentNullException.ThrowIfNull(contents);
        (string, byte[])[] files = [.. contents.Select(file => (file.Name, ReadAll(file.Content, file.Name)))];
        if (files.Length == 0)
            throw new ArgumentException("there are no images; give at least one.", nameof(contents));
        return OfFiles(options, (shape, chosen, stop) => ImagesByPath.LoadContents(files, shape, chosen, stop));
    }

    /// <summary>Converts all images of a dataset.</summary>
    public static implicit operator ImageInput(ImageDataset images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new ImageInput(
            (shape, _, _) =>
                images.Shape == shape
                    ? images
                    : throw new ArgumentException(
                        $"the images of {images.Name} are {images.Shape}; this autoencoder is for {shape}."
                    )
        );
    }

    /// <summary>Converts intensities 0–255.</summary>
    public static implicit operator ImageInput(ReadOnlyMemory<byte> pixels) =>
        new((shape, _, _) => new ImageDataset(UnnamedImages, shape, pixels));

    /// <summary>Converts intensities 0–255.</summary>
    public static implicit operator ImageInput(byte[] pixels)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        return new ReadOnlyMemory<byte>(pixels);
    }

    /// <summary>Converts intensities in [0, 1].</summary>
    public static implicit operator ImageInput(ReadOnlyMemory<float> intensities) => new(intensities);

    /// <summary>Converts intensities in [0, 1].</summary>
    public static implicit operator ImageInput(float[] intensities)
    {
        ArgumentNullException.ThrowIfNull(intensities);
        return new ImageInput(intensities);
    }

    /// <summary>
    /// Converts the result of another call, such as images from <see cref="Autoencoder.Generate"/>. Those of
    /// <see cref="Autoencoder.AddNoise"/> are <see cref="Noisy(float[])"/>.
    /// </summary>
    public static implicit operator ImageInput(FloatRows images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new ImageInput(images.Values);
    }

    /// <summary>
    /// Images with noise, as <see cref="Autoencoder.AddNoise"/> returns them: finite floats, which may lie outside
    /// [0, 1].
    /// </summary>
    /// <remarks>They can be encoded and reconstructed. Training and evaluation need intensities in [0, 1].</remarks>
    public static ImageInput Noisy(ReadOnlyMemory<float> images) => new(images, isNoisy: true);

    /// <inheritdoc cref="Noisy(ReadOnlyMemory{float})"/>
    public static ImageInput Noisy(float[] images)
    {
        ArgumentNullException.ThrowIfNull(images);
        return new ImageInput(images, isNoisy: true);
    }

    /// <summary>The images as bytes. Floats are rounded to 256 levels.</summary>
    /// <param name="shape">Shape of the images.</param>
    /// <param name="files">Background and white level of files that state none.</param>
    /// <param name="cancellation">Cancels the reading of files.</param>
    /// <exception cref="ArgumentException">The images have another shape, or a float is not in [0, 1].</exception>
    /// <exception cref="IOException">A file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file cannot be read as an image.</exception>
    internal ImageDataset ToDataset(ImageShape shape, DatasetOptions files, CancellationToken cancellation = default) =>
        _load?.Invoke(shape, files, cancellation) ?? new ImageDataset(UnnamedImages, shape, Rounded(_intensities.Span));

    /// <summary>A copy of the images as floats, (N, pixels), and the dataset that they are from if they have one.</summary>
    /// <exception cref="ArgumentException">
    /// The images have another shape, the values are not a whole number of images, or a value is out of range.
    /// </exception>
    /// <inheritdoc cref="ToDataset"/>
    internal (float[] Intensities, ImageDataset? Source) ToIntensities(
        ImageShape shape,
        DatasetOptions files,
        CancellationToken cancellation = default
    )
    {
        if (_load?.Invoke(shape, files, cancellation) is { } dataset)
            return (dataset.ToIntensities(), dataset);
        if (_intensities.Length % shape.PixelCount != 0)
            throw new ArgumentException(
                $"{_intensities.Length} values are not a whole number of {shape} images of {shape.PixelCount}."
            );
        if (_isNoisy)
            Require.Finite(_intensities.Span, "noisy images");
        else
            Require.Intensities(_intensities.Span, "intensities", NoisyRemedy);
        return (_intensities.ToArray(), null);
    }

    private static ImageInput OfFiles(
        DatasetOptions? options,
        Func<ImageShape, DatasetOptions, CancellationToken, ImagesByPath> load
    ) => new((shape, files, stop) => load(shape, Choose(options, files), stop).Images);

    /// <summary>The given options, completed by those of training.</summary>
    internal static DatasetOptions Choose(DatasetOptions? options, DatasetOptions training) =>
        (options ?? training) with
        {
            Background = options?.Background ?? training.Background,
            White16 = options?.White16 ?? training.White16,
            Strict = options?.Strict,
        };

    private static byte[] ReadAll(Stream content, string name)
    {
        ArgumentNullException.ThrowIfNull(content, name);
        using var memory = new MemoryStream();
        content.CopyTo(memory);
        return memory.ToArray();
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
