using Elbo.Formats.Numpy;

namespace Elbo.Data.Arrays;

/// <summary>Images in NumPy's files: one array, or arrays with the names of Keras, MedMNIST or scikit-learn.</summary>
internal static class NumpyImages
{
    private static readonly (SplitKind Kind, string[] Images, string[] Labels)[] Known =
    [
        (SplitKind.Train, ["x_train", "train_images", "train_x"], ["y_train", "train_labels", "train_y"]),
        (
            SplitKind.Validation,
            ["x_val", "x_valid", "x_validation", "val_images"],
            ["y_val", "y_valid", "y_validation", "val_labels"]
        ),
        (SplitKind.Test, ["x_test", "test_images", "test_x"], ["y_test", "test_labels", "test_y"]),
    ];

    private static readonly string[] OnlyImages = ["images", "imgs", "data", "x", "arr_0"];
    private static readonly string[] OnlyLabels = ["labels", "label", "targets", "target", "y", "arr_1"];

    /// <summary>Reads a .npz or .npy file, or a folder of .npy files.</summary>
    /// <exception cref="InvalidDataException">
    /// The images are not found by name, or the file is damaged. The message names the array.
    /// </exception>
    public static ImageSplits Read(string path, DatasetOptions options, CancellationToken cancellation = default)
    {
        if (Directory.Exists(path) && ArrayPath.Files(path, ArrayFormat.Numpy) is [var only])
            path = only;
        using var file = new NpzFile(path, cancellation);
        var found = Choose(file, path);
        PixelArray[] images =
        [
            .. found.Select(part => PixelArray.Of(file.Read(part.Images), options.Layout, options.ImageSize)),
        ];
        var scale = PixelScale.Of([.. images.Select(image => image.Values)]);
        var splits = new List<ImageSplit>();
        foreach (var (part, pixels) in found.Zip(images))
            splits.Add(
                new ImageSplit(
                    part.Kind,
                    pixels.Values.Name,
                    pixels.Shape,
                    pixels.ToBytes(scale, cancellation),
                    part.Labels is { } labels
                        ? ClassLabels.Of(file.Read(labels), pixels.Count, pixels.Values.Name)
                        : null
                )
            );
        return new ImageSplits(path, splits) { Remarks = scale.Remark is { } remark ? [remark] : [] };
    }

    /// <summary>The names of the arrays of each split.</summary>
    private static List<(SplitKind Kind, string Images, string? Labels)> Choose(NpzFile file, string path)
    {
        var found = new List<(SplitKind, string, string?)>();
        foreach (var (kind, images, labels) in Known)
            if (Find(file, images) is { } name)
                found.Add((kind, name, Find(file, labels)));
        if (found is [(SplitKind.Train, _, _), ..])
            return found;
        // A single split, whatever its name, is all there is.
        if (found is [var (_, images1, labels1)])
            return [(SplitKind.Train, images1, labels1)];
        if (found.Count == 0 && Find(file, OnlyImages) is { } single)
            return [(SplitKind.Train, single, Find(file, OnlyLabels))];
        if (file.Names is [var sole])
            return [(SplitKind.Train, sole, null)];
        throw new InvalidDataException(
            $"{path} has the arrays {string.Join(", ", file.Names)}; the images must be called x_train (and x_test, "
                + $"x_val), {string.Join(", ", OnlyImages[..^1])} or {OnlyImages[^1]}, or be the only array."
        );
    }

    private static string? Find(NpzFile file, string[] names) =>
        names
            .Select(name => file.Names.FirstOrDefault(known => known.Equals(name, StringComparison.OrdinalIgnoreCase)))
            .FirstOrDefault(name => name is not null);
}
