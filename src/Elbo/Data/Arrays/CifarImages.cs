namespace Elbo.Data.Arrays;

/// <summary>Images in the binary files of CIFAR-10 or CIFAR-100, or of one's own in that format.</summary>
internal static class CifarImages
{
    /// <summary>Reads a file, or the files in a folder.</summary>
    /// <exception cref="InvalidDataException">A file is malformed.</exception>
    public static ImageSplits Read(string path, CancellationToken cancellation = default)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        var files = Directory.Exists(path) ? ArrayPath.Files(path, ArrayFormat.Cifar) : [path];
        // CIFAR-100 has a single file for training, and records with two labels.
        bool fine = files.All(file => Path.GetFileName(file) is "train.bin" or "test.bin");
        var layout = fine ? CifarFile.Cifar100 : CifarFile.Cifar10;
        var splits = new List<ImageSplit>();
        foreach (
            var part in files
                .GroupBy(file => files.Count > 1 && IsTest(file) ? SplitKind.Test : SplitKind.Train)
                .OrderBy(part => part.Key)
        )
        {
            var (pixels, labels) = CifarFile.ReadAll([.. part], layout, cancellation);
            splits.Add(
                new ImageSplit(
                    part.Key,
                    part.First(),
                    CifarFile.Shape,
                    pixels,
                    [.. labels.Select(label => (long)label)]
                )
            );
        }
        return new ImageSplits(path, splits) { ClassNames = CifarFile.ReadNames(folder, layout) };
    }

    private static bool IsTest(string file) => ArrayPath.SplitOf(ArrayPath.Stem(file)) == SplitKind.Test;
}
