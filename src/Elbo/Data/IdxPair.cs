namespace Elbo.Data;

/// <summary>An IDX image file and the label file that belongs to it.</summary>
internal static class IdxPair
{
    private const int LabelHeader = 8;

    /// <summary>Reads both files into one dataset.</summary>
    /// <exception cref="InvalidDataException">A file is malformed, they differ in number, or a label names no
    /// class.</exception>
    public static ImageDataset Load(string name, string imagePath, string labelPath, IReadOnlyList<string> classNames)
    {
        var images = IdxReader.ReadImages(imagePath);
        byte[] labels = IdxReader.ReadLabels(labelPath);
        if (labels.Length != images.Count)
            throw new InvalidDataException(
                $"{labelPath}: at byte 4: found {labels.Length} labels; expected {images.Count}, one for each "
                    + $"image of {imagePath}."
            );
        int stray = labels.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)(classNames.Count - 1));
        if (stray >= 0)
            throw new InvalidDataException(
                $"{labelPath}: at byte {LabelHeader + stray}: found label {labels[stray]}; expected 0 to "
                    + $"{classNames.Count - 1}."
            );
        return new ImageDataset(
            name,
            new ImageShape(1, images.Height, images.Width),
            images.Pixels,
            labels,
            classNames
        );
    }
}
