using System.Security.Cryptography;
using System.Text;

namespace Elbo.Data;

/// <summary>Images of equal size stored as bytes, with optional class labels.</summary>
public sealed class ImageDataset
{
    private readonly IReadOnlyList<string>? _fileNames;

    /// <summary>Wraps pixels and labels without copying them.</summary>
    /// <param name="name">Name in messages and plots.</param>
    /// <param name="shape">Shape of one image.</param>
    /// <param name="pixels">Intensities 0–255 of consecutive images, each (C, H, W).</param>
    /// <param name="labels">One class index per image, or null.</param>
    /// <param name="classNames">Names of the classes; null uses their numbers.</param>
    /// <exception cref="ArgumentException">
    /// The shape is impossible, the pixels are not a whole number of images, or the labels do not match them or the
    /// names of the classes.
    /// </exception>
    public ImageDataset(
        string name,
        ImageShape shape,
        ReadOnlyMemory<byte> pixels,
        ReadOnlyMemory<byte>? labels = null,
        IReadOnlyList<string>? classNames = null
    )
    {
        ArgumentNullException.ThrowIfNull(name);
        shape.Require();
        if (pixels.Length % shape.PixelCount != 0)
            throw new ArgumentException(
                $"{pixels.Length} bytes are not a whole number of {shape} images of {shape.PixelCount} bytes.",
                nameof(pixels)
            );
        int count = pixels.Length / shape.PixelCount;
        if (labels is { } given && given.Length != count)
            throw new ArgumentException(
                $"got {given.Length} labels with {count} images; each image needs one.",
                nameof(labels)
            );
        if (classNames is not null)
            RequireNames(labels, classNames);
        Name = name;
        Shape = shape;
        Pixels = pixels;
        Labels = labels;
        Count = count;
        ClassNames = classNames ?? NumberedClasses(labels);
    }

    /// <summary>Name in messages and plots.</summary>
    public string Name { get; }

    /// <summary>Shape of one image.</summary>
    public ImageShape Shape { get; }

    /// <summary>Number of images.</summary>
    public int Count { get; }

    /// <summary>All intensities 0–255, (N, C, H, W).</summary>
    public ReadOnlyMemory<byte> Pixels { get; }

    /// <summary>One class index per image, or null if labels are unknown.</summary>
    public ReadOnlyMemory<byte>? Labels { get; }

    /// <summary>Names of the classes; empty without labels.</summary>
    public IReadOnlyList<string> ClassNames { get; }

    /// <summary>
    /// The folder that <see cref="FileNames"/> are relative to; null means the current folder.
    /// </summary>
    public string? Folder { get; init; }

    /// <summary>
    /// The source file of each image, relative to <see cref="Folder"/>; null if the images are not separate files.
    /// </summary>
    /// <exception cref="ArgumentException">The number of names differs from the number of images.</exception>
    public IReadOnlyList<string>? FileNames
    {
        get => _fileNames;
        init =>
            _fileNames =
                value is null || value.Count == Count
                    ? value
                    : throw new ArgumentException(
                        $"got {value.Count} file names with {Count} images; each image needs one.",
                        nameof(value)
                    );
    }

    /// <summary>The path of the source file of one image; null if the images are not separate files.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public string? FilePath(int index)
    {
        Require.Index(index, Count, "images");
        return FileNames is null ? null
            : Folder is null ? FileNames[index]
            : Path.Combine(Folder, FileNames[index]);
    }

    /// <summary>The class name of one image; null if labels are unknown.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public string? ClassName(int index)
    {
        Require.Index(index, Count, "images");
        return Labels is { } labels ? ClassNames[labels.Span[index]] : null;
    }

    /// <summary>The class index of each of the first <paramref name="count"/> images; null means all.</summary>
    /// <exception cref="InvalidOperationException">Labels are unknown.</exception>
    internal int[] LabelIndices(int? count = null) =>
        Array.ConvertAll(Labels!.Value[..(count ?? Count)].ToArray(), label => (int)label);

    /// <summary>The intensities 0–255 of one image, (C, H, W).</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such image.</exception>
    public ReadOnlySpan<byte> Image(int index)
    {
        Require.Index(index, Count, "images");
        return Pixels.Span.Slice(index * Shape.PixelCount, Shape.PixelCount);
    }

    /// <summary>
    /// SHA-256 of shape, intensities, labels and class names in hexadecimal digits, without the names of files.
    /// </summary>
    public string Digest()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        string classes = Labels is null ? "" : string.Join('\n', ClassNames);
        hash.AppendData(Encoding.UTF8.GetBytes($"{Shape} {Count} {Labels is not null}\n{classes}\n"));
        hash.AppendData(Pixels.Span);
        if (Labels is { } labels)
            hash.AppendData(labels.Span);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Converts all images to intensities in [0, 1]: (N, C·H·W), row-major.</summary>
    public float[] ToIntensities()
    {
        var result = new float[Pixels.Length];
        ToIntensities(Pixels.Span, result);
        return result;
    }

    /// <summary>Converts some images to intensities in [0, 1]: (indices, C·H·W), row-major.</summary>
    public float[] ToIntensities(ReadOnlySpan<int> indices)
    {
        int size = Shape.PixelCount;
        var result = new float[(long)indices.Length * size];
        for (int i = 0; i < indices.Length; i++)
            ToIntensities(Image(indices[i]), result.AsSpan(i * size, size));
        return result;
    }

