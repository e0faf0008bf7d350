using System.Text.RegularExpressions;
using Elbo.Data.Folder;
using Elbo.Imaging;

namespace Elbo.Data.Arrays;

/// <summary>Formats of array and table files.</summary>
internal enum ArrayFormat
{
    Numpy,
    Idx,
    Csv,
    Cifar,
    Parquet,
}

/// <summary>Recognises array and table files by their names.</summary>
internal static partial class ArrayPath
{
    /// <summary>What such a path can be, for messages.</summary>
    public const string Expected =
        ".npy, .npz, .csv, .parquet, IDX (…-images-idx3-ubyte) or a CIFAR .bin file, gzip-compressed or not, or a "
        + "folder of them";

    /// <summary>
    /// The format of a file, of the files in a folder without images, or of the IDX files that begin with
    /// <paramref name="path"/>; null if there are none.
    /// </summary>
    public static ArrayFormat? FormatOf(string path)
    {
        if (File.Exists(path))
            return FormatOfName(Path.GetFileName(path));
        if (Directory.Exists(path))
            return FormatOfFolder(path);
        string full = Path.GetFullPath(path);
        return
            Path.GetDirectoryName(full) is { } folder
            && Directory.Exists(folder)
            && Directory
                .EnumerateFiles(folder, Path.GetFileName(full) + "-*")
                .Any(file => FormatOfName(Path.GetFileName(file)) == ArrayFormat.Idx)
            ? ArrayFormat.Idx
            : null;
    }

    /// <summary>The name of a dataset for images at <paramref name="path"/>.</summary>
    public static string DatasetFor(string path) =>
        string.IsNullOrWhiteSpace(path)
        || (FormatOf(path) is null && (Path.Exists(path) || FormatOfName(Path.GetFileName(path)) is null))
            ? ImageFolderSource.CatalogName
            : ArraysSource.CatalogName;

    /// <summary>The split that a file or an array is part of, by its name; null without a known word in it.</summary>
    public static SplitKind? SplitOf(string name)
    {
        var found = Word().Match(name);
        return !found.Success ? null
            : found.Groups["train"].Success ? SplitKind.Train
            : found.Groups["test"].Success ? SplitKind.Test
            : SplitKind.Validation;
    }

    /// <summary>The rest of a name without the word for its split, such as <c>emnist-letters</c>.</summary>
    public static string WithoutSplit(string name) => Word().Replace(name, "", 1);

    /// <summary>The files of a format in a folder; for Parquet also those in its folder <c>data</c>.</summary>
    public static IReadOnlyList<string> Files(string folder, ArrayFormat format)
    {
        IEnumerable<string> files = Directory.EnumerateFiles(folder);
        if (format == ArrayFormat.Parquet && Path.Combine(folder, "data") is var data && Directory.Exists(data))
            files = files.Concat(Directory.EnumerateFiles(data));
        return [.. files.Where(file => FormatOfName(Path.GetFileName(file)) == format).Order(StringComparer.Ordinal)];
    }

    /// <summary>Name of a file without the ending of its format and of gzip.</summary>
    public static string Stem(string path)
    {
        string name = Path.GetFileName(path);
        if (name.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
            name = name[..^3];
        return Path.GetFileNameWithoutExtension(name);
    }

    private static ArrayFormat? FormatOfFolder(string folder)
    {
        ArrayFormat?[] formats =
        [
            .. Directory
                .EnumerateFiles(folder)
                .Select(file => FormatOfName(Path.GetFileName(file)))
                .Append(Files(folder, ArrayFormat.Parquet).Count > 0 ? ArrayFormat.Parquet : null)
                .Where(format => format is not null)
                .OrderBy(Rank),
        ];
        // A table beside pictures describes them.
        return formats.Length > 0 && !HoldsImages(folder) ? formats[0] : null;
    }

    /// <summary>Tables come last: a .csv file beside arrays describes them.</summary>
    private static int Rank(ArrayFormat? format) => format == ArrayFormat.Csv ? 1 : 0;

    private static bool HoldsImages(string folder) =>
        Directory
            .EnumerateFiles(
                folder,
                "*",
                new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true }
            )
            .Any(file => ImageDecoder.Endings.Contains(Path.GetExtension(file).ToLowerInvariant()));

    private static ArrayFormat? FormatOfName(string name)
    {
        string lower = name.ToLowerInvariant();
        return lower.EndsWith(".npy", StringComparison.Ordinal) || lower.EndsWith(".npz", StringComparison.Ordinal)
                ? ArrayFormat.Numpy
            : lower.EndsWith(".csv", StringComparison.Ordinal) || lower.EndsWith(".csv.gz", StringComparison.Ordinal)
                ? ArrayFormat.Csv
            : lower.EndsWith(".parquet", StringComparison.Ordinal) ? ArrayFormat.Parquet
            : IdxName().IsMatch(lower) ? ArrayFormat.Idx
            : CifarName().IsMatch(lower) ? ArrayFormat.Cifar
            : null;
    }

    // Letters on both sides would make it another word: "latest", "trainer".
    [GeneratedRegex(
        "(?<![a-z])((?<train>train(ing)?)|(?<test>test|t10k)|(?<validation>val(id(ation)?)?))(?![a-z])[-_.]?",
        RegexOptions.IgnoreCase
    )]
    private static partial Regex Word();

    [GeneratedRegex(@"[-.]idx\d-ubyte(\.gz)?$")]
    private static partial Regex IdxName();

    [GeneratedRegex(@"^(data_batch_\d+|test_batch|train|test)\.bin$")]
    private static partial Regex CifarName();
}
