using Elbo.Data.Download;

namespace Elbo.Data.Idx;

/// <summary>MNIST: handwritten digits, CC BY-SA 3.0.</summary>
/// <remarks>LeCun, Cortes and Burges, "The MNIST database of handwritten digits".</remarks>
public sealed class MnistSource()
    : IdxDatasetSource(
        "mnist",
        "handwritten digits (LeCun, Cortes and Burges)",
        ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
        IdxFiles.LikeMnist(
            trainImages: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            trainLabels: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            testImages: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            testLabels: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"
        ),
        [
            new Uri("https://ossci-datasets.s3.amazonaws.com/mnist/"),
            new Uri("https://storage.googleapis.com/cvdf-datasets/mnist/"),
        ],
        "MNIST"
    );

/// <summary>Fashion-MNIST: images of clothes in MNIST's format, MIT licence.</summary>
/// <remarks>Xiao, Rasul and Vollgraf 2017.</remarks>
public sealed class FashionMnistSource()
    : IdxDatasetSource(
        "fashion-mnist",
        "images of clothes, shoes and bags (Zalando Research)",
        ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat", "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"],
        IdxFiles.LikeMnist(
            trainImages: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            trainLabels: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            testImages: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            testLabels: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"
        ),
        [
            new Uri("http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"),
            new Uri("https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/"),
        ],
        "FashionMNIST"
    );

/// <summary>Kuzushiji-MNIST: cursive Japanese characters in MNIST's format, CC BY-SA 4.0.</summary>
/// <remarks>Clanuwat et al. 2018, "Deep learning for classical Japanese literature".</remarks>
public sealed class KuzushijiMnistSource : IdxDatasetSource
{
    /// <summary>Creates the published dataset.</summary>
    public KuzushijiMnistSource()
        : this([new Uri("http://codh.rois.ac.jp/kmnist/dataset/kmnist/")], Published) { }

    internal KuzushijiMnistSource(IReadOnlyList<Uri> mirrors, IdxFiles files)
        : base(
            "kmnist",
            "cursive Japanese characters (Clanuwat et al.)",
            ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
            files,
            mirrors,
            "KMNIST"
        ) { }

    // The published digests are those of the compressed files.
    private static IdxFiles Published { get; } =
        new(
            Compressed(
                "train-images-idx3-ubyte",
                18_165_135,
                "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"
            ),
            Compressed(
                "train-labels-idx1-ubyte",
                29_497,
                "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"
            ),
            Compressed(
                "t10k-images-idx3-ubyte",
                3_041_136,
                "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"
            ),
            Compressed(
                "t10k-labels-idx1-ubyte",
                5_120,
                "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"
            )
        );

    private static IdxFile Compressed(string name, long length, string sha256) =>
        new(name, length, sha256) { IsCompressed = true };
}

/// <summary>A dataset of four IDX files with MNIST's file names, found on disk or downloaded.</summary>
public abstract class IdxDatasetSource : DatasetSource
{
    private readonly IReadOnlyList<Uri> _mirrors;
    private readonly string _torchvision;

    /// <param name="name">Name on the command line.</param>
    /// <param name="description">Description of the images in one line.</param>
    /// <param name="classNames">Names of the classes.</param>
    /// <param name="files">The four files.</param>
    /// <param name="mirrors">Folders on the web; none if the files are not published one by one.</param>
    /// <param name="torchvision">The folder that torchvision makes, in which the files are in <c>raw</c>.</param>
    /// <param name="trainCount">Published number of training images.</param>
    /// <param name="testCount">Published number of test images.</param>
    private protected IdxDatasetSource(
        string name,
        string description,
        IReadOnlyList<string> classNames,
        IdxFiles files,
        IReadOnlyList<Uri> mirrors,
        string torchvision,
        int trainCount = 60_000,
        int testCount = 10_000
    )
        : base(name, description, new ImageShape(1, 28, 28), classNames, trainCount, testCount)
    {
        Files = files;
        (_mirrors, _torchvision) = (mirrors, torchvision);
    }

    /// <inheritdoc/>
    public override bool NeedsFiles => true;

    internal IdxFiles Files { get; }

    private protected override string Sought => string.Join(", ", Files.All.Select(file => file.Name));

    /// <inheritdoc/>
    public override string? Find(DataLocation location)
    {
        ArgumentNullException.ThrowIfNull(location);
        return Places(location).FirstOrDefault(folder => Files.Missing(folder).Count == 0);
    }