    /// <summary>The <paramref name="count"/> images from index <paramref name="start"/>, sharing memory.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not as many images.</exception>
    public ImageDataset Slice(int start, int count)
    {
        if (start < 0 || count < 0 || count > Count - start)
            throw new ArgumentOutOfRangeException(
                nameof(count),
                $"{count} images from {start} on were asked for; {Name} has {Count}."
            );
        return new(
            Name,
            Shape,
            Pixels.Slice(start * Shape.PixelCount, count * Shape.PixelCount),
            Labels?.Slice(start, count),
            ClassNames
        )
        {
            Folder = Folder,
            FileNames = FileNames is null ? null : [.. FileNames.Skip(start).Take(count)],
        };
    }

    /// <summary>Copies the images with the given indices, in this order.</summary>
    internal ImageDataset Pick(IReadOnlyList<int> indices)
    {
        var pixels = new byte[indices.Count * Shape.PixelCount];
        for (int i = 0; i < indices.Count; i++)
            Image(indices[i]).CopyTo(pixels.AsSpan(i * Shape.PixelCount));
        ReadOnlyMemory<byte>? labels = null;
        if (Labels is { } all)
            labels = indices.Select(i => all.Span[i]).ToArray();
        return new(Name, Shape, pixels, labels, ClassNames)
        {
            Folder = Folder,
            FileNames = FileNames is null ? null : [.. indices.Select(i => FileNames[i])],
        };
    }

    /// <summary>Concatenates datasets by copying. The result has labels or file names if all parts have them.</summary>
    /// <param name="others">Datasets with the same shape and classes.</param>
    /// <exception cref="ArgumentException">A dataset has another shape or other classes.</exception>
    public ImageDataset Concat(params ReadOnlySpan<ImageDataset> others)
    {
        ImageDataset[] all = [this, .. others];
        foreach (var part in all)
        {
            ArgumentNullException.ThrowIfNull(part, nameof(others));
            if (part.Shape != Shape)
                throw new ArgumentException($"got images of {part.Shape} for images of {Shape}.", nameof(others));
            if (part.Labels is not null && Labels is not null && !part.ClassNames.SequenceEqual(ClassNames))
                throw new ArgumentException("the datasets have other classes.", nameof(others));
        }
        // Without the question mark, null would become empty labels.
        ReadOnlyMemory<byte>? labels = all.All(part => part.Labels is not null)
            ? (ReadOnlyMemory<byte>?)Joined(all, part => part.Labels!.Value)
            : null;
        return new(Name, Shape, Joined(all, part => part.Pixels), labels, labels is null ? [] : ClassNames)
        {
            Folder = Folder,
            FileNames = all.All(part => part.FileNames is not null && part.Folder == Folder)
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

    /// <summary>The first images with other labels, such as cluster indices.</summary>
    /// <param name="labels">Labels of the first images.</param>
    /// <param name="classNames">Names of the classes.</param>
    /// <exception cref="ArgumentException">
    /// There are more labels than images, or a label without a name.
    /// </exception>
    public ImageDataset WithLabels(ReadOnlyMemory<byte> labels, IReadOnlyList<string> classNames)
    {
        ArgumentNullException.ThrowIfNull(classNames);
        return labels.Length <= Count
            ? new(Name, Shape, Pixels[..(labels.Length * Shape.PixelCount)], labels, classNames)
            {
                Folder = Folder,
                FileNames = FileNames is null ? null : [.. FileNames.Take(labels.Length)],
            }
            : throw new ArgumentException(
                $"got {labels.Length} labels for {Count} images; give {Count} at most.",
                nameof(labels)
            );
    }

    private static void ToIntensities(ReadOnlySpan<byte> pixels, Span<float> result)
    {
        // Bit for bit equal to Device.Images, which training uses. A division would differ in the last place.
        for (int i = 0; i < pixels.Length; i++)
            result[i] = pixels[i] * (1f / 255);
    }

    private static void RequireNames(ReadOnlyMemory<byte>? labels, IReadOnlyList<string> classNames)
    {
        Require.Entries(classNames);
        foreach (byte label in labels is { } given ? given.Span : [])
            if (label >= classNames.Count)
                throw new ArgumentException(
                    $"an image has label {label}; {classNames.Count} class names allow 0 to {classNames.Count - 1}. Give "
                        + "a name for every class.",
                    nameof(classNames)
                );
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

/// <summary>The shape of an image: channels, height and width, in the order of storage.</summary>
public readonly record struct ImageShape(int Channels, int Height, int Width)
{
    /// <summary>Number of values in an image.</summary>
    public int PixelCount => Channels * Height * Width;

    /// <summary>Requires sides of 1 or more, and an image that fits into an array.</summary>
    /// <exception cref="ArgumentException">The shape is impossible.</exception>
    internal void Require(string name = "shape")
    {
        if (Channels < 1 || Height < 1 || Width < 1 || (Int128)Channels * Height * Width > Array.MaxLength)
            throw new ArgumentException(
                $"{name} is {Channels} channels of {Height}×{Width}; each must be 1 or more, as in "
                    + "new ImageShape(1, 28, 28), and an image has "
                    + $"{Array.MaxLength} values at most.",
                name
            );
    }

    /// <summary>For example <c>28×28</c>, or <c>32×32×3</c> with colour.</summary>
    public override string ToString() => Channels == 1 ? $"{Height}×{Width}" : $"{Height}×{Width}×{Channels}";
}
