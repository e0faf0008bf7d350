using System.Text;
using Elbo.Data;
using Elbo.Data.Idx;
using Elbo.Formats;
using Elbo.Formats.Numpy;
using Elbo.Tests.Data;
using Elbo.Tests.Data.Arrays;
using Elbo.Tests.Data.Idx;
using Elbo.Tests.Formats;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Fuzzing;

/// <summary>Files of arrays.</summary>
internal static class ArrayTargets
{
    private static readonly string[] NpyTokens =
    [
        "'descr': '|O'",
        "'<f8'",
        "'>u2'",
        "'|b1'",
        "'<U1000000'",
        "'fortran_order': True",
        "'shape': (2147483647, 2147483647)",
        "'shape': (0,)",
        "'shape': ()",
        "\x93NUMPY",
    ];

    /// <summary>
    /// Parquet.Net makes an array of the length that a text in the metadata is said to have, and then sees that the
    /// file ends. The array is not touched, so the process does not grow by it.
    /// </summary>
    private static readonly MemoryBound TextsOfParquet = new(16_000_000L + Array.MaxLength, 2_000);

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new("npy", ["NpzFile", "NpyReader", "NumpyImages"], "a.npy", Npy, _ => path => ReadArrays(path, texts: false))
        {
            Tokens = NpyTokens,
        },
        new("npy-texts", ["NpzFile", "NpyReader"], "a.npy", Texts, _ => path => ReadArrays(path, texts: true))
        {
            Tokens = NpyTokens,
        },
        new("npz", ["NpzFile", "NpyReader", "CodeTable"], "a.npz", Npz, _ => path => ReadArrays(path, texts: false))
        {
            Tokens = NpyTokens,
            Container = Container.Zip,
            // An entry may say that it is compressed a thousand times.
            Memory = new(4_000_000, 5_000),
        },
        new("npz-codes", ["CodeTable"], "codes.npz", Npz, _ => path => CodeTable.Read(path))
        {
            Tokens = NpyTokens,
            Container = Container.Zip,
            Memory = new(4_000_000, 10_000),
        },
        new("npz-images", ["NumpyImages", "ImageSplits", "PixelArray"], "images.npz", ImagesNpz, _ => Load)
        {
            Tokens = NpyTokens,
            Container = Container.Zip,
            Memory = new(4_000_000, 10_000),
        },
        Mat("mat", false),
        Mat("mat-compressed", true) with
        {
            Container = Container.Mat,
            Memory = new(4_000_000, 20_000),
        },
        new("idx-images", ["IdxReader"], "a.idx", () => [IdxBytes.Images(4)], _ => path => IdxReader.ReadImages(path)),
        new("idx-arrays", ["IdxReader", "IdxImages"], "a.idx", IdxArrays, _ => path => IdxReader.ReadArray(path)),
        new("idx-gzip", ["IdxReader"], "a.gz", () => Gzipped(IdxArrays()), _ => path => IdxReader.ReadArray(path))
        {
            Container = Container.Gzip,
            Memory = new(4_000_000, 5_000),
        },
        new(
            "idx-labels",
            ["IdxReader"],
            "a-labels-idx1-ubyte",
            () => [IdxBytes.Labels(1, 2, 3)],
            _ => path => IdxReader.ReadLabels(path)
        ),
        new(
            "idx-labels-gzip",
            ["IdxReader"],
            "a.gz",
            () => Gzipped([IdxBytes.Labels(1, 2, 3)]),
            _ => path => IdxReader.ReadLabels(path)
        )
        {
            Container = Container.Gzip,
            Memory = new(4_000_000, 5_000),
        },
        new(
            "cifar-10",
            ["CifarFile", "CifarImages"],
            "data_batch_1.bin",
            () => [CifarBytes.Batch(3, 9)],
            _ => path => CifarFile.ReadAll([path], CifarFile.Cifar10)
        ),
        new(
            "cifar-100",
            ["CifarFile"],
            "train.bin",
            () =>
                [
                    [7, 99, .. new byte[3072], 1, 0, .. new byte[3072]],
                ],
            _ => path => CifarFile.ReadAll([path], CifarFile.Cifar100)
        ),
        new(
            "cifar-names",
            ["CifarFile"],
            CifarFile.Cifar10.NamesFile,
            () => [Encoding.ASCII.GetBytes(string.Join('\n', CifarFile.Cifar10.ClassNames) + "\n")],
            folder => _ => CifarFile.ReadNames(folder.Path, CifarFile.Cifar10)
        ),
        new("binarized-mnist", ["BinarizedMnistSource"], "binarized_mnist_train.amat", Binarized, ReadBinarized)
        {
            Writes = ["binarized_mnist_"],
        },
        new(
            "frey",
            ["FreySource", "MatReader"],
            "frey_rawface.mat",
            () => [new MatBuilder().Array("ff", [560, 10], MatType.UInt8, ArrayFiles.Count(5600), compress: true).File],
            folder => _ => new FreySource().Load(new DataLocation([folder.Path], folder.Path, Offline: true))
        )
        {
            Container = Container.Mat,
            Memory = new(4_000_000, 20_000),
        },
        new(
            "parquet",
            ["ParquetFile"],
            "a.parquet",
            () => [File.ReadAllBytes(ArrayFiles.Path("hf.parquet"))],
            _ => ReadParquet
        )
        {
            Tokens = ["PAR1", "huggingface"],
            OnOtherThreads = true,
            Memory = TextsOfParquet,
        },
        new(
            "parquet-images",
            ["ParquetImages", "ParquetFile"],
            "train.parquet",
            () => [File.ReadAllBytes(ArrayFiles.Path("hf.parquet"))],
            _ => Load
        )
        {
            Tokens = ["PAR1", "{\"info\":{\"features\":{\"label\":{\"names\":[null]}}}}", "\x89PNG"],
            OnOtherThreads = true,
            Memory = TextsOfParquet,
        },
    ];

    private static FuzzTarget Mat(string name, bool compressed) =>
        new(
            name,
            ["MatReader", "MatElement"],
            "a.mat",
            () =>
                [
                    .. new[] { true, false }.Select(little =>
                        new MatBuilder(little)
                            .Array("x", [2, 3], MatType.Int16, new byte[12], compress: compressed)
                            .File
                    ),
                    new MatBuilder().Array("x", [1, 2, 2], MatType.Double, new byte[32], compress: compressed).File,
                ],
            _ => path => MatReader.Read(path, "x")
        )
        {
            Tokens = ["\x0e\0\0\0", "\x0f\0\0\0", "MATLAB 7.3"],
        };

    private static IReadOnlyList<byte[]> Npy() =>
        [
            ArrayFiles.Npy("<f4", "(2, 3)", new byte[24], fortran: true),
            .. new[] { "big_endian.npy", "fortran.npy", "half.npy" }.Select(name =>
                File.ReadAllBytes(ArrayFiles.Path(name))
            ),
        ];

    private static IReadOnlyList<byte[]> Texts() =>
        [ArrayFiles.Npy("<U2", "(2,)", new byte[16]), ArrayFiles.Npy("|S3", "(2,)", "abcdef"u8.ToArray())];

    private static IReadOnlyList<byte[]> Npz() =>
        [
            Zipped(
                ("codes.npy", ArrayFiles.Npy("<f4", "(2, 3)", new byte[24])),
                ("files.npy", ArrayFiles.Npy("<U2", "(2,)", new byte[16]))
            ),
        ];

    private static IReadOnlyList<byte[]> ImagesNpz() =>
        [
            File.ReadAllBytes(ArrayFiles.Path("keras.npz")),
            Zipped(
                ("x.npy", ArrayFiles.Npy("<f4", "(2, 3, 3)", new byte[72])),
                ("y.npy", ArrayFiles.Npy("<i8", "(2,)", new byte[16]))
            ),
        ];

    private static byte[] Zipped(params (string Name, byte[] Content)[] entries)
    {
        using var result = new MemoryStream();
        using (
            var archive = new System.IO.Compression.ZipArchive(
                result,
                System.IO.Compression.ZipArchiveMode.Create,
                leaveOpen: true
            )
        )
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name).Open();
                entry.Write(content);
            }
        return result.ToArray();
    }

    private static IReadOnlyList<byte[]> IdxArrays() =>
        [IdxBytes.Images(4), IdxBytes.File(0x804, [2, 2, 2, 3], new byte[24])];

    private static IReadOnlyList<byte[]> Gzipped(IReadOnlyList<byte[]> files) => [.. files.Select(IdxBytes.Gzip)];

    private static void ReadArrays(string path, bool texts)
    {
        using var file = new NpzFile(path);
        foreach (string name in file.Names)
            if (texts || name == "files")
                file.ReadTexts(name);
            else
                file.Read(name);
    }

    private static IReadOnlyList<byte[]> Binarized() =>
        [Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Repeat("0 1", 392)) + "\n")];

    private static Action<string> ReadBinarized(TemporaryFolder folder)
    {
        var source = new BinarizedMnistSource();
        var location = new DataLocation([folder.Path], folder.Path, Offline: true);
        return path =>
        {
            // One content serves as all splits.
            foreach (string split in (string[])["valid", "test"])
                File.Copy(path, folder.File($"binarized_mnist_{split}.amat"), overwrite: true);
            source.Load(location);
        };
    }

    private static void ReadParquet(string path)
    {
        using var file = ParquetFile.Open(path);
        string[] columns = [.. file.Columns];
        for (int group = 0; group < file.Groups; group++)
            foreach (string column in columns)
                if (file.IsBytes(column))
                    file.ReadBytes(group, column);
                else if (file.IsText(column))
                    file.ReadTexts(group, column);
                else
                    file.ReadIntegers(group, column);
    }

    private static void Load(string path) => ArrayFiles.Load(path, threads: 1);
}
