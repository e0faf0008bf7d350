using System.Text.RegularExpressions;
using Elbo.Data.Idx;
using Elbo.Formats.Numpy;

namespace Elbo.Data.Arrays;

/// <summary>Images in IDX files, each with a file of labels or without.</summary>
internal static partial class IdxImages
{
    /// <summary>Files whose names begin with this hold columns before rows.</summary>
    private const string Emnist = "emnist-";

    /// <summary>Reads a file, the files in a folder, or the files whose names begin with a path.</summary>
    /// <exception cref="InvalidDataException">
    /// A file is malformed, its labels do not match, or the files belong to several datasets.
    /// </exception>
    public static ImageSplits Read(string path, DatasetOptions options, CancellationToken cancellation = default)
    {
        string folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string start = Directory.Exists(path) ? "" : Path.GetFileName(path);
        var files = ArrayPath.Files(folder, ArrayFormat.Idx);
        // A file may be there compressed and decompressed.
        var images = files
            .Select(file => (File: file, Match: ImageName().Match(Path.GetFileName(file))))
            .Where(file =>
                file.Match.Success && Path.GetFileName(file.File).StartsWith(start, StringComparison.Ordinal)
            )
            .GroupBy(file => file.Match.Groups["prefix"].Value)
            .Select(same => (Prefix: same.Key, same.First().File))
            .ToArray();
        if (images.Length == 0)
            throw new InvalidDataException(
                $"{path} has no images in IDX format; their files are called NAME-images-idx3-ubyte, or "
                    + "NAME-images-idx4-ubyte in colour."
            );
        string[] families =
        [
            .. images.Select(file => ArrayPath.WithoutSplit(file.Prefix).Trim('-', '_', '.')).Distinct(),
        ];
        if (families.Length > 1)
            throw new InvalidDataException(
                $"{path} has several datasets in IDX format: {string.Join(", ", families)}. Give one, as in "
                    + $"{Path.Combine(folder, families[0])}."
            );
        (SplitKind Kind, string Prefix, string File)[] parts =
        [
            .. images
                .Select(file => (ArrayPath.SplitOf(file.Prefix) ?? SplitKind.Train, file.Prefix, file.File))
                .OrderBy(part => part.Item1),
        ];
        if (parts.Length == 1)
            parts[0].Kind = SplitKind.Train;
        bool transposed = families[0].StartsWith(Emnist.TrimEnd('-'), StringComparison.OrdinalIgnoreCase);
        PixelArray[] arrays =
        [
            .. parts
                .Select(part =>
                    PixelArray.Of(IdxReader.ReadArray(part.File, cancellation), options.Layout, options.ImageSize)
                )
                .Select(array => transposed ? array.Upright() : array),
        ];
        var scale = PixelScale.Of([.. arrays.Select(array => array.Values)]);
        ImageSplit[] splits =
        [
            .. parts.Zip(
                arrays,
                (part, array) =>
                    new ImageSplit(
                        part.Kind,
                        part.File,
                        array.Shape,
                        array.ToBytes(scale, cancellation),
                        LabelsOf(files, part.Prefix, cancellation) is { } labels
                            ? ClassLabels.Of(labels, array.Count, part.File)
                            : null
                    )
            ),
        ];
        return new ImageSplits(path, splits)
        {
            Remarks =
            [
                .. scale.Remark is { } remark ? [remark] : (string[])[],
                .. transposed
                    ? [$"the images of {families[0]} are stored by columns; they are turned upright."]
                    : (string[])[],
            ],
        };
    }

    private static NumericArray? LabelsOf(IReadOnlyList<string> files, string prefix, CancellationToken cancellation) =>
        files.FirstOrDefault(file =>
            LabelName().Match(Path.GetFileName(file)) is { Success: true } match
            && match.Groups["prefix"].Value == prefix
        )
            is { } file
        && IdxReader.ReadLabels(file, cancellation) is var labels
            ? new NumericArray(file, NumericType.UInt8, [labels.Length], labels)
            : null;

    [GeneratedRegex(@"^(?<prefix>.*?)[-_.]?images[-.]idx\d-ubyte(\.gz)?$", RegexOptions.IgnoreCase)]
    private static partial Regex ImageName();

    [GeneratedRegex(@"^(?<prefix>.*?)[-_.]?labels[-.]idx\d-ubyte(\.gz)?$", RegexOptions.IgnoreCase)]
    private static partial Regex LabelName();
}
