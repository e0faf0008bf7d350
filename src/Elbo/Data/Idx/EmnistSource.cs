using Elbo.Data.Arrays;
using Elbo.Formats.Numpy;

namespace Elbo.Data.Idx;

/// <summary>EMNIST letters: capital and small handwritten letters in one class each.</summary>
public sealed class EmnistLettersSource()
    : EmnistSource(
        "letters",
        "handwritten letters A to Z (Cohen et al.)",
        [.. Enumerable.Range('a', 26).Select(letter => $"{(char)letter}")],
        firstLabel: 1,
        trainCount: 124_800,
        testCount: 20_800
    );

/// <summary>EMNIST balanced: digits and letters, those that look alike in one class.</summary>
public sealed class EmnistBalancedSource()
    : EmnistSource(
        "balanced",
        "handwritten digits and letters in 47 classes (Cohen et al.)",
        [.. "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabdefghnqrt".Select(letter => $"{letter}")],
        firstLabel: 0,
        trainCount: 112_800,
        testCount: 18_800
    );

/// <summary>EMNIST digits: four times as many digits as MNIST.</summary>
public sealed class EmnistDigitsSource()
    : EmnistSource(
        "digits",
        "handwritten digits, more than MNIST has (Cohen et al.)",
        [.. Enumerable.Range(0, 10).Select(digit => $"{digit}")],
        firstLabel: 0,
        trainCount: 240_000,
        testCount: 40_000
    );

/// <summary>A part of EMNIST: handwritten characters in MNIST's format, with columns before rows.</summary>
/// <remarks>
/// Cohen, Afshar, Tapson and van Schaik 2017, "EMNIST: an extension of MNIST to handwritten letters". All parts are
/// published in one ZIP archive, which is unpacked by hand.
/// </remarks>
public abstract class EmnistSource : IdxDatasetSource
{
    private const string Archive = "https://biometrics.nist.gov/cs_links/EMNIST/gzip.zip";

    private readonly int _firstLabel;

    private protected EmnistSource(
        string part,
        string description,
        IReadOnlyList<string> classNames,
        int firstLabel,
        int trainCount,
        int testCount
    )
        : base(
            $"emnist-{part}",
            description,
            classNames,
            new IdxFiles(
                File(part, "train-images-idx3-ubyte"),
                File(part, "train-labels-idx1-ubyte"),
                File(part, "test-images-idx3-ubyte"),
                File(part, "test-labels-idx1-ubyte")
            ),
            [],
            "EMNIST",
            trainCount,
            testCount
        ) => _firstLabel = firstLabel;

    /// <inheritdoc/>
    public override bool CanBeFetched => false;

    /// <inheritdoc/>
    public override Task<string?> FetchAsync(
        DataLocation location,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    ) => FindBrought(location, $"unpack {Archive}, and name the folder");

    private protected override IEnumerable<string> Places(DataLocation location) =>
        location.Folders.SelectMany(folder =>
            (string[])
                [
                    Path.Combine(folder, Name),
                    Path.Combine(folder, "emnist"),
                    Path.Combine(folder, "EMNIST", "raw"),
                    Path.Combine(folder, "gzip"),
                    folder,
                ]
        );

    /// <summary>Turns the images upright, and counts the labels from 0.</summary>
    private protected override ImageDataset ReadSplit(
        string folder,
        IdxFile images,
        IdxFile labels,
        CancellationToken cancellation
    )
    {
        string[] names = [.. Enumerable.Range(0, _firstLabel).Select(_ => ""), .. ClassNames];
        var stored = IdxPair.Load(Name, images.FindIn(folder)!, labels.FindIn(folder)!, names, cancellation);
        var upright = PixelArray
            .Of(
                new NumericArray(
                    images.Name,
                    NumericType.UInt8,
                    [stored.Count, stored.Shape.Height, stored.Shape.Width],
                    stored.Pixels.ToArray()
                ),
                null,
                null
            )
            .Upright();
        byte[] counted = stored.Labels!.Value.ToArray();
        for (int i = 0; i < counted.Length; i++)
            counted[i] =
                counted[i] >= _firstLabel
                    ? (byte)(counted[i] - _firstLabel)
                    : throw new InvalidDataException(
                        $"{labels.FindIn(folder)}: found label {counted[i]}; expected {_firstLabel} to "
                            + $"{_firstLabel + ClassCount - 1}."
                    );
        return new ImageDataset(
            Name,
            upright.Shape,
            upright.ToBytes(PixelScale.Bytes, cancellation),
            counted,
            ClassNames
        );
    }

    private static IdxFile File(string part, string name) => new($"emnist-{part}-{name}", 0, null);
}