    /// <inheritdoc/>
    public override async Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        if (Find(location) is { } found)
            return found;
        if (location.Offline)
            throw Absent(Places(location).Select(Describe), "its four files", "them");
        string folder = Path.Combine(location.DownloadFolder, Name);
        await DownloadAsync(Files.Missing(folder).Select(file => file.At(_mirrors)), folder, progress, cancellation)
            .ConfigureAwait(false);
        return folder;
    }

    /// <inheritdoc/>
    protected override DatasetSplits Read(
        DataLocation location,
        DatasetOptions options,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        string folder = FindOrFetch(location, progress, cancellation);
        var train = ReadSplit(folder, Files.TrainImages, Files.TrainLabels, cancellation);
        var test = ReadSplit(folder, Files.TestImages, Files.TestLabels, cancellation);
        return train.Shape == test.Shape
            ? new DatasetSplits(train, test)
            : throw new InvalidDataException(
                $"{Files.TestImages.FindIn(folder)}: at byte 8: found images of {test.Shape}; expected "
                    + $"{train.Shape} as in {Files.TrainImages.FindIn(folder)}."
            );
    }

    private protected virtual ImageDataset ReadSplit(
        string folder,
        IdxFile images,
        IdxFile labels,
        CancellationToken cancellation
    ) => IdxPair.Load(Name, images.FindIn(folder)!, labels.FindIn(folder)!, ClassNames, cancellation);

    private protected override IEnumerable<string> Places(DataLocation location)
    {
        foreach (string folder in location.Folders)
        {
            yield return Path.Combine(folder, Name);
            yield return Path.Combine(folder, _torchvision, "raw");
            foreach (string other in (string[])[folder, Path.Combine(folder, "raw")])
                if (!HoldsAnotherDataset(other))
                    yield return other;
        }
    }

    // Fashion-MNIST and Kuzushiji-MNIST use MNIST's file names. Outside a folder with the dataset's name, only the
    // content tells them apart.
    private static bool IsKnown(IdxDatasetSource source, string folder) =>
        source.Files.TrainLabels is { Sha256: not null } labels
        && labels.FindIn(folder) is { } path
        && labels.At([]).FindFault(path) is null;

    private bool HoldsAnotherDataset(string folder) =>
        DatasetCatalog.All.OfType<IdxDatasetSource>().Any(other => other.Name != Name && IsKnown(other, folder));

    private string Describe(string folder) =>
        Files.Missing(folder) is { Count: < 4 } missing
            ? $"{folder} (lacks {string.Join(" and ", missing.Select(file => file.Name))})"
            : folder;
}

/// <summary>The four files of a dataset in MNIST's layout.</summary>
internal sealed record IdxFiles(IdxFile TrainImages, IdxFile TrainLabels, IdxFile TestImages, IdxFile TestLabels)
{
    private const long PixelsPerImage = 28 * 28;

    /// <summary>All four. Labels come first, because they are small.</summary>
    public IEnumerable<IdxFile> All => [TrainLabels, TestLabels, TestImages, TrainImages];

    /// <summary>
    /// Files with MNIST's names and sizes, 60,000 + 10,000 images, and these SHA-256 digests of the decompressed
    /// content.
    /// </summary>
    public static IdxFiles LikeMnist(string trainImages, string trainLabels, string testImages, string testLabels) =>
        new(
            new IdxFile("train-images-idx3-ubyte", 16 + 60_000 * PixelsPerImage, trainImages),
            new IdxFile("train-labels-idx1-ubyte", 8 + 60_000, trainLabels),
            new IdxFile("t10k-images-idx3-ubyte", 16 + 10_000 * PixelsPerImage, testImages),
            new IdxFile("t10k-labels-idx1-ubyte", 8 + 10_000, testLabels)
        );

    /// <summary>The files that <paramref name="folder"/> does not contain under any known name.</summary>
    public IReadOnlyList<IdxFile> Missing(string folder) => [.. All.Where(file => file.FindIn(folder) is null)];
}

/// <summary>One file of a dataset in IDX format.</summary>
/// <param name="Name">File name without <c>.gz</c>, such as <c>train-images-idx3-ubyte</c>.</param>
/// <param name="Length">Decompressed length in bytes.</param>
/// <param name="Sha256">
/// SHA-256 of the decompressed content, in lower-case hexadecimal digits; null if it is not published.
/// </param>
internal sealed record IdxFile(string Name, long Length, string? Sha256)
{
    /// <summary>Whether length and digest are those of the compressed file.</summary>
    public bool IsCompressed { get; init; }

    /// <summary>The path of the file in <paramref name="folder"/> under any known name, or null.</summary>
    public string? FindIn(string folder)
    {
        string dotted = Name.Replace("-idx", ".idx", StringComparison.Ordinal); // the name in some archives
        string[] names = [Name, Name + ".gz", dotted, dotted + ".gz"];
        return names.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);
    }

    /// <summary>The compressed file on each of the <paramref name="mirrors"/>.</summary>
    public RemoteFile At(IReadOnlyList<Uri> mirrors) =>
        new(
            Name + ".gz",
            [.. mirrors.Select(mirror => new Uri(mirror, Name + ".gz"))],
            Length,
            ContentDigest.Sha256(Sha256!)
        )
        {
            Unpacked = !IsCompressed,
        };
}

/// <summary>An IDX image file with its label file.</summary>
internal static class IdxPair
{
    private const int LabelHeader = 8;

    /// <summary>Reads both files into one dataset.</summary>
    /// <exception cref="InvalidDataException">
    /// A file is malformed, the numbers of images and labels differ, or a label is out of range.
    /// </exception>
    public static ImageDataset Load(
        string name,
        string imagePath,
        string labelPath,
        IReadOnlyList<string> classNames,
        CancellationToken cancellation = default
    )
    {
        var images = IdxReader.ReadImages(imagePath, cancellation);
        byte[] labels = IdxReader.ReadLabels(labelPath, cancellation);
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
