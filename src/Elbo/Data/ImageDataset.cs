namespace Elbo.Data;

/// <summary>Images of one size kept as bytes, with a class label each where labels are known.</summary>
public sealed class ImageDataset
{
    private readonly IReadOnlyList<string>? _fileNames;

    /// <summary>Wraps pixels and labels without copying them.</summary>
    /// <param name="name">What messages and plots call it.</param>
    /// <param name="shape">Size of one image.</param>
    /// <param name="pixels">Intensities 0–255, one image after the other, each (C, H, W).</param>
    /// <param name="labels">One class index per image, or null where there are none.</param>
    /// <param name="classNames">Names of the classes; null numbers them.</param>
    /// <exception cref="ArgumentException">Pixels are not a whole number of images, or labels do not match
    /// them.</exception>
    public ImageDataset(
        string name,
        ImageShape shape,
        ReadOnlyMemory<byte> pixels,
        ReadOnlyMemory<byte>? labels = null,
        IReadOnlyList<string>? classNames = null
    )
    {
        if (shape.PixelCount <= 0)
            throw new ArgumentException($"an image of {shape} has no pixels.", nameof(shape));
        if (pixels.Length % shape.PixelCount != 0)
            throw new ArgumentException(
                $"{pixels.Length} bytes are not a whole number of {shape} images of {shape.PixelCount} bytes.",
                nameof(pixels)
            );
        int count = pixels.Length / shape.PixelCount;
        if (labels is { } given && given.Length != count)
            throw new ArgumentException(
                $"{given.Length} labels came with {count} images; each image needs one.",
                nameof(labels)
            );
        Name = name;
        Shape = shape;
        Pixels = pixels;
        Labels = labels;
        Count = count;
        ClassNames = classNames ?? NumberedClasses(labels);
    }

    /// <summary>What messages and plots call it.</summary>
    public string Name { get; }

    /// <summary>Size of one image.</summary>
    public ImageShape Shape { get; }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>All intensities, 0–255, one image after the other.</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>One class index per image, or null where labels are unknown.</summary>
    public ReadOnlyMemory<byte>? Labels { get; }

    /// <summary>Names of the classes, empty without labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// The file that each image was read from, as a path within the folder of all of them; null where images are not
    /// files of their own.
    /// </summary>
    /// <exception cref="ArgumentException">There are not as many as images.</exception>
    public IReadOnlyList<string>? FileNames
    {
        get => _fileNames;
        init =>
            _fileNames =
                value is null || value.Count == Count
                    ? value
                    : throw new ArgumentException(
                        $"{value.Count} file names came with {Count} images; each image needs one.",
                        nameof(value)
                    );
    }

    /// <summary>The intensities of image <paramref name="index"/>, (C, H, W).</summary>
    public ReadOnlySpan<byte> Image(int index) => Pixels.Span.Slice(index * Shape.PixelCount, Shape.PixelCount);

    /// <summary>All images as intensities in [0, 1]: (N, C·H·W), row-major.</summary>
    public float[] ToIntensities()
    {
        var result = new float[Pixels.Length];
        ToIntensities(Pixels.Span, result);
        return result;
    }

    /// <summary>The chosen images as intensities in [0, 1]: (indices, C·H·W), row-major.</summary>
    public float[] ToIntensities(ReadOnlySpan<int> indices)
    {
        int size = Shape.PixelCount;
        var result = new float[(long)indices.Length * size];
        for (int i = 0; i < indices.Length; i++)
            ToIntensities(Image(indices[i]), result.AsSpan(i * size, size));
        return result;
    }

    /// <summary>
    /// Images <paramref name="start"/> up to <paramref name="start"/> + <paramref name="count"/>, sharing memory.
    /// </summary>
    public ImageDataset Slice(int start, int count) =>
        new(
            Name,
            Shape,
            Pixels.Slice(start * Shape.PixelCount, count * Shape.PixelCount),
            Labels?.Slice(start, count),
            ClassNames
        )
        {
            FileNames = FileNames is null ? null : [.. FileNames.Skip(start).Take(count)],
        };

    /// <summary>
    /// The images of this dataset and then those of others, copied: with labels where all have them, with file names
    /// where all are files.
    /// </summary>
    /// <param name="others">Of the same shape and classes.</param>
    /// <exception cref="ArgumentException">One is of another shape or has other classes.</exception>
    public ImageDataset Concat(params ReadOnlySpan<ImageDataset> others)
    {
        ImageDataset[] all = [this, .. others];
        foreach (var part in all)
        {
            if (part.Shape != Shape)
                throw new ArgumentException($"images of {part.Shape} came to images of {Shape}.", nameof(others));
            if (part.Labels is not null && Labels is not null && !part.ClassNames.SequenceEqual(ClassNames))
                throw new ArgumentException("the datasets have other classes.", nameof(others));
        }
        // Without its question mark this would make empty labels of null.
        ReadOnlyMemory<byte>? labels = all.All(part => part.Labels is not null)
            ? (ReadOnlyMemory<byte>?)Joined(all, part => part.Labels!.Value)
            : null;
        return new(Name, Shape, Joined(all, part => part.Pixels), labels, labels is null ? [] : ClassNames)
        {
            FileNames = all.All(part => part.FileNames is not null)
                ? [.. all.SelectMany(part => part.FileNames!)]
                : null,
        };
    }

    private static byte[] Joined(ImageDataset[] parts, Func<ImageDataset, ReadOnlyMemory<byte>> bytes)
    {
        var result = new byte[parts.Sum(part => bytes(part).Length)];
        int at = 0;
        foreach (var part in parts)
        {
            bytes(part).CopyTo(result.AsMemory(at));
            at += bytes(part).Length;
        }
        return result;
    }

    /// <summary>The first images with classes of another kind, such as clusters.</summary>
    /// <param name="labels">One for each of the first images.</param>
    /// <param name="classNames">Names of the classes.</param>
    /// <exception cref="ArgumentException">There are more labels than images.</exception>
    public ImageDataset WithLabels(ReadOnlyMemory<byte> labels, IReadOnlyList<string> classNames) =>
        labels.Length <= Count
            ? new(Name, Shape, Pixels[..(labels.Length * Shape.PixelCount)], labels, classNames)
            {
                FileNames = FileNames is null ? null : [.. FileNames.Take(labels.Length)],
            }
            : throw new ArgumentException($"{labels.Length} labels came for {Count} images.", nameof(labels));

    private static void ToIntensities(ReadOnlySpan<byte> pixels, Span<float> result)
    {
        // To the bit what Device.Images gives to training; a division would differ in the last place.
        for (int i = 0; i < pixels.Length; i++)
            result[i] = pixels[i] * (1f / 255);
    }

    private static string[] NumberedClasses(ReadOnlyMemory<byte>? labels)
    {
        if (labels is not { Length: > 0 } given)
            return [];
        byte highest = 0;
        foreach (byte label in given.Span)
            highest = Math.Max(highest, label);
        return [.. Enumerable.Range(0, highest + 1).Select(i => i.ToString())];
    }
}

/// <summary>The size of one image: channels, height, width (the order in which pixels are stored).</summary>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Number of values in one image.</summary>
    public int PixelCount => Channels * Height * Width;

    /// <summary>As a person writes it: <c>28×28</c>, or <c>32×32×3</c> with colour.</summary>
    public override string ToString() => Channels == 1 ? $"{Height}×{Width}" : $"{Height}×{Width}×{Channels}";
}
