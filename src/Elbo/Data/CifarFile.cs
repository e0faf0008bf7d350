namespace Elbo.Data;

/// <summary>
/// Files in the binary layout of CIFAR-10: records of a label and 32×32 pixels, all red ones before the green and the
/// blue.
/// </summary>
internal static class CifarFile
{
    /// <summary>Size of one image; a record keeps it in the order in which <see cref="ImageDataset"/> does.</summary>
    public static readonly ImageShape Shape = new(3, 32, 32);

    private static readonly int RecordLength = 1 + Shape.PixelCount;

    /// <summary>Images and labels of all files, one after the other.</summary>
    /// <exception cref="InvalidDataException">A file is not a whole number of records, or has a label that is
    /// none.</exception>
    public static (byte[] Pixels, byte[] Labels) ReadAll(IReadOnlyList<string> paths, int classes)
    {
        long[] counts = [.. paths.Select(CountRecords)];
        long images = counts.Sum();
        if (images * Shape.PixelCount > Array.MaxLength)
            throw new InvalidDataException(
                $"{paths[^1]}: at byte 0: found {images:N0} images in {paths.Count} files; expected at most "
                    + $"{Array.MaxLength / Shape.PixelCount:N0}."
            );
        byte[] pixels = new byte[images * Shape.PixelCount],
            labels = new byte[images];
        byte[] record = new byte[RecordLength];
        int image = 0;
        for (int i = 0; i < paths.Count; i++)
        {
            using var file = new FileStream(
                paths[i],
                FileMode.Open,
                FileAccess.Read,
                FileShare.Read,
                bufferSize: 1 << 16
            );
            for (long r = 0; r < counts[i]; r++, image++)
            {
                file.ReadExactly(record);
                if (record[0] >= classes)
                    throw new InvalidDataException(
                        $"{paths[i]}: at byte {r * RecordLength}: found label {record[0]}; expected 0 to {classes - 1}."
                    );
                labels[image] = record[0];
                record.AsSpan(1).CopyTo(pixels.AsSpan(image * Shape.PixelCount));
            }
        }
        return (pixels, labels);
    }

    private static long CountRecords(string path)
    {
        long length = new FileInfo(path).Length;
        if (length == 0)
            throw new InvalidDataException(
                $"{path}: at byte 0: found an empty file; expected records of {RecordLength} bytes."
            );
        return length % RecordLength == 0
            ? length / RecordLength
            : throw new InvalidDataException(
                $"{path}: at byte {length / RecordLength * RecordLength}: found a record of "
                    + $"{length % RecordLength} bytes at the end of the file; expected {RecordLength}. The file is "
                    + "incomplete, or in another layout."
            );
    }
}
