using Elbo.Formats;

namespace Elbo.Data;

/// <summary>
/// Files in the binary layout of CIFAR: records of one or two labels and 32×32 pixels, first all red values, then
/// green, then blue.
/// </summary>
internal static class CifarFile
{
    /// <summary>Shape of one image. Records and <see cref="ImageDataset"/> use the same order of values.</summary>
    public static readonly ImageShape Shape = new(3, 32, 32);

    /// <summary>A label and an image.</summary>
    public static readonly CifarLayout Cifar10 = new(
        1,
        "batches.meta.txt",
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
    );

    /// <summary>A coarse label, a fine label and an image. The fine one is read.</summary>
    public static readonly CifarLayout Cifar100 = new(
        2,
        "fine_label_names.txt",
        (
            "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus butterfly "
            + "camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch crab crocodile cup "
            + "dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo keyboard lamp lawn_mower "
            + "leopard lion lizard lobster man maple_tree motorcycle mountain mouse mushroom oak_tree orange orchid "
            + "otter palm_tree pear pickup_truck pine_tree plain plate poppy porcupine possum rabbit raccoon ray "
            + "road rocket rose sea seal shark shrew skunk skyscraper snail snake spider squirrel streetcar "
            + "sunflower sweet_pepper table tank telephone television tiger tractor train trout tulip turtle "
            + "wardrobe whale willow_tree wolf woman worm"
        ).Split(' ')
    );

    /// <summary>Reads the images and labels of all files, in order.</summary>
    /// <exception cref="InvalidDataException">
    /// A file does not consist of whole records, or contains an invalid label.
    /// </exception>
    public static (byte[] Pixels, byte[] Labels) ReadAll(
        IReadOnlyList<string> paths,
        CifarLayout layout,
        CancellationToken cancellation = default
    )
    {
        int length = layout.LabelBytes + Shape.PixelCount,
            classes = layout.ClassNames.Count;
        long[] counts = [.. paths.Select(path => CountRecords(path, length))];
        long images = counts.Sum();
        if (images * Shape.PixelCount > Array.MaxLength)
            throw new InvalidDataException(
                $"{paths[^1]}: at byte 0: found {images:N0} images in {paths.Count} files; expected at most "
                    + $"{Array.MaxLength / Shape.PixelCount:N0}."
            );
        byte[] pixels = new byte[images * Shape.PixelCount],
            labels = new byte[images];
        byte[] record = new byte[length];
        int image = 0;
        for (int i = 0; i < paths.Count; i++)
        {
            using var file = RegularFile.Open(paths[i], cancellation);
            for (long r = 0; r < counts[i]; r++, image++)
            {
                file.ReadExactly(record);
                byte label = record[layout.LabelBytes - 1];
                if (label >= classes)
                    throw new InvalidDataException(
                        $"{paths[i]}: at byte {(r * length) + layout.LabelBytes - 1}: found label {label}; expected 0 "
                            + $"to {classes - 1}."
                    );
                labels[image] = label;
                record.AsSpan(layout.LabelBytes).CopyTo(pixels.AsSpan(image * Shape.PixelCount));
            }
        }
        return (pixels, labels);
    }

    private static long CountRecords(string path, int recordLength)
    {
        using var file = RegularFile.Open(path);
        long length = file.Length;
        if (length == 0)
            throw new InvalidDataException(
                $"{path}: at byte 0: found an empty file; expected records of {recordLength} bytes."
            );
        return length % recordLength == 0
            ? length / recordLength
            : throw new InvalidDataException(
                $"{path}: at byte {length / recordLength * recordLength}: found a record of "
                    + $"{length % recordLength} bytes at the end of the file; expected {recordLength}. The file is "
                    + "incomplete, or in another layout."
            );
    }

    /// <summary>The names of the classes in a folder; the published ones if it has no such file.</summary>
    /// <exception cref="InvalidDataException">The file has another number of names.</exception>
    public static IReadOnlyList<string> ReadNames(string folder, CifarLayout layout)
    {
        string path = Path.Combine(folder, layout.NamesFile);
        if (!File.Exists(path))
            return layout.ClassNames;
        string[] names = [.. RegularFile.ReadAllLines(path).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length == layout.ClassNames.Count
            ? names
            : throw new InvalidDataException(
                $"{path} has {names.Length} class names; expected {layout.ClassNames.Count}, one per line."
            );
    }
}

/// <summary>The records of a CIFAR file.</summary>
/// <param name="LabelBytes">Number of labels before each image; the last one is read.</param>
/// <param name="NamesFile">The file with the names of the classes.</param>
/// <param name="ClassNames">The published names of the classes.</param>
internal sealed record CifarLayout(int LabelBytes, string NamesFile, IReadOnlyList<string> ClassNames);
